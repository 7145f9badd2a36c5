"""The board on the screen: a canvas that is drawn on, by mouse or by a tablet's pen."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF
from PySide6.QtGui import QMouseEvent, QPainter, QPointingDevice, QTabletEvent

from explorer.ui.theme import colours
from explorer.ui.widgets.canvas import Canvas
from explorer.ui.widgets.empty import paint_words
from explorer.ui.widgets.keys import Key
from explorer.ui.widgets.picture_tool import Touch
from explorer.ui.widgets.qimages import fill_bgra

_AS_MOUSE = {
    QEvent.Type.TabletPress: QEvent.Type.MouseButtonPress,
    QEvent.Type.TabletMove: QEvent.Type.MouseMove,
    QEvent.Type.TabletRelease: QEvent.Type.MouseButtonRelease,
}
_AROUND_PX = 4  # the outline of the brush, and what smoothing reaches


class BoardCanvas(Canvas):
    """Tells its tool how firmly a tablet's pen is pressed, and by which of its ends."""

    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("Draw a straight line", "Shift and drag"),
        Key("Pick a colour from the board", "Alt and click"),
        Key("Cancel the current stroke", "Esc"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._pressure: float | None = None
        self._is_turned = False
        self._hint: tuple[str, str] = ("", "")
        self._shows_hint = False

    def say_empty(self, title: str, hint: str) -> None:
        """What an empty board says."""
        self._hint = (title, hint)
        self.update()

    def show_emptiness(self, is_empty: bool) -> None:
        """Say it, or no more."""
        self._shows_hint = is_empty
        self.update()

    def show_part(self, board: NDArray[np.uint8], part: tuple[int, int, int, int]) -> None:
        """Show what changed of the picture in sight: its left, top, right and bottom in pixels."""
        if self._bgra is None or self._picture is not board:
            self.show_picture(board)
            return
        left, top, right, bottom = part
        changed = np.s_[top:bottom, left:right]
        fill_bgra(self._bgra[changed], board[changed])
        if self._pressure is None and not self._shows_hint:
            self.update(self._area_of(part))
        else:  # the ring under a pen that is lightly pressed is wider than its stroke, and the hint is elsewhere
            self.update()

    def _area_of(self, part: tuple[int, int, int, int]) -> QRect:
        """Where a part of the picture is on the screen, with the ring of the brush around it."""
        left, top, width, height = self._view.box
        columns, rows = self._view.picture
        across, down, ratio = width / columns, height / rows, self.devicePixelRatioF()
        corners = (
            QPointF(left + part[0] * across, top + part[1] * down),
            QPointF(left + part[2] * across, top + part[3] * down),
        )
        return (
            QRectF(corners[0] / ratio, corners[1] / ratio)
            .toAlignedRect()
            .adjusted(-_AROUND_PX, -_AROUND_PX, _AROUND_PX, _AROUND_PX)
        )

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw as the mouse does, with the pressure of the pen."""
        kind = _AS_MOUSE.get(event.type())
        if kind is None:
            super().tabletEvent(event)
            return
        self._pressure = event.pressure()
        self._is_turned = event.pointerType() == QPointingDevice.PointerType.Eraser
        mouse = QMouseEvent(
            kind, event.position(), event.globalPosition(), event.button(), event.buttons(), event.modifiers()
        )
        try:
            {
                QEvent.Type.MouseButtonPress: self.mousePressEvent,
                QEvent.Type.MouseMove: self.mouseMoveEvent,
                QEvent.Type.MouseButtonRelease: self.mouseReleaseEvent,
            }[kind](mouse)
        finally:
            self._pressure, self._is_turned = None, False
        event.accept()  # else Qt would send a mouse event after it

    def _paint_picture(self, painter: QPainter) -> None:
        super()._paint_picture(painter)
        tool = self.tool
        if self._shows_hint and (tool is None or not tool.is_held):
            paint_words(painter, QRectF(self.rect()), *self._hint, colours("light"))  # paper is white in either theme

    def _touch(self, event: QMouseEvent) -> Touch:
        touch = super()._touch(event)
        return touch if self._pressure is None else touch.pressed(self._pressure, is_turned=self._is_turned)
