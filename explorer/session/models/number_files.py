"""Files of numbers for the open model: directions, which are imported, or latents, which are shown."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from explorer.core.problem import Problem
from explorer.core.rendering.latents import typical_norm
from explorer.core.rendering.scene import Scene
from explorer.session.bookmarks import Bookmarks
from explorer.session.directions.direction_jobs import directions_in
from explorer.session.jobs.job import JobRunner
from explorer.session.models.opening import OpenModel
from explorer.session.models.session_controller import SessionController
from explorer.session.notices import DONE, Notice, Notices

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction
    from explorer.core.rendering.latent_files import Numbers

MOST_BOOKMARKS = 100
"""Latents of one file that are kept."""

_KINDS = ("directions", "latents")


class NumberFiles(JobRunner):
    """Takes one file of numbers at a time.

    Signals
    -------
    asked(what, hint, choices, likely, answer)
        Whether they are directions or latents; as a `Question`.
    bookmarked()
    done(outcome) : str
        What became of the file, in words; "" where nothing did.
    """

    asked = Signal(str, str, tuple, int, object)
    bookmarked = Signal()
    done = Signal(str)

    def __init__(
        self,
        controller: SessionController,
        bookmarks: Bookmarks,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent, overtakes="nothing", name="numbers")
        self._controller, self._bookmarks, self._notices = controller, bookmarks, notices
        self._answers: dict[str, str] = {}  # given for several files at once, by what they looked like
        self._many = self._quietly = False
        self.failed.connect(self._fail)

    def take(self, path: Path, *, many: bool = False, quietly: bool = False) -> None:
        """Read a file and do what it is for.

        ``many`` says that more follow, for which an answer counts too; ``quietly`` that somebody else tells what
        went well.
        """
        self._quietly = quietly
        self._answers = self._answers if self._many else {}
        self._many = many
        model = self._controller.models.current
        if model is None:
            hint = "Open the model that they were made with, then open them again."
            self._fail(Problem(f"{path.name} holds numbers for a model, and none is open.", hint))
        else:
            self.begin(partial(_read, path, model), partial(self._on_read, path, model))

    def _on_read(self, path: Path, model: OpenModel, found: Numbers | tuple[Direction, ...]) -> None:
        if model.generator.hash != self._controller.models.hash:
            what = f"{path.name} was read for {model.name}, which is not open any more."
            self._fail(Problem(what, "Open that model, then open the file again."))
        elif isinstance(found, tuple):
            self._add_directions(path, found)
        elif found.is_sure or found.likely in self._answers:
            self._use(path, model, found, found.likely if found.is_sure else self._answers[found.likely])
        else:
            self._ask(path, model, found)

    def _ask(self, path: Path, model: OpenModel, found: Numbers) -> None:
        def answer(index: int | None) -> None:
            if index is None:
                self.done.emit("")
                return
            if self._many:
                self._answers[found.likely] = _KINDS[index]
            self._use(path, model, found, _KINDS[index])

        count, likely = len(found.rows), _KINDS.index(found.likely)
        one, more = ("A point of W", f"{count} points of W") if found.in_w else ("A latent", f"{count} latents")
        choices = ("A direction", one) if count == 1 else (f"{count} directions", more)
        self.asked.emit(f"What is in {path.name}?", self._hint(model, found), choices, likely, answer)

    def _hint(self, model: OpenModel, found: Numbers) -> str:
        count, size = found.rows.shape
        card = model.generator.card
        length = float(np.linalg.norm(found.rows, axis=1).mean())
        usual = typical_norm(card.latent_size, card.prior)[0]
        rows = f"{size} numbers" if count == 1 else f"{count} rows of {size} numbers"
        held = f"It holds {rows} of length {length:.3g}."
        hint = f"{held} Directions usually have length 1, latents of {model.name} {usual:.3g}."
        return f"{hint} The answer counts for the files that follow, too." if self._many else hint

    def _use(self, path: Path, model: OpenModel, found: Numbers, kind: str) -> None:
        if kind == "directions":
            self.begin(partial(_directions_in, path, model), partial(self._on_read, path, model))
        else:
            self._show_latents(path, model, found)

    def _add_directions(self, path: Path, found: tuple[Direction, ...]) -> None:
        directions = self._controller.directions
        fresh = directions.new_ones(found)
        try:
            names = directions.add(fresh, f"Import {path.name}")
        except Problem as problem:
            self._fail(problem)
            return
        if not names:
            self._say(f"The directions in {path.name} are all there already.")
            self.done.emit(f"{path.name}, which was there already")
            return
        what = f"{names[0]} was" if len(names) == 1 else f"{len(names)} directions were"
        self._say(f"{what} imported from {path.name}.", "See Explore, or Arithmetic, under Directions.")
        self.done.emit(f"{len(names)} direction{'s' if len(names) > 1 else ''} of {path.name}")

    def _show_latents(self, path: Path, model: OpenModel, found: Numbers) -> None:
        shown = self._controller.document.scene
        base = replace(shown, model=model.generator.hash, model_name=model.name)
        scenes, count = found.scenes(base)[:MOST_BOOKMARKS], len(found.rows)
        self._controller.show(f"Open {path.name}", scenes[0])
        if len(scenes) > 1 and not self._keep(scenes, path, count):
            return
        kept = f"{len(scenes)} latents of {path.name}, among the bookmarks"
        self.done.emit(kept if len(scenes) > 1 else f"the latent of {path.name}")

    def _keep(self, scenes: list[Scene], path: Path, count: int) -> bool:
        try:
            self._bookmarks.add_all(scenes, [f"{path.stem} {rank}" for rank in range(1, len(scenes) + 1)])
        except Problem as problem:
            self._fail(problem)
            return False
        self.bookmarked.emit()
        which = f"The first {len(scenes)} of {count:,}" if count > len(scenes) else f"The {count}"
        what = f"{which} latents of {path.name} are among the bookmarks."
        self._say(what, "The first one is shown.")
        return True

    def _say(self, what: str, hint: str = "") -> None:
        if not self._quietly:
            self._notices.show(Notice(DONE, what, hint))

    def _fail(self, error: Exception) -> None:
        self._notices.show_error(error)
        self.done.emit("")


def _read(path: Path, model: OpenModel, *_: object) -> Numbers | tuple[Direction, ...]:
    """The directions where the file says that it holds such, else its numbers."""
    from explorer.core.rendering.latent_files import numbers_in
    from explorer.training.weight_import.tensors import read_tensors

    try:
        found = numbers_in(path, model.generator.card, read_tensors)
    except Problem:
        found = None  # the import knows more forms, and more of what is wrong
    is_torch = path.suffix.lower() in (".pt", ".pth")  # in which latents are lone tensors, and directions have names
    if found is None or (found.likely == "directions" and (found.is_sure or is_torch)):
        return _directions_in(path, model)
    return found


def _directions_in(path: Path, model: OpenModel, *_: object) -> tuple[Direction, ...]:
    return directions_in(path, model.generator.card)
