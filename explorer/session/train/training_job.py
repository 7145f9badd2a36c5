"""One run trained in a thread of this process: opening its pictures, its steps, and how it ended."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from explorer.session.settings import Device
from explorer.session.train.training_thread import TrainingThread

if TYPE_CHECKING:
    from explorer.training.learning.progress import Progress

_SWITCH_S = 0.0005  # a loop of tiny operations gets its turn back sooner beside a window that paints
_TELL_S = 0.1


@dataclass(frozen=True, eq=False)
class _Order:
    folder: Path
    device: Device
    stopping: Event = field(default_factory=Event)


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
        self._order = _Order(folder, device)
        self._thread = TrainingThread(lambda: _steps(self._order, self._prepared.emit), self)
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
        return self._order.stopping.is_set()

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
        self._order.stopping.set()
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


def _steps(order: _Order, report: Any) -> Iterator[Progress]:
    """The run itself, which leaves one core to the window."""
    from explorer.training.learning.devices import training_device, use_threads
    from explorer.training.runs.run import Run
    from explorer.training.sources import Cancelled

    use_threads(spare_threads())
    run = Run.open(order.folder)
    try:
        found = run.pictures(progress=_seldom(report), cancelled=order.stopping.is_set)
    except Cancelled:
        return
    yield from run.train(found, training_device(order.device))


def spare_threads() -> int:
    """How many threads may train while the window works: all but one core."""
    return max((os.cpu_count() or 2) - 1, 1)


def _seldom(report: Any) -> Any:
    """Tells of pictures that are opened ten times a second at most."""
    told_at = -_TELL_S

    def advance(done: int, total: int) -> None:
        nonlocal told_at
        now = time.monotonic()
        if now - told_at >= _TELL_S or done == total:
            told_at = now
            report(done / max(total, 1))

    return advance
