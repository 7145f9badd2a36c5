"""One run trained in a thread of this process: opening its pictures, its steps, and how it ended."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal

from explorer.session.jobs.report import Cancelled, throttled
from explorer.session.settings import Device
from explorer.session.train.training_thread import TrainingThread

if TYPE_CHECKING:
    from explorer.training.learning.progress import Progress

_SWITCH_S = 0.0005  # a loop of tiny operations gets its turn back sooner beside a window that paints


class TrainingJob(QObject):
    """Trains the run in a folder until it is done or told to stop.

    Attributes
    ----------
    folder : Path
    step : int
        The last step taken; 0 while the pictures are opened.
    share : float
        How much of the pictures has been opened, 0 to 1.
    error : Exception or None
        Why it ended, if not as it should.

    Signals
    -------
    changed()
        Something of the above is new; at most ten times a second.
    ended()
        It has stopped, and its checkpoint is kept.
    """

    changed = Signal()
    ended = Signal()
    _prepared = Signal(float)

    def __init__(self, folder: Path, device: Device, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self.step = 0
        self.share = 0.0
        self.error: Exception | None = None
        self._stopping = Event()
        steps = partial(_steps, folder, device, self._prepared.emit, self._stopping.is_set)
        self._thread = TrainingThread(steps, self)
        self._thread.progressed.connect(self._on_progressed)
        self._thread.failed.connect(self._on_failed)
        self._thread.finished.connect(self._on_finished)
        self._prepared.connect(self._on_prepared)
        self._switch_s = sys.getswitchinterval()

    @property
    def is_paused(self) -> bool:
        """Whether it stands still, or will after the step it is on."""
        return self._thread.is_paused

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping.is_set()

    @property
    def state(self) -> Literal["preparing", "training", "paused", "stopping"]:
        """What it does now."""
        if self.is_stopping:
            return "stopping"
        if self.is_paused:
            return "paused"
        return "training" if self.step else "preparing"

    def start(self, *, paused: bool = False) -> None:
        """Begin, or stand still before the first step."""
        sys.setswitchinterval(_SWITCH_S)
        if paused:
            self._thread.pause()
        self._thread.start()

    def pause(self) -> None:
        """Stand still after the step that is being taken."""
        self._thread.pause()
        self.changed.emit()

    def resume(self) -> None:
        """Go on."""
        self._thread.resume()
        self.changed.emit()

    def step_once(self) -> None:
        """Take one step, then stand still."""
        self._thread.step_once()

    def stop(self) -> None:
        """Keep a checkpoint and end after the step that is being taken; ``ended`` follows."""
        self._stopping.set()
        self._thread.stop()
        self.changed.emit()

    def close(self) -> None:
        """Stop, and wait until the checkpoint is kept; nothing is announced any more."""
        self.blockSignals(True)
        self.stop()
        self._thread.wait()
        sys.setswitchinterval(self._switch_s)

    def _on_prepared(self, share: float) -> None:
        self.share = share
        self.changed.emit()

    def _on_progressed(self, steps: list[Progress]) -> None:
        self.step = steps[-1].step
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        self.error = error

    def _on_finished(self) -> None:
        self._thread.wait()  # it is about to end, but has not: a thread must not be destroyed before
        sys.setswitchinterval(self._switch_s)
        self.ended.emit()


def _steps(folder: Path, device: Device, report: Any, cancelled: Cancelled) -> Iterator[Progress]:
    """The run itself, which leaves one core to the window."""
    from explorer.training.learning.devices import training_device, use_threads
    from explorer.training.runs.run import Run
    from explorer.training.sources import Cancelled as Stopped

    use_threads(spare_threads())
    run = Run.open(folder)
    try:
        progress = throttled(lambda done, total: report(done / max(total, 1)))
        found = run.pictures(progress=progress, cancelled=cancelled)
    except Stopped:
        return
    yield from run.train(found, training_device(device))


def spare_threads() -> int:
    """How many threads may train while the window works: all but one core."""
    return max((os.cpu_count() or 2) - 1, 1)
