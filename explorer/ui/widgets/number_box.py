"""A small box for one number, typed, spun or stepped."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from explorer.ui.widgets.gestures import Hand


class NumberBox(QLineEdit):
    """Edits one float.

    Signals
    -------
    edited(value, gesture) : float, int
        The user typed or stepped to ``value``.
    """

    edited = Signal(float, int)

    def __init__(
        self,
        low: float = -math.inf,
        high: float = math.inf,
        *,
        decimals: int = 2,
        step: float = 0.1,
        home: float = 0.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._low, self._high, self._decimals = low, high, decimals
        self._hand = Hand()
        self._value = home
        self.editingFinished.connect(self._commit)

    @property
    def value(self) -> float:
        """The number that stands in the box."""
        return self._value

    def show_value(self, value: float) -> None:
        """Show ``value`` without emitting anything."""
        self._value = value
        self.setText(f"{value:.{self._decimals}f}")

    def _commit(self) -> None:
        try:
            self._value = float(self.text())
        except ValueError:
            return
        self.edited.emit(self._value, self._hand.begin())
