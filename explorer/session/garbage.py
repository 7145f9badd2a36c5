"""Collects garbage in the GUI thread only: a collector in a worker might destroy what belongs to Qt."""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 500
_YOUNG, _MIDDLE = 700, 10  # as Python's own collector: when a generation is worth looking at
_QUIET_TICKS = 6  # 3 s of rest; a pass takes 2 to 15 ms with a model open
_MOST_TICKS = 600  # 5 min: what never rests must not fill the memory either


class GarbageTimer(QObject):
    """Switches Python's collector off and collects from a timer of the thread it lives in, until `stop`.

    What the start-up made is put aside for good, so that a collection of what is young stays far below the
    length of a frame. Everything else is gone through once in every rest, and every few minutes at the latest.

    Parameters
    ----------
    is_idle : callable
        Whether nothing moves that a pause could be seen in; asked at every tick.
    """

    def __init__(
        self,
        parent: QObject | None = None,
        is_idle: Callable[[], bool] = lambda: False,
        interval_ms: int = _INTERVAL_MS,
    ) -> None:
        super().__init__(parent)
        self._is_idle = is_idle
        self._quiet_ticks = self._ticks = 0
        self._was_on = gc.isenabled()
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self, interval=interval_ms)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def stop(self) -> None:
        """Give the collecting back to Python."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_on:
            gc.enable()

    def _collect(self) -> None:
        young, middle, _old = gc.get_count()
        if self._is_whole_pass_due():
            self._ticks = 0
            gc.collect()
        elif young > _YOUNG:
            gc.collect(1 if middle > _MIDDLE else 0)

    def _is_whole_pass_due(self) -> bool:
        self._ticks += 1
        self._quiet_ticks = self._quiet_ticks + 1 if self._is_idle() else 0
        return self._quiet_ticks == _QUIET_TICKS or self._ticks >= _MOST_TICKS
