"""A slider that tells the user's hand from the program's."""

from __future__ import annotations

import math
from typing import ClassVar

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.accessible import tell_value
from explorer.ui.widgets.gestures import Hand, new_gesture, step_size
from explorer.ui.widgets.keys import Key
from explorer.ui.widgets.numbers.slider_painting import KNOB_PX, Rail, RailState, paint_slider

__all__ = ["Slider", "new_gesture"]

_SOFT_REACH = 4.0  # a soft range gives way up to this many times its length
_KEYS = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10, Qt.Key.Key_PageUp: 10,
}  # fmt: skip


class Slider(QWidget):
    """Picks a float, usually between ``low`` and ``high``.

    The wheel and the arrows go by ``step``, a tenth of it with Shift, ten times with Ctrl; dragging with
    Shift goes ten times slower; a double click, Delete or Backspace goes ``home``.

    Parameters
    ----------
    low, high : float
        The range that is shown.
    home : float
        Where the filled part begins and a double click leads.
    step : float
    soft : bool
        Whether the range gives way to values outside it, up to a limit that is far away.
    typical : (float, float) or None
        The values to mark as usual, such as those within two standard deviations of the prior.

    Signals
    -------
    moved(value, gesture) : float, int
        The user moved it. All moves of one drag, spin or burst of keys, and only those, share a number.
    pressed()
        The user put a hand on it.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("Step a slider", "Left, Right or the wheel;  Shift: finer,  Ctrl: coarser"),
        Key("Put a slider back", "Delete  or  double click"),
    )

    moved = Signal(float, int)
    pressed = Signal()

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
        self._low, self._high, self._home, self._step = low, high, home, step
        self._soft, self._typical = soft, typical
        self._value = home
        self._rail = Rail(low, high)  # the range with what it gave way to
        self._hand = Hand()
        self._grip: tuple[float, float] | None = None  # while dragging: the pointer's last x, the exact value
        self._hovered = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Slider")

    @property
    def value(self) -> float:
        """Where the slider stands."""
        return self._value

    @property
    def shown_range(self) -> tuple[float, float]:
        """The values at its two ends: the range, and what a soft one gave way to."""
        return (self._rail.low, self._rail.high)

    @property
    def step(self) -> float:
        """How far the wheel and the arrows go."""
        return self._step

    @property
    def dragging(self) -> bool:
        """Whether the user holds the knob."""
        return self._grip is not None

    def show_value(self, value: float) -> None:
        """Stand at ``value`` without emitting anything."""
        if value == self._value:
            return
        self._value = value
        tell_value(self, value)
        if not self.dragging:  # the range must not move under the hand
            self._fit_range()
        self.update()

    def set_range(self, low: float, high: float) -> None:
        """Let the slider run from ``low`` to ``high``."""
        self._low, self._high = low, high
        self._fit_range()
        self.update()

    def set_typical(self, low: float, high: float) -> None:
        """Mark the values between ``low`` and ``high`` as usual."""
        self._typical = (low, high)
        self.update()

    def set_home(self, home: float, step: float) -> None:
        """Go back to ``home``, and in steps of ``step``, from now on."""
        self._home, self._step = home, step
        self.update()

    def step_by(self, steps: float, modifiers: Qt.KeyboardModifier, kind: object = "key") -> None:
        """Move by ``steps``, fine with Shift and coarse with Ctrl, as the user's hand does."""
        self._move(self._value + steps * step_size(modifiers, self._step), self._hand.burst(kind))

    def take(self, value: float) -> None:
        """Move to ``value``, as the user's hand does."""
        self._move(value, self._hand.begin())

    def go_home(self) -> None:
        """Move to ``home``, as the user's hand does."""
        self.take(self._home)

    def sizeHint(self) -> QSize:
        return QSize(20 * UNIT, 3 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(8 * UNIT, 3 * UNIT)

    def _fit_range(self) -> None:
        low, high = self._low, self._high
        if self._soft and not low <= self._value <= high:
            low, high = min(low, math.floor(self._value)), max(high, math.ceil(self._value))
        self._rail = Rail(low, high, self.width())

    def _move(self, value: float, gesture: int) -> None:
        reach = (self._high - self._low) * (_SOFT_REACH - 1) / 2 if self._soft else 0.0
        value = round(min(max(value, self._low - reach), self._high + reach), 6)
        if value != self._value:
            self.show_value(value)
            self.moved.emit(value, gesture)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self.pressed.emit()
        gesture = self._hand.begin()
        x = event.position().x()
        grabbed = abs(x - self._rail.x_of(self._value)) <= 1.5 * KNOB_PX
        self._grip = (x, self._value if grabbed else self._rail.value_at(x))
        if not grabbed:
            self._move(self._rounded(self._rail.value_at(x)), gesture)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            return
        x, exact = self._grip
        fine = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        exact += (event.position().x() - x) * self._rail.per_px * fine
        self._grip = (event.position().x(), exact)
        self._move(self._rounded(self._rail.held(exact)), self._hand.number)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._grip = None
            self._fit_range()
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._move(self._home, self._hand.number)  # undone together with the click it began with

    def wheelEvent(self, event: QWheelEvent) -> None:
        if notches := self._hand.turned(self, event):
            self.step_by(notches, event.modifiers(), "wheel")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _KEYS:
            self.step_by(_KEYS[key], event.modifiers())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._move(self._low if key == Qt.Key.Key_Home else self._high, self._hand.begin())
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.go_home()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_range()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = RailState(
            self._value,
            self._home,
            self._typical,
            self.isEnabled(),
            self.hasFocus() or self.dragging,
            self._hovered,
        )
        with QPainter(self) as painter:
            paint_slider(painter, self._rail, self.height(), look, colours_of(self.palette()))

    def _rounded(self, value: float) -> float:
        return round(value / self._step * 100) * self._step / 100
