"""A range of layers, from coarse to fine, that two hands can stretch."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import UNIT, Colours, colours_of, mixed
from explorer.ui.widgets.accessible import announce
from explorer.ui.widgets.gestures import Hand
from explorer.ui.widgets.keys import Key

_BAR_PX = 3 * UNIT // 2
_GRIP_PX = UNIT // 2
_BANDS = ("coarse", "middle", "fine")


class LayerRange(QWidget):
    """Picks the first and the last of a few layers, each a cell of a bar.

    Dragging takes the nearer end along, or all of the range where it is grabbed in its middle. Left and right move
    the end that is marked, up and down mark the other one; the wheel moves the range.

    Signals
    -------
    moved(first, last, gesture) : int, int, int
        The user chose other layers. All moves of one drag or burst of keys share a number.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("Move an end of the range of layers, change ends", "Left, Right;  Up, Down"),
    )

    moved = Signal(int, int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count, self._first, self._last = 2, 0, 1
        self._marked = 1  # which end the keyboard moves
        self._grip: tuple[int, int] | None = None  # while dragging all of it: the cell that is held, and its first
        self._dragging = False
        self._hand = Hand()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def chosen(self) -> tuple[int, int]:
        """The first and the last layer of the range."""
        return self._first, self._last

    def show_range(self, first: int, last: int, count: int) -> None:
        """Show the layers ``first`` to ``last`` of ``count``, silently."""
        if (first, last, count) != (self._first, self._last, self._count):
            self._first, self._last, self._count = first, last, max(count, 1)
            announce(self, self._words())
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(20 * UNIT, _BAR_PX + self.fontMetrics().height() + UNIT // 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(12 * UNIT, self.sizeHint().height())

    def _words(self) -> str:
        return f"layers {self._first} to {self._last} of {self._count}"

    def _move(self, first: int, last: int, gesture: int) -> None:
        first, last = max(first, 0), min(last, self._count - 1)
        if first <= last and (first, last) != (self._first, self._last):
            self.show_range(first, last, self._count)
            self.moved.emit(first, last, gesture)

    def _move_end(self, cell: int, gesture: int) -> None:
        """Take the marked end to a cell, no further than the other end."""
        if self._marked:
            self._move(self._first, max(cell, self._first), gesture)
        else:
            self._move(min(cell, self._last), self._last, gesture)

    def _shift(self, steps: int, gesture: int) -> None:
        steps = min(max(steps, -self._first), self._count - 1 - self._last)
        self._move(self._first + steps, self._last + steps, gesture)

    def _cell_at(self, x: float) -> int:
        return min(max(int(x * self._count / max(self.width(), 1)), 0), self._count - 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        gesture, cell = self._hand.begin(), self._cell_at(event.position().x())
        self._dragging = True
        if self._first < cell < self._last:
            self._grip = (cell, self._first)
            return
        self._marked = int(abs(cell - self._last) <= abs(cell - self._first) and cell >= self._first)
        if self._first == self._last:
            self._marked = int(event.position().x() * self._count / max(self.width(), 1) >= self._first + 0.5)
        self._move_end(cell, gesture)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._dragging:
            return
        cell = self._cell_at(event.position().x())
        if self._grip is None:
            self._move_end(cell, self._hand.number)
        else:
            held, first = self._grip
            self._shift(first + cell - held - self._first, self._hand.number)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging, self._grip = False, None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if notches := self._hand.turned(self, event):
            self._shift(notches, self._hand.burst("wheel"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, here = Qt.Key(event.key()), (self._first, self._last)[self._marked]
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._move_end(here + (1 if key == Qt.Key.Key_Right else -1), self._hand.burst("key"))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._move_end(0 if key == Qt.Key.Key_Home else self._count - 1, self._hand.begin())
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._marked = int(key == Qt.Key.Key_Up)
            self.update()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.setAccessibleDescription(self._words())
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            for cell in range(self._count):
                inside = self._first <= cell <= self._last
                painter.setBrush(self._ink(c) if inside else mixed(c.text, c.window, 0.14))
                painter.drawRoundedRect(self._place(cell), 2, 2)
            self._paint_ends(painter, c)
            painter.setPen(c.muted)
            for place, word in enumerate(_BANDS):
                third = self.width() / 3
                below = QRectF(place * third, _BAR_PX + UNIT // 4, third, self.height() - _BAR_PX)
                painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, word)

    def _ink(self, c: Colours) -> object:
        return c.accent if self.isEnabled() else mixed(c.text, c.window, 0.35)

    def _paint_ends(self, painter: QPainter, c: Colours) -> None:
        """Grips at both ends; the one that the keyboard moves has a ring."""
        if not self.isEnabled():
            return
        for end, cell in enumerate((self._first, self._last)):
            cell_place = self._place(cell)
            x = cell_place.right() - _GRIP_PX if end else cell_place.left()
            grip = QRectF(x, 0.5, _GRIP_PX, _BAR_PX - 1)
            painter.setBrush(c.text)
            marked = self.hasFocus() and end == self._marked
            painter.setPen(QPen(c.accent, 2) if marked else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(grip, 2, 2)

    def _place(self, cell: int) -> QRectF:
        wide = self.width() / self._count
        return QRectF(cell * wide + 0.5, 1.0, max(wide - 1.0, 1.0), _BAR_PX - 2.0)
