"""Many wishes, few redraws."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

DATA_MS = 66  # at most fifteen times a second; well before the fifth of a second that people call at once
HAND_MS = 8  # what the hand does is seen at once, a burst of its events once


class Pulse(QObject):
    """Gathers wishes to redraw: the first one starts the clock, those after it ride along.

    Signals
    -------
    due()
    """

    due = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.due)

    @property
    def is_waiting(self) -> bool:
        """Whether a redraw is to come."""
        return self._timer.isActive()

    def ask(self, within_ms: int = DATA_MS) -> None:
        """Have `due` emitted within so many milliseconds."""
        if not self._timer.isActive() or self._timer.remainingTime() > within_ms:
            self._timer.start(within_ms)

    def stop(self) -> None:
        """Forget what was asked."""
        self._timer.stop()
