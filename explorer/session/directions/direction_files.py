"""Where the directions of every model are kept: beside the model, or with the user's own things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.files import Hashes, made_folder, name_by, set_aside
from explorer.core.models.model import ModelFiles
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction


@dataclass(frozen=True, eq=False)
class Shelf:
    """The directions of one model as they were found on disk.

    Attributes
    ----------
    directions : tuple of Direction
    problem : Problem or None
        Why the file could not be read.
    is_there : bool
        Whether there is a file at all.
    """

    directions: tuple[Direction, ...] = ()
    problem: Problem | None = None
    is_there: bool = True


@dataclass(frozen=True)
class Saved:
    """Where directions were written, and as what the damaged file that was there is kept, if there was one."""

    path: Path
    aside: Path | None = None


class DirectionFiles:
    """Reads and writes directions: to be called in a worker, `remember` and `remembered` from anywhere.

    Parameters
    ----------
    folder : Path
        The user's own files, by the hash of their model: of models whose folder is not the user's to write
        to, such as the bundled ones. They hold what differs from the file that came with the model.
    is_foreign : callable, optional
        Whether nothing should be written beside the model at a path.
    """

    def __init__(self, folder: Path, is_foreign: Callable[[Path], bool] = lambda _path: False) -> None:
        self._folder = folder
        self._is_foreign = is_foreign
        self._damaged: set[Path] = set()
        self._hashes = Hashes()
        self._remembered: dict[str, Mapping[str, Latent]] = {}

    def remember(self, model: str, vectors: Mapping[str, Latent]) -> None:
        """Keep what the names of directions meant in this session, for scenes of the history."""
        self._remembered[model] = vectors

    def remembered(self, model: str) -> Mapping[str, Latent]:
        """What the names of a model's directions have meant in this session, by the hash of the model."""
        return self._remembered.get(model, {})

    def load(self, files: ModelFiles, model: str, latent_size: int, style_size: int = 0) -> Shelf:
        """The directions of the model with the hash ``model``; a file that is damaged is told of, not raised."""
        from explorer.core.directions.files.store import directions_file, load_directions
        from explorer.session.directions.own_directions import load_own

        own, beside = self._own(model), directions_file(files)
        counts = own.is_file() and (self._goes_to_own(files, own, beside) or not beside.is_file())
        path = own if counts else beside
        if not path.is_file():
            return Shelf(is_there=False)
        try:
            sizes = latent_size, style_size
            found = load_own(own, beside, *sizes) if counts else load_directions(beside, *sizes)
        except Problem as problem:
            self._damaged.add(path)
            return Shelf((), problem)
        return Shelf(found)

    def save(self, files: ModelFiles, model: str, directions: tuple[Direction, ...]) -> Saved:
        """Write the directions, whole or not at all: beside the model, else in the user's own folder.

        A file that could not be read is set aside under another name first.

        Raises
        ------
        Problem
            They can be written in neither place; what was there is as it was.
        """
        from explorer.core.directions.files.store import directions_file, save_directions
        from explorer.session.directions.own_directions import save_own

        own, beside = self._own(model), directions_file(files)
        if not self._goes_to_own(files, own, beside) and self._is_still(files.generator, model):
            try:
                return self._write(beside, lambda: save_directions(beside, directions))
            except Problem:  # an installed model, or another user's
                pass
        made_folder(self._folder)
        return self._write(own, lambda: save_own(own, beside, directions))

    def is_own(self, path: Path) -> bool:
        """Whether ``path`` is one of the user's own copies."""
        return path.parent == self._folder

    def _goes_to_own(self, files: ModelFiles, own: Path, beside: Path) -> bool:
        """Whether the user's own file stands for that beside the model: never for another copy of the model."""
        from explorer.session.directions.own_directions import stands_for

        return self._is_foreign(files.generator) or (own.is_file() and stands_for(own, beside))

    def _is_still(self, generator: Path, model: str) -> bool:
        """Whether the file of an open model is still that model: it may have been deleted or replaced since."""
        try:
            return self._hashes.of(generator) == model
        except Problem:
            return False

    def _write(self, path: Path, save: Callable[[], None]) -> Saved:
        aside = _moved_away(path) if path in self._damaged and path.is_file() else None
        save()
        self._damaged.discard(path)
        return Saved(path, aside)

    def _own(self, model: str) -> Path:
        return self._folder / f"{name_by(model)}.npz"


def _moved_away(damaged: Path) -> Path:
    try:
        return set_aside(damaged)
    except OSError as error:
        raise Problem(
            f"The directions were not saved: {damaged} is damaged, and stays there ({error.strerror}).",
            "Move it away; export the directions to keep them.",
        ) from None
