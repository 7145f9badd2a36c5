"""A driver that learns in the dream, in a thread of its own; what each generation earned is kept to be drawn."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.models.model import DREAM
from explorer.core.sampling.abandoning import AbandonedError, abandoned_if
from explorer.session.train.training_thread import TrainingThread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from explorer.training.worlds.evolving import EvolutionPlan, Generation


class LearningDrivers(QObject):
    """Lets drivers learn, one search at a time.

    Signals
    -------
    learned(generations) : list of Generation
        What there is so far, in order.
    failed(error)
    ended()
        The search is over, or was stopped.
    """

    learned = Signal(object)
    failed = Signal(object)
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.generations: list[Generation] = []
        self._thread: TrainingThread | None = None
        self._is_wanted, self._stopped = True, Event()

    @property
    def is_busy(self) -> bool:
        """Whether somebody learns, or is still stopping."""
        return self._thread is not None

    def begin(self, path: Path, asked: EvolutionPlan) -> None:
        """Let drivers of the world model in a folder learn; nothing while others do."""
        if self._thread is not None:
            return
        self.generations, self._is_wanted, self._stopped = [], True, Event()
        folder = path.parent if path.name == DREAM else path
        self._thread = TrainingThread(partial(_evolved, folder, asked, self._stopped), self)
        self._thread.progressed.connect(self._on_progressed)
        self._thread.failed.connect(self.failed)
        self._thread.finished.connect(self._on_finished)
        self._thread.start()

    def stop(self) -> None:
        """Learn no more; the generation under way is given up, as it may take long."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.stop()

    def forget(self) -> None:
        """Stop, and tell no more of what was learned."""
        self.generations, self._is_wanted = [], False
        self.stop()

    def close(self) -> None:
        """Stop, and wait until that has stopped."""
        self.stop()
        if self._thread is not None:
            self._thread.wait()

    def _on_progressed(self, generations: list[Generation]) -> None:
        if self._is_wanted:
            self.generations += generations
            self.learned.emit(self.generations)

    def _on_finished(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.deleteLater()
        self.ended.emit()


def _evolved(folder: Path, asked: EvolutionPlan, stopped: Event) -> Iterator[Generation]:
    from explorer.training.worlds.evolving import evolved

    with suppress(AbandonedError), abandoned_if(stopped.is_set):
        yield from evolved(folder, asked)
