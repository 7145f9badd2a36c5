"""A picture on which a rectangle is drawn."""

from __future__ import annotations

import math
from typing import ClassVar

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from explorer.ui.explore.region_tool import paint_region, spanned
from explorer.ui.theme import colours_of
from explorer.ui.widgets.keys import Key
from explorer.ui.widgets.picture_view import PictureView

_KEYS = {
    Qt.Key.Key_Left: QPoint(-1, 0),
    Qt.Key.Key_Right: QPoint(1, 0),
    Qt.Key.Key_Up: QPoint(0, -1),
    Qt.Key.Key_Down: QPoint(0, 1),
}


class RegionView(PictureView):
    """Shows a picture whole; a drag draws the rectangle, arrows move it, and with Shift they change its size.

    Signals
    -------
    region_changed()
        The user drew another rectangle.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (Key("Move the region, change its size", "Arrows;  Shift: size"),)

    region_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._region = QRect()
        self._begun: QPoint | None = None
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def region(self) -> QRect:
        """The rectangle, in pixels of the picture; the whole picture where none was drawn."""
        return self._region if not self._region.isEmpty() else self._whole()

    def show_region(self, region: QRect) -> None:
        """Show a rectangle, silently; an empty one stands for the whole picture."""
        self._region = region.intersected(self._whole())
        self.update()

    def _whole(self) -> QRect:
        height, width = (0, 0) if self._picture is None else self._picture.shape[:2]
        return QRect(0, 0, width, height)

    def _pixel(self, place: QPointF) -> QPoint:
        ratio, whole = self.devicePixelRatioF(), self._whole()
        x, y = (math.floor(value) for value in self._view.at(place.x() * ratio, place.y() * ratio))
        return QPoint(min(max(x, 0), whole.width() - 1), min(max(y, 0), whole.height() - 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._picture is not None:
            self._begun = self._pixel(event.position())
            self._region = QRect()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._begun is not None:
            self._region = spanned(self._begun, self._pixel(event.position()))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._begun is not None:
            self._begun = None
            self.region_changed.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The whole picture again."""
        self._begun, self._region = None, QRect()
        self.update()
        self.region_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _KEYS.get(Qt.Key(event.key()))
        if step is None or self._picture is None:
            super().keyPressEvent(event)
            return
        region = QRect(self.region)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            region.setBottomRight(region.bottomRight() + step)
        elif self._whole().contains(moved := region.translated(step)):
            region = moved
        region = region.intersected(self._whole())
        if not region.isEmpty():
            self._region = region
            self.update()
            self.region_changed.emit()

    def _paint_picture(self, painter: QPainter) -> None:
        super()._paint_picture(painter)
        if self._region.isEmpty():
            return
        left, top, width, height = self._view.box
        columns, rows = self._view.picture
        ratio, region = self.devicePixelRatioF(), self._region
        across, down = width / columns, height / rows
        place = QRectF(
            (left + region.x() * across) / ratio,
            (top + region.y() * down) / ratio,
            region.width() * across / ratio,
            region.height() * down / ratio,
        )
        paint_region(painter, place, colours_of(self.palette()).accent)
