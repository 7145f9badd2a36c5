"""The exemplars of a slot: small pictures in a row, to be dragged on, or taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.ui.theme import RADIUS, colours_of, mixed
from explorer.ui.widgets.keys import Key
from explorer.ui.widgets.picture_drag import drag_out, is_pull
from explorer.ui.widgets.qimages import image_of
from explorer.ui.widgets.thumbnail_frames import paint_cross, paint_fitted

_SIDE_PX, _LEAST_PX, _GAP_PX, _CROSS_PX = 40, 10, 4, 14
_CROSS_FITS_PX = 28


class ExemplarRow(QWidget):
    """Small pictures side by side; many of them get smaller.

    Left and right go among them, Delete takes one away, and so does the cross that appears under the pointer.

    Signals
    -------
    removed(index) : int
        The user wants this one away.
    focused()
        The keyboard is here now, or the pointer pressed.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (Key("Move along the pictures of a slot, remove one", "Left, Right,  Delete"),)

    removed = Signal(int)
    focused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mime_for: Callable[[int], QMimeData] | None = None  # what a drag of one takes along
        self._images: list[QImage | None] = []
        self._tips: list[str] = []
        self._cursor, self._hovered = 0, -1
        self._pressed: tuple[int, QPointF] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Pictures of the slot")

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return len(self._tips)

    def show_pictures(self, pictures: Sequence[NDArray[np.uint8] | None], tips: Sequence[str]) -> None:
        """Show ``pictures``, (height, width, 1 or 3) uint8; None while one is being drawn."""
        self._images = [None if picture is None else image_of(picture) for picture in pictures]
        self._tips = list(tips)
        self._cursor = max(min(self._cursor, self.count - 1), 0)
        self.setAccessibleDescription(", ".join(tips) or "empty")
        self.update()

    def place_of(self, index: int) -> QRect:
        """Where one picture lies."""
        side = self._side_px
        return QRect(2 + index * (side + _GAP_PX), (self.height() - side) // 2, side, side)

    def cross_of(self, index: int) -> QRect:
        """Where the cross that takes it away lies; empty where there is no room for one."""
        place = self.place_of(index)
        if place.width() < _CROSS_FITS_PX:
            return QRect()
        return QRect(place.right() - _CROSS_PX, place.top() + 1, _CROSS_PX, _CROSS_PX)

    def sizeHint(self) -> QSize:
        return QSize(4 * _SIDE_PX, _SIDE_PX + 4)

    @property
    def _side_px(self) -> int:
        room = (self.width() - 2) // max(self.count, 1) - _GAP_PX
        return max(min(_SIDE_PX, room), _LEAST_PX)

    def _at(self, place: QPointF) -> int:
        point = place.toPoint()
        return next((index for index in range(self.count) if self.place_of(index).contains(point)), -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.focused.emit()
        index = self._at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or index < 0:
            return
        if self.cross_of(index).contains(event.position().toPoint()):
            self.removed.emit(index)
            return
        self._cursor, self._pressed = index, (index, event.position())
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._at(event.position()))
        if self._pressed is not None and is_pull(self._pressed[1], event.position()):
            index, self._pressed = self._pressed[0], None
            if self.mime_for is not None:
                drag_out(self, self.mime_for(index), self._images[index])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and self.count:
            self._cursor = min(max(self._cursor + step, 0), self.count - 1)
            self.setAccessibleDescription(self._tips[self._cursor])
            self.update()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.count:
            self.removed.emit(self._cursor)
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._at(QPointF(event.pos()))
            if index >= 0:
                QToolTip.showText(event.globalPos(), self._tips[index], self, self.place_of(index))
                return True
        if event.type() == QEvent.Type.FocusIn:
            self.focused.emit()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            for index, image in enumerate(self._images):
                place = QRectF(self.place_of(index))
                painter.fillRect(place, mixed(c.text, c.window, 0.08))
                if image is not None:
                    paint_fitted(painter, place, image)
                chosen = self.hasFocus() and index == self._cursor
                if chosen or index == self._hovered:
                    painter.setPen(QPen(c.accent if chosen else c.muted, 2))
                    painter.drawRoundedRect(place.adjusted(-1, -1, 1, 1), RADIUS / 2, RADIUS / 2)
                if index == self._hovered and not self.cross_of(index).isEmpty():
                    paint_cross(painter, self.cross_of(index), self.devicePixelRatioF(), c)
