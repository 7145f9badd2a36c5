"""Whatever is dropped or chosen, taken one after the other: models first, then what belongs to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.core.models.file_kinds import kind_of
from explorer.core.models.wrong_kind import WrongKind
from explorer.core.problem import Problem
from explorer.session.jobs.job import Job, JobRunner
from explorer.session.models.brought import MAYBE, Brought, SortedOut, sorted_out, takes_long
from explorer.session.models.companion_links import PARTS
from explorer.session.models.companions import Companions
from explorer.session.models.folders import models_in
from explorer.session.models.number_files import NumberFiles
from explorer.session.models.opening import holds_scene
from explorer.session.models.session_controller import SessionController
from explorer.session.notices import DONE, Notice, Notices

MOST_AT_ONCE = 100
"""Files of one drop that are opened; of pictures there may be more."""

_MODELS, _SOURCES, _NUMBERS, _SCENES = range(4)  # in the order they are taken
_LONGEST = 300  # characters of a summary
_SLOW_MS = 300  # after which it is said that it is being looked; folders are found to be large, or slow, only then


@dataclass(frozen=True, eq=False)
class UserQuestion:
    """Something only the user knows.

    Attributes
    ----------
    what, hint : str
        The question, and what helps to answer it.
    choices : tuple of str
    likely : int
        The choice that is probably right.
    answer : callable
        To be called once, with a choice's index, or None where the user gave up.
    """

    what: str
    hint: str
    choices: tuple[str, ...]
    likely: int
    answer: Callable[[int | None], None]


class Intake(QObject):
    """Opens files and folders of any kind that the program knows, in a sound order, and sums up what became of many.

    Signals
    -------
    asked(Question)
    translator_found(WrongKind)
        A model from picture to picture was to be opened.
    world_found(WrongKind)
        The dream of a world model was to be opened.
    bookmarked()
        There are more bookmarks of the open model.
    looking(title) : str
        It is being looked into a folder or into files of pictures, which may take a while, or does.
    pictures_brought(Brought)
        There are pictures, with which several things can be done.
    finished()
        All that was taken has been opened, or refused.
    """

    asked = Signal(object)
    translator_found = Signal(object)
    world_found = Signal(object)
    bookmarked = Signal()
    looking = Signal(str)
    pictures_brought = Signal(object)
    finished = Signal()

    def __init__(
        self,
        controller: SessionController,
        parts: Companions,
        numbers: NumberFiles,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.parts = parts
        self._controller, self._models, self._notices = controller, controller.models, notices
        self._numbers = numbers
        self._sorting = JobRunner(self, overtakes="nothing", name="what was brought")
        self._sorting.failed.connect(self._on_unsorted)
        self._pictures: Brought | None = None
        for part in (parts, numbers):
            part.setParent(self)
        self._waiting: list[tuple[int, Path]] = []
        self._now: Path | None = None  # what is being taken
        self._is_opening = False  # whether that is being opened as a model or a scene
        self._for_models = False  # whether the next thing has to wait for the model that is being opened
        self._postponed: list[WrongKind] = []
        self._good: list[str] = []
        self._bad: list[str] = []  # names of what could not be opened
        self._total = 0
        self._outcome = ""
        self._connect()

    def take(self, paths: Sequence[Path]) -> None:
        """Open files and folders: models and runs first, then numbers for them, then scenes; pictures are offered.

        What is being opened as a model, and all that was to follow it, is given up for them.
        """
        if not paths:
            return
        if self._is_opening:
            self._forget()
        unclear = [path for path in paths if kind_of(path) in MAYBE]
        if unclear:
            self._sorting.begin(partial(sorted_out, unclear), self._on_sorted)
            title = unclear[0].name if len(unclear) == 1 else f"{len(unclear)} things"
            if takes_long(unclear):
                self.looking.emit(title)
            else:
                QTimer.singleShot(_SLOW_MS, self, partial(self._say_looking, self._sorting.jobs[-1], title))
        self._await([path for path in paths if path not in unclear])

    def _await(self, paths: Sequence[Path]) -> None:
        """Open these, when it is their turn."""
        if len(paths) > MOST_AT_ONCE:
            what = f"Only the first {MOST_AT_ONCE} of {len(paths):,} files are opened."
            self._notices.show_error(Problem(what, "Open the others after them."))
        found = [(_rank(path), path) for path in self._without_source(paths[:MOST_AT_ONCE])]
        self._total += len(found)
        self._waiting = sorted([*self._waiting, *found], key=lambda each: each[0])
        if self._now is None:
            self._next()

    def _say_looking(self, job: Job, title: str) -> None:
        if job in self._sorting.jobs:
            self.looking.emit(title)

    def _on_sorted(self, found: SortedOut) -> None:
        self._pictures = found.pictures or self._pictures
        self._await(found.opened)

    def stop_looking(self) -> None:
        """Look no further into what was brought."""
        if self._sorting.is_wanted:
            self._sorting.cancel()
            self._await(())

    def _on_unsorted(self, error: Exception) -> None:
        self._notices.show_error(error)
        self._await(())

    def _without_source(self, paths: Sequence[Path]) -> Sequence[Path]:
        """What is left to be taken where weights come with their one source, by which they are read at once."""
        sources = [path for path in paths if kind_of(path) == "source"]
        weights = [path for path in paths if kind_of(path) == "weights"]
        if len(sources) == len(weights) == 1 and self._controller.keep_source(weights[0], sources[0]):
            return [path for path in paths if path not in sources]
        return paths

    def close(self) -> None:
        """Take no more, and wait for what is being read."""
        self._waiting.clear()
        self._sorting.close()
        self._numbers.close()
        self.parts.close()

    def _connect(self) -> None:
        self._models.opened.connect(lambda model, _request: self._note(model.name))
        self._models.drawing_found.connect(lambda _found: self._note(f"the drawing of {self._name}"))
        self._models.found.connect(lambda _scene: self._note(f"the scene of {self._name}"))
        self._models.busy_changed.connect(self._on_busy_changed)
        self._controller.wrong_kind.connect(self._on_other_kind)
        self._numbers.asked.connect(lambda *asked: self.asked.emit(UserQuestion(*asked)))
        self._numbers.done.connect(self._end)
        self._numbers.bookmarked.connect(self.bookmarked)

    @property
    def _name(self) -> str:
        return self._now.name if self._now is not None else ""

    def _next(self) -> None:
        """Begin with what is next; numbers wait until no model is being opened."""
        self._for_models = self._models.is_busy and bool(self._waiting) and self._waiting[0][0] == _NUMBERS
        if self._for_models:
            return
        if self._postponed and not (self._waiting and self._waiting[0][0] == _MODELS):
            self._offer_parts()
        if not self._waiting:
            if not self._sorting.is_wanted:
                self._sum_up()
            return
        rank, self._now = self._waiting.pop(0)
        self._outcome = ""
        if rank == _SOURCES:
            self._read_by(self._now)
        elif rank == _NUMBERS:
            many = any(each[0] == _NUMBERS for each in self._waiting)
            self._numbers.take(self._now, many=many, quietly=self._total > 1)
        elif kind_of(self._now) == "folder":
            self._choose_in(self._now)
        else:
            self._open(self._now)

    def _read_by(self, source: Path) -> None:
        """Read the weights that were opened last as a source says."""
        self._is_opening = True
        if not self._controller.read_by_source(source):
            self._end("")

    def _choose_in(self, folder: Path) -> None:
        """Open the one model of a folder, or ask which of several."""
        models = models_in(folder)
        if len(models) < 2:
            self._open(models[0] if models else folder)  # which says what is missing
            return

        def answer(index: int | None) -> None:
            if index is None:
                self._end("")
            else:
                self._open(models[index])

        what, hint = f"Which model in {folder.name}?", f"The folder holds {len(models)} models."
        names = tuple(path.relative_to(folder).as_posix() for path in models)
        self.asked.emit(UserQuestion(what, hint, names, 0, answer))

    def _note(self, what: str) -> None:
        if self._now is not None:
            self._outcome = what

    def _on_busy_changed(self, opening: str) -> None:
        if opening:
            return
        if self._for_models:
            self._next()
        elif self._is_opening:
            self._end(self._outcome)

    def _open(self, path: Path) -> None:
        self._is_opening = True
        self._controller.open(path)

    def _forget(self) -> None:
        """Begin anew."""
        self._waiting.clear()
        self._postponed.clear()
        self._good.clear()
        self._bad.clear()
        self._now, self._is_opening, self._total = None, False, 0

    def _end(self, outcome: str) -> None:
        if outcome:
            self._good.append(outcome)
        elif self._now is not None and not any(found.path == self._now for found in self._postponed):
            self._bad.append(self._now.name)
        self._now, self._is_opening = None, False
        self._next()

    def _on_other_kind(self, found: WrongKind) -> None:
        if found.kind == "translator":
            self._note(f"{found.path.name} in Draw")
            self.translator_found.emit(found)
        elif found.kind == "dream":
            self._note(f"{found.path.name} in Worlds")
            self.world_found.emit(found)
        elif found.kind not in PARTS:
            self._notices.show_error(found)
        elif self._now is None:
            self.parts.offer(found)
        else:  # the model that it is for may be among those that follow
            self._postponed.append(found)

    def _offer_parts(self) -> None:
        postponed, self._postponed = self._postponed, []
        for found in postponed:
            if self.parts.offer(found):
                self._good.append(f"the {found.kind} {found.path.name}, if you want it")
            else:
                self._bad.append(found.path.name)

    def _sum_up(self) -> None:
        """Tell what became of several; there may be more refusals than there is room for."""
        good, bad, total = self._good, self._bad, self._total
        self._good, self._bad, self._total = [], [], 0
        if total > 1 and (good or len(bad) > 1):
            words = [_listed("", good), _listed("Not opened: ", bad)]
            hint = " ".join(each for each in words if each)
            self._notices.show(Notice(DONE, f"{len(good)} of {total} could be opened.", hint))
        brought, self._pictures = self._pictures, None
        if brought is not None:
            self.pictures_brought.emit(brought)
        self.finished.emit()


def _listed(what: str, names: list[str]) -> str:
    words = what + ", ".join(names)
    shown = words if len(words) <= _LONGEST else f"{words[:_LONGEST].rstrip(', ')} …"
    return f"{shown}." if names else ""


def _rank(path: Path) -> int:
    kind = kind_of(path)
    if kind in ("numbers", "source"):
        return _NUMBERS if kind == "numbers" else _SOURCES
    return _SCENES if holds_scene(path) else _MODELS
