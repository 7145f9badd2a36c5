"""Where new directions go: where the window looks for those of the model, or a file that was named."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from explorer.cli.model_arguments import direction_files
from explorer.core.directions.direction import Direction, check_name
from explorer.core.directions.files.store import load_directions, save_directions
from explorer.core.problem import Problem
from explorer.session.models.opening import OpenModel


@dataclass(frozen=True)
class Keeping:
    """A place for directions.

    Attributes
    ----------
    model : OpenModel
    out : Path or None
        None for the model's own place.
    replaces : bool
        Whether what has the same name may be replaced.
    """

    model: OpenModel
    out: Path | None = None
    replaces: bool = False

    @classmethod
    def of(cls, model: OpenModel, options: argparse.Namespace) -> Keeping:
        """The place that the command line names."""
        return cls(model, options.out, options.replace)

    def there(self) -> tuple[Direction, ...]:
        """What is kept there now.

        Raises
        ------
        Problem
            It cannot be read.
        """
        own = self.model.generator
        if self.out is not None:
            sizes = own.card.latent_size, own.card.style_size
            return load_directions(self.out, *sizes) if self.out.exists() else ()
        shelf = direction_files().load(self.model.files, own.hash, own.card.latent_size, own.card.style_size)
        if shelf.problem is not None:
            raise shelf.problem
        return shelf.directions

    def check(self, names: Sequence[str]) -> None:
        """Refuse ``names`` that cannot be or are taken, before any work begins."""
        for name in names:
            check_name(name)
        known = {direction.name for direction in self.there()}
        taken = [] if self.replaces else [name for name in names if name in known]
        if taken:
            place = self.model.name if self.out is None else self.out.name
            raise Problem(
                f"There is a direction called {taken[0]} in {place} already.",
                "Choose another --name, or add --replace.",
            )

    def keep(self, made: Sequence[Direction]) -> Path:
        """Put directions there, instead of any that have their names; gives the file that they went into."""
        names = {direction.name for direction in made}
        # read anew: while they were being made, the window may have saved others
        return self._write((*(other for other in self.there() if other.name not in names), *made))

    def put(self, fresh: Mapping[str, Direction]) -> Path:
        """Put directions in the place of those of their names, in the order that there is."""
        return self._write(tuple(fresh.get(other.name, other) for other in self.there()))

    def remove(self, names: Sequence[str]) -> Path:
        """Take the directions of these names away; gives the file that the others went into."""
        return self._write(tuple(other for other in self.there() if other.name not in names))

    def _write(self, directions: tuple[Direction, ...]) -> Path:
        if self.out is not None:
            save_directions(self.out, directions)
            return self.out
        return direction_files().save(self.model.files, self.model.generator.hash, directions).path


def renamed(made: Sequence[Direction], name: str | None) -> tuple[Direction, ...]:
    """Directions under a name of the user's, numbered where there are several; as they are where there is none."""
    if name is None:
        return tuple(made)
    names = [name] if len(made) == 1 else [f"{name} {rank}" for rank in range(1, len(made) + 1)]
    return tuple(replace(direction, name=own) for direction, own in zip(made, names, strict=True))


def names_in(words: str | None) -> list[str]:
    """The names in a list with commas."""
    return [] if words is None else [word.strip() for word in words.split(",") if word.strip()]
