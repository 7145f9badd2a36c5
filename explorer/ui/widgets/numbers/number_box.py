"""A small box for one number, typed, turned or stepped."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from explorer.ui.theme import UNIT
from explorer.ui.widgets.gestures import Hand, step_size
from explorer.ui.widgets.growing import grow_width
from explorer.ui.widgets.parts import named


class NumberBox(QLineEdit):
    """Edits one float; what is no number goes back to what stood there.

    The wheel and the up and down keys go by ``step``, a tenth of it with Shift, ten times with Ctrl.

    Signals
    -------
    edited(value, gesture) : float, int
        The user typed or stepped to ``value``. One spin of the wheel or burst of keys is one gesture.
    entered()
        The box has the keyboard now.
    left()
        The user is done with the box: Enter or Esc was pressed in it.
    """

    edited = Signal(float, int)
    entered = Signal()
    left = Signal()

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
        self._low, self._high, self._decimals, self._step = low, high, decimals, step
        self._hand = Hand()
        self._value = home
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName("Number")
        self.editingFinished.connect(self._commit)
        self._show_text()

    @property
    def value(self) -> float:
        """The number that stands in the box."""
        return self._value

    def set_range(self, low: float, high: float) -> None:
        """Take values from ``low`` to ``high`` from now on."""
        self._low, self._high = low, high

    def show_value(self, value: float) -> None:
        """Show ``value`` without emitting anything; what is being typed is left alone."""
        if value != self._value:
            self._value = value
            if not (self.isModified() and self.hasFocus()):
                self._show_text()

    def revert(self) -> None:
        """Forget what was typed."""
        self._show_text()

    def sizeHint(self) -> QSize:
        widest = self.fontMetrics().horizontalAdvance("-00." + "0" * self._decimals)
        return QSize(widest + 2 * UNIT, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _show_text(self) -> None:
        text = f"{self._value:.{self._decimals}f}"
        self.setText(text.lstrip("-") if float(text) == 0 else text)
        self.setCursorPosition(0)

    def _commit(self) -> None:
        if not self.isModified():
            return
        value = _number(self.text())
        if value is not None:
            self._move(value, self._hand.begin())
        self._show_text()

    def _move(self, value: float, gesture: int) -> None:
        value = round(min(max(value, self._low), self._high), 6)
        if value != self._value:
            self._value = value
            self._show_text()
            self.edited.emit(value, gesture)

    def _step_by(self, steps: int, modifiers: Qt.KeyboardModifier, kind: str) -> None:
        self._commit()
        self._move(self._value + steps * step_size(modifiers, self._step), self._hand.burst(kind))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step_by(1 if key == Qt.Key.Key_Up else -1, event.modifiers(), "key")
        elif key == Qt.Key.Key_Escape:
            self.revert()
            self.left.emit()
        else:
            super().keyPressEvent(event)
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                event.accept()
                self.selectAll()
                self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if notches := self._hand.turned(self, event):
            self._step_by(notches, event.modifiers(), "wheel")

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()
        if event.reason() == Qt.FocusReason.MouseFocusReason:
            QTimer.singleShot(0, self, self.selectAll)  # after the press, which would put the cursor instead


def number_box(
    name: str,
    tip: str,
    low: float,
    high: float,
    home: float,
    *,
    step: float = 1,
    decimals: int = 0,
    width_px: int = 9 * UNIT,
) -> NumberBox:
    """A box of fixed width with its words, for a whole number unless it is to have ``decimals``."""
    box = named(NumberBox(low, high, decimals=decimals, step=step, home=home), name, tip)
    grow_width(box, width_px)
    return box


def _number(text: str) -> float | None:
    """The finite number ``text`` means, with a comma or a point; None where it means none."""
    try:
        value = float(text.strip().replace(",", ".").replace("−", "-"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
