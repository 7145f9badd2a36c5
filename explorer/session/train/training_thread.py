"""Lets a training run proceed while the window stays alive."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from math import inf
from threading import Condition
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

REPORT_INTERVAL_S = 0.1


class TrainingThread(QThread):
    """Iterates a training run, passing what it yields to the GUI in small batches.

    The run knows nothing of threads: it is paused by not being asked for its next step, and stopped by
    being closed, in this thread, which is when it saves its checkpoint.

    Parameters
    ----------
    run : callable
        Called in the thread; gives the iterator of progress that is the run.
    interval_s : float
        How long to gather what the run yields before it is passed on, in seconds.

    Signals
    -------
    progressed(list)
        What the run yielded since the last time, in order; at most ten times a second by default, however
        fast the steps are, and always before a pause and at the end.
    failed(Exception)
        The run raised; it is over.
    """

    progressed = Signal(list)
    failed = Signal(object)

    def __init__(
        self,
        run: Callable[[], Iterator[Any]],
        parent: QObject | None = None,
        *,
        interval_s: float = REPORT_INTERVAL_S,
    ) -> None:
        super().__init__(parent)
        self._run = run
        self._interval_s = interval_s
        self._changed = Condition()
        self._stopping = False
        self._steps_allowed = inf

    @property
    def is_paused(self) -> bool:
        """Whether the run stands still, or will once the step it is on has ended."""
        return self._steps_allowed == 0

    def pause(self) -> None:
        """Ask the run to stand still after the step it is on."""
        self._allow(0)

    def resume(self) -> None:
        """Let the run go on."""
        self._allow(inf)

    def step_once(self) -> None:
        """Let the run take one step, then stand still again."""
        self._allow(1)

    def stop(self) -> None:
        """Ask the run to end after the step it is on; ``finished`` follows."""
        with self._changed:
            self._stopping = True
            self._changed.notify()

    def run(self) -> None:
        """Iterate the run; Qt calls this in the new thread."""
        try:
            with closing(self._run()) as steps:  # type: ignore[type-var]
                self._follow(steps)
        except Exception as error:  # noqa: BLE001
            self.failed.emit(error)

    def _allow(self, steps: float) -> None:
        with self._changed:
            self._steps_allowed = steps
            self._changed.notify()

    def _follow(self, steps: Iterator[Any]) -> None:
        batch: list[Any] = []
        sent_at = time.monotonic()
        try:
            while self._may_step(lambda: self._send(batch)):
                batch.append(next(steps))
                if time.monotonic() - sent_at >= self._interval_s:
                    self._send(batch)
                    sent_at = time.monotonic()
        except StopIteration:
            return
        finally:
            self._send(batch)

    def _may_step(self, before_waiting: Callable[[], None]) -> bool:
        """Wait until a step is allowed and use it up; False once the run should end."""
        with self._changed:
            if not self._stopping and self._steps_allowed == 0:
                before_waiting()
            self._changed.wait_for(lambda: self._stopping or self._steps_allowed > 0)
            self._steps_allowed -= 1
            return not self._stopping

    def _send(self, batch: list[Any]) -> None:
        if batch:
            self.progressed.emit(batch.copy())
            batch.clear()
