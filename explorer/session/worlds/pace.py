"""A beat that frames are driven to: as many a second as the world has, and one at once when a key is pressed."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal

_AT_LEAST_S = 0.015  # between two frames, however keys are pressed


class Pace(QObject):
    """Ticks at an even rate.

    Attributes
    ----------
    rate : float
        Frames a second.

    Signals
    -------
    ticked()
        The next frame is wanted.
    changed(goes) : bool
    """

    ticked = Signal()
    changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rate = 15.0
        self._last_s = 0.0
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._soon = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._soon.timeout.connect(self.hurry)

    @property
    def goes(self) -> bool:
        """Whether it ticks."""
        return self._timer.isActive()

    def start(self) -> None:
        """Tick from now on."""
        if not self.goes:
            self._timer.start(max(1, round(1000.0 / self.rate)))
            self.changed.emit(True)

    def stop(self) -> None:
        """Tick no more."""
        self._soon.stop()
        if self.goes:
            self._timer.stop()
            self.changed.emit(False)

    def hurry(self) -> None:
        """Tick now rather than at the next beat: somebody has done something, and is to see what comes of it."""
        rest_s = _AT_LEAST_S - (perf_counter() - self._last_s)
        if self.goes and rest_s > 0.0:
            self._soon.start(1 + int(1000.0 * rest_s))
        elif self.goes:
            self._timer.start()
            self._tick()

    def _tick(self) -> None:
        self._last_s = perf_counter()
        self.ticked.emit()
