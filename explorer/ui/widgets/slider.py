"""A slider that tells the user's hand from the program's."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QSlider, QVBoxLayout, QWidget

from explorer.ui.widgets.gestures import Hand, new_gesture

__all__ = ["Slider", "new_gesture"]


class Slider(QWidget):
    """Picks a float, usually between ``low`` and ``high``.

    Signals
    -------
    moved(value, gesture) : float, int
        The user moved it. All moves of one drag, spin or burst of keys, and only those, share a gesture number.
    """

    moved = Signal(float, int)

    def __init__(
        self,
        low: float = -3.0,
        high: float = 3.0,
        *,
        home: float = 0.0,
        step: float = 0.1,
        soft: bool = False,
        typical: tuple[float, float] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._low, self._high = low, high
        self._hand = Hand()
        self._value = home
        self.bar = QSlider(maximum=1000)
        self.bar.sliderMoved.connect(self._move)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.bar)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def value(self) -> float:
        """Where the slider stands."""
        return self._value

    def show_value(self, value: float) -> None:
        """Stand at ``value`` without emitting anything."""
        self._value = value

    def set_range(self, low: float, high: float) -> None:
        """Let the slider run from ``low`` to ``high``."""
        self._low, self._high = low, high

    def set_typical(self, low: float, high: float) -> None:
        """Mark where the prior's values usually lie."""

    def _move(self, tick: int) -> None:
        self._value = self._low + (self._high - self._low) * tick / 1000
        self.moved.emit(self._value, self._hand.begin())
