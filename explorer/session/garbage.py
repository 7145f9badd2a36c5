"""Collects garbage in the GUI thread only: a collector in a worker might destroy what belongs to Qt."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 500
_YOUNG, _MIDDLE = 700, 10  # as Python's own collector: when a generation is worth looking at


class GarbageTimer(QObject):
    """Switches Python's collector off and collects from a timer of the thread it lives in, until `stop`.

    What the start-up made is put aside for good, so that a collection stays far below the length of a frame.
    """

    def __init__(self, parent: QObject | None = None, interval_ms: int = _INTERVAL_MS) -> None:
        super().__init__(parent)
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
        if young > _YOUNG:
            gc.collect(1 if middle > _MIDDLE else 0)
