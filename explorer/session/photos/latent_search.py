"""The latent of a picture, searched for in the background by optimisation: one search at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.models.file_kinds import run_of
from explorer.core.rendering.conditions import USUAL, Conditions
from explorer.core.rendering.latent_points import LatentPoint, Space
from explorer.session.models.opening import OpenModel
from explorer.session.photos.photo import Picture
from explorer.session.photos.photo_tuning import PhotoTuning
from explorer.session.train.training_thread import TrainingThread

if TYPE_CHECKING:
    from explorer.training.projection.latent_optimisation import Projected

_TOLD_FROM = 3  # steps that must have been measured before a time is told


@dataclass(frozen=True, eq=False)
class Search:
    """What is searched for.

    Attributes
    ----------
    model : OpenModel
    crop : (height, width, channels) uint8
        Of the model's size.
    start : LatentPoint or None
        Where to begin besides: usually what the encoder said.
    label : int or None
        The class to draw.
    space : {"z", "w", "w+"}
        Where to search.
    under : Conditions
        Noise, and how the content is moved.
    """

    model: OpenModel
    crop: Picture
    start: LatentPoint | None = None
    label: int | None = None
    space: Space = "z"
    under: Conditions = USUAL

    def steps(self) -> Iterator[Projected]:
        """The search itself, which leaves half of the processor to the window."""
        from explorer.training.learning.devices import leave_room
        from explorer.training.projection.differentiable_generator import Painter
        from explorer.training.projection.latent_optimisation import project

        leave_room()
        model = self.model
        painter = Painter.open(model.files, self.label, self.under, trusted=run_of(model.path) is not None)
        yield from project(painter, self.crop, start=self.start, space=self.space)


Task = Search | PhotoTuning


class Projections(QObject):
    """Searches for one picture at a time in a thread, or tunes a model to it, and tells how far it is.

    Attributes
    ----------
    search : Search or PhotoTuning or None
        What is being done, and still wanted.

    Signals
    -------
    progressed(steps) : list of Projected
        What is new since the last time, at most ten times a second.
    ended(search, best) : Search or PhotoTuning, Projected or None
        It is done or was stopped; ``best`` is the best so far. Nothing is told of a search that was dropped.
    failed(error)
    """

    progressed = Signal(list)
    ended = Signal(object, object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.search: Task | None = None
        self._thread: TrainingThread | None = None
        self._best: Projected | None = None
        self._waiting: Task | None = None
        self._first: tuple[int, float] | None = None  # the first step that was told of, and when

    @property
    def is_busy(self) -> bool:
        """Whether something is being searched for, or is still stopping."""
        return self._thread is not None

    @property
    def seconds_left(self) -> float | None:
        """About how long it will take, by the steps so far; None before there are some."""
        if self._best is None or self._first is None:
            return None
        done = self._best.step - self._first[0]
        if done < _TOLD_FROM:
            return None
        return (time.monotonic() - self._first[1]) / done * (self._best.steps - self._best.step)

    def begin(self, search: Task) -> None:
        """Search for the point of a picture, or tune a model to one, instead of anything else."""
        self.drop()
        self.search = search
        if self._thread is not None:
            self._waiting = search  # until the other has stopped
        else:
            self._start(search)

    def stop(self) -> None:
        """Stop and use the best so far; ``ended`` follows after the step that is being taken."""
        if self._waiting is not None:
            self.drop()
        elif self._thread is not None:
            self._thread.stop()

    def drop(self) -> None:
        """Stop, and tell nothing of it."""
        self.search = self._waiting = None
        if self._thread is not None:
            self._thread.stop()

    def close(self) -> None:
        """Stop, and wait until that has stopped."""
        self.drop()
        if self._thread is not None:
            self._thread.finished.disconnect(self._on_finished)
            self._thread.wait()
            self._thread = None

    def _start(self, search: Task) -> None:
        self._best = self._first = None
        self._thread = TrainingThread(search.steps, self)
        self._thread.progressed.connect(self._on_progressed)
        self._thread.failed.connect(self._on_failed)
        self._thread.finished.connect(self._on_finished)
        self._thread.start()

    def _on_progressed(self, steps: list[Projected]) -> None:
        if self.search is None or self._waiting is not None or self._thread is None:
            return
        self._best = steps[-1]
        if self._first is None and self._best.step > 0:
            self._first = self._best.step, time.monotonic()
        self.progressed.emit(steps)

    def _on_failed(self, error: Exception) -> None:
        if self.search is not None and self._waiting is None:
            self.search = None
            self.failed.emit(error)

    def _on_finished(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.wait()  # it is about to end, but has not: a thread must not be destroyed before
            thread.deleteLater()
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._start(waiting)
            return
        search, self.search = self.search, None
        if search is not None:
            self.ended.emit(search, self._best)
