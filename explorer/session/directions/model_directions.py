"""The directions of the open model: held, changed undoably, and saved as they change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.models.model import ModelFiles
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent
from explorer.session.directions.direction_files import DirectionFiles, Saved
from explorer.session.document import Document
from explorer.session.jobs.job import JobRunner
from explorer.session.models.opening import OpenModel
from explorer.session.notices import DEGRADED, Notice, Notices

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction

_Many = tuple["Direction", ...]
_Place = tuple[ModelFiles, tuple[int, int]]  # the sizes are those of Z and W


@dataclass(frozen=True, eq=False)
class _Done:
    directions: _Many
    saved: Saved | None


class Directions(QObject):
    """The directions of the model that is open, in the order in which they are listed.

    Every change is one step of the document's history, and is written to disk by itself. What other windows or
    the command line write to the same file meanwhile is taken over, not overwritten. What a name meant
    before it was removed is remembered, so that scenes of the history and bookmarks still draw.

    Signals
    -------
    changed()
        There are other directions now: another model, an edit, an undo or a redo.
    saved()
        Everything that was changed has been written, or could not be.
    """

    changed = Signal()
    saved = Signal()

    def __init__(
        self, document: Document, files: DirectionFiles, notices: Notices, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._files, self._notices = document, files, notices
        self._model: OpenModel | None = None
        self._kept: dict[str, _Many] = {}  # by the hash of the model
        self._written: dict[str, list[_Many]] = {}  # everything the file may hold because of this session
        self._adopted: dict[str, _Many] = {}  # what the file held when it was last told of
        self._last: dict[str, tuple[_Many, _Many]] = {}  # the worker's: what was last asked for, and was written
        self._places: dict[str, _Place] = {}
        self._work = JobRunner(self, overtakes="nothing", name="directions")
        self._work.idle.connect(self.saved)
        self._work.failed.connect(notices.show_error)

    @property
    def all(self) -> _Many:
        """Every direction of the open model."""
        return self._kept.get(self._hash, ())

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(direction.name for direction in self.all)

    @property
    def is_saving(self) -> bool:
        """Whether a change is still to be written."""
        return self._work.is_busy

    @property
    def vectors(self) -> Mapping[str, Latent]:
        """What names mean, also those of directions that were removed in this session."""
        return self._files.remembered(self._hash)

    def named(self, name: str) -> Direction | None:
        """The direction called ``name``; None where there is none."""
        return next((direction for direction in self.all if direction.name == name), None)

    def show_model(self, model: OpenModel) -> None:
        """Hold the directions of ``model`` from now on."""
        self._model, key = model, model.generator.hash
        self._places[key] = model.files, _sizes(model)
        if key not in self._kept:
            self._kept[key] = self._adopted[key] = model.directions
            self._last[key] = (model.directions, model.directions)
            self._written[key] = [model.directions]
        elif self._work.is_busy or self._is_written(key, model.directions):
            self._request(key, is_look=True)  # it was read some time ago, perhaps before the last change was saved
        else:
            self._adopt(key, self._adopted[key], model.directions)
            self._last[key] = (self._kept[key], model.directions)
        if model.directions_problem is not None:
            hint = "The model opens without directions; the file is kept, and set aside before anything is saved."
            what = f"{model.directions_problem.what} {model.directions_problem.hint}"
            self._notices.show_once(Notice(DEGRADED, what, hint))
        self._hand_out()
        self.changed.emit()

    def add(self, directions: Sequence[Direction], what: str) -> tuple[str, ...]:
        """Add directions at the top of the list; gives the names they got: "smiling 2" if there is one already.

        Parameters
        ----------
        directions : sequence of Direction
        what : str
            What the step is called: "Add smiling".

        Raises
        ------
        Problem
            No model is open, or a direction is not of its size.
        """
        for direction in directions:
            self._check(direction)
        fresh = _named_apart(directions, self.names)
        if fresh:
            self._step(what, (*fresh, *self.all))
        return tuple(direction.name for direction in fresh)

    def add_to(self, model: str, directions: Sequence[Direction], what: str) -> tuple[str, ...]:
        """`add` directions to a model that was open before, by its hash; undoing takes them off there.

        Raises
        ------
        Problem
            As `add`, and where that model was never open.
        """
        if model == self._hash:
            return self.add(directions, what)
        if model not in self._places:
            raise Problem(f"{what}: the model is no longer known.", "Open that model and try again.")
        before = self._kept[model]
        fresh = _named_apart(directions, [direction.name for direction in before])
        if fresh:
            put = _both(self._put, model, before, (*fresh, *before))
            self._document.show(what, self._document.scene, beside=put)
        return tuple(direction.name for direction in fresh)

    def new_ones(self, directions: Sequence[Direction], model: str | None = None) -> _Many:
        """Those of some directions whose vectors a model, the open one if none is told, has not yet."""
        from explorer.core.directions.direction import are_one_way

        there = self._kept.get(self._hash if model is None else model, ())
        return tuple(one for one in directions if not any(are_one_way(one, other) for other in there))

    def remove(self, names: Iterable[str]) -> None:
        """Remove directions, from the current scene too."""
        gone = frozenset(names) & frozenset(self.names)
        if not gone:
            return
        what = f"Remove {next(iter(gone))}" if len(gone) == 1 else f"Remove {len(gone)} directions"
        left = tuple(direction for direction in self.all if direction.name not in gone)
        used = tuple(pair for pair in self._document.scene.directions if pair[0] not in gone)
        self._step(what, left, used)

    def rename(self, old: str, new: str) -> None:
        """Call the direction ``old`` otherwise, in the current scene too.

        Raises
        ------
        Problem
            Another direction has the name ``new``, or nothing can be called so.
        """
        new, direction = new.strip(), self.named(old)
        if direction is None or new == old:
            return
        if self.named(new) is not None:
            raise Problem(f"There is a direction called {new} already.", "Choose another name.")
        fresh = replace(direction, name=new)
        many = tuple(fresh if other is direction else other for other in self.all)
        used = tuple((new if name == old else name, alpha) for name, alpha in self._document.scene.directions)
        self._step(f"Rename {old}", many, used)

    def replace(self, directions: Iterable[Direction], what: str) -> None:
        """Put directions in the place of those that have their names; those without a namesake are added."""
        fresh = {direction.name: direction for direction in directions}
        for direction in fresh.values():
            self._check(direction)
        many = tuple(fresh.pop(direction.name, direction) for direction in self.all)
        self._step(what, (*fresh.values(), *many))

    def set_span(self, name: str, span: float) -> None:
        """Let strips and sliders of a direction go ``span`` deviations to both sides."""
        from explorer.core.directions.span import at_span

        direction = self.named(name)
        if direction is not None and not (direction.has_span and direction.span == span):
            self.replace([at_span(direction, span)], f"Set how far {name} goes")

    def know(self, model: str, before: Direction, after: Direction) -> None:
        """Take over what was measured of a direction: no step of the history, and written with the next that is."""
        many = self._kept.get(model, ())
        if not any(each is before for each in many):
            return
        self._kept[model] = tuple(after if each is before else each for each in many)
        if model == self._hash:
            self.changed.emit()

    def lock(self, names: Sequence[str], *, in_place: bool = False) -> tuple[str, ...]:
        """Lock directions against each other, as new directions or in their own place; gives their names.

        Raises
        ------
        Problem
            There are fewer than two, or nothing would be left of one.
        """
        from explorer.core.directions.locking import locked_all

        chosen = [direction for direction in self.all if direction.name in set(names)]
        found, what = locked_all(chosen), f"Make {len(chosen)} directions independent"
        if not in_place:
            return self.add(found, what)
        self.replace([replace(fresh, name=old.name) for fresh, old in zip(found, chosen, strict=True)], what)
        return tuple(direction.name for direction in chosen)

    def move_layers(self, names: Sequence[str], layers: tuple[int, int]) -> None:
        """Let directions of W move the layers from one to another and no others.

        Raises
        ------
        Problem
            One of them moves Z, or none of these layers.
        """
        from explorer.core.directions.direction import in_layers

        if self._model is None:
            return
        card = self._model.generator.card
        chosen = [direction for direction in self.all if direction.name in set(names)]
        found = [in_layers(direction, layers, card.styles, card.style_size) for direction in chosen]
        self.replace(found, f"Move the layers {layers[0]} to {layers[1]}")

    def reorder(self, names: Sequence[str]) -> None:
        """List the directions in this order, those that are not named after them."""
        places = {name: place for place, name in enumerate(names)}
        many = tuple(sorted(self.all, key=lambda direction: places.get(direction.name, len(places))))
        if many != self.all:
            self._step("Reorder directions", many)

    def close(self) -> None:
        """Write what was asked for, then close."""
        self._work.finish()

    @property
    def _hash(self) -> str:
        return self._model.generator.hash if self._model is not None else ""

    def _check(self, direction: Direction) -> None:
        if self._model is None:
            raise Problem("No model is open.", "Open the model that the direction is for.")
        from explorer.core.directions.direction import fits

        size = self._model.generator.card.latent_size
        if not fits(direction, *_sizes(self._model)):
            raise Problem(
                f"{direction.name} has {direction.vector.size} numbers; this model's latents have {size}.",
                "Open the model that it was found with.",
            )

    def _adopt(self, key: str, before: _Many, found: _Many) -> None:
        """Take over what others made of directions that were ``before``; a change of ours meanwhile stays."""
        from explorer.core.directions.files.merging import are_same, merged

        own, self._adopted[key] = self._kept[key], found
        fresh = merged(before, own, found)
        if are_same(fresh, own):
            return
        self._kept[key] = fresh
        self._written[key] += [found, fresh]
        self._notices.say(_told(own, fresh))
        if key == self._hash:
            self._hand_out()
            self.changed.emit()

    def _step(self, what: str, after: _Many, used: tuple[tuple[str, float], ...] | None = None) -> None:
        """Change the directions, and what of them the scene uses, in one step of the history."""
        key, before, scene = self._hash, self.all, self._document.scene
        shown = scene if used is None or used == scene.directions else replace(scene, directions=used)
        self._document.show(what, shown, beside=_both(self._put, key, before, after))

    def _put(self, key: str, before: _Many, after: _Many) -> None:
        """Change what was ``before`` to what is to be ``after``; what others added meanwhile stays."""
        from explorer.core.directions.files.merging import merged

        directions = merged(before, after, self._kept[key])
        self._kept[key] = directions
        self._written[key].append(directions)
        self._request(key)
        if key == self._hash:
            self._hand_out()
            self.changed.emit()

    def _request(self, key: str, *, is_look: bool = False) -> None:
        place, directions, adopted = self._places[key], self._kept[key], self._adopted[key]
        self._work.begin(
            lambda *_: self._save(key, place, directions, adopted, is_look),
            partial(self._on_saved, key, directions),
        )

    def _hand_out(self) -> None:
        """Tell the renderer what the names mean: a fresh mapping, as pictures are being drawn meanwhile."""
        from explorer.core.directions.direction import vectors

        assert self._model is not None
        meant = {**self._files.remembered(self._hash), **vectors(self.all)}
        self._files.remember(self._hash, meant)
        self._model.renderer.directions = meant

    def _is_written(self, key: str, found: _Many) -> bool:
        """Whether this session may have made the file what it is, or was."""
        from explorer.core.directions.files.merging import are_same

        return any(are_same(found, written) for written in self._written[key])

    def _save(self, key: str, place: _Place, directions: _Many, adopted: _Many, is_look: bool) -> _Done:
        """In the worker: look at the file first, as another window or the command line may have written it.

        ``adopted`` is what of others' had been told of when these ``directions`` were made.
        """
        from explorer.core.directions.files.merging import merged

        files, sizes = place
        asked, wrote = self._last[key]
        # what was asked for before what others did could be told of knows nothing of it
        own = directions if adopted is wrote else merged(asked, directions, wrote)
        shelf = self._files.load(files, key, *sizes)
        # a file that is away, or cannot be read, says nothing about what anybody wanted
        found = shelf.directions if shelf.is_there and shelf.problem is None else wrote
        fresh, saved = merged(wrote, own, found), None
        if not is_look:
            saved = self._files.save(files, key, fresh)
        self._last[key] = (directions, fresh)
        return _Done(fresh, saved)

    def _on_saved(self, key: str, directions: _Many, done: _Done) -> None:
        self._adopt(key, directions, done.directions)
        saved = done.saved
        if saved is None:
            return
        if saved.aside is not None:
            self._notices.say(f"The damaged directions were kept as {saved.aside.name}.")
        if self._files.is_own(saved.path):
            what = "The directions of this model are kept with your own data, not beside the model."
            folder = saved.path.parent
            self._notices.show_once(Notice(DEGRADED, what, f"They are in {folder}.", folder=folder))


def _sizes(model: OpenModel) -> tuple[int, int]:
    card = model.generator.card
    return card.latent_size, card.style_size


def _both(
    put: Callable[[str, _Many, _Many], None], key: str, before: _Many, after: _Many
) -> tuple[Callable[[], None], Callable[[], None]]:
    """What does a step and what undoes it."""
    return lambda: put(key, before, after), lambda: put(key, after, before)


def _told(before: _Many, after: _Many) -> str:
    """What others did to the directions, in a sentence."""
    old, new = ({direction.name for direction in many} for many in (before, after))
    added, gone = sorted(new - old), sorted(old - new)
    parts = [f"{word} {', '.join(names)}" for word, names in (("added", added), ("removed", gone)) if names]
    return f"Another program {' and '.join(parts) or 'changed directions'}; this window shows it now."


def _named_apart(directions: Sequence[Direction], taken: Iterable[str]) -> _Many:
    """The directions, none called as another or as one of those ``taken``."""
    names, fresh = set(taken), []
    for direction in directions:
        name = _free_name(direction.name, names)
        names.add(name)
        fresh.append(direction if name == direction.name else replace(direction, name=name))
    return tuple(fresh)


def _free_name(name: str, taken: set[str]) -> str:
    """``name``, with a number where it is taken: "smiling 2", and "sefa 1 (2)" as "sefa 1 2" would mislead."""
    from explorer.core.directions.direction import LONGEST_NAME

    free, number = name, 1
    while free in taken:
        number += 1
        ending = f" ({number})" if name[-1:].isdigit() else f" {number}"
        free = name[: LONGEST_NAME - len(ending)].rstrip() + ending
    return free
