"""A picture that is there for a rectangle to be drawn on it, with the tool that draws one on the canvas of Explore."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from explorer.ui.explore.region_tool import RegionTool
from explorer.ui.widgets.canvas import Canvas
from explorer.ui.widgets.keys import Key

_KEYS = {
    Qt.Key.Key_Left: QPoint(-1, 0),
    Qt.Key.Key_Right: QPoint(1, 0),
    Qt.Key.Key_Up: QPoint(0, -1),
    Qt.Key.Key_Down: QPoint(0, 1),
}


class RegionView(Canvas):
    """A drag draws the rectangle, arrows move it, with Shift they change its size; a double click takes all of it."""

    KEYS: ClassVar[tuple[Key, ...]] = (Key("Move the region, change its size", "Arrows;  Shift: size"),)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(False)
        self._region = RegionTool(self)
        self.tool = self._region

    @property
    def region(self) -> QRect:
        """The rectangle, in pixels of the picture; the whole picture where none was drawn."""
        drawn = self._region.region.intersected(self._whole())
        return drawn if not drawn.isEmpty() else self._whole()

    def show_region(self, region: QRect) -> None:
        """Show a rectangle; an empty one stands for the whole picture."""
        self._region.show_region(region.intersected(self._whole()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The whole picture again."""
        self.show_region(QRect())

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
        if not region.intersected(self._whole()).isEmpty():
            self.show_region(region)

    def _whole(self) -> QRect:
        height, width = (0, 0) if self._picture is None else self._picture.shape[:2]
        return QRect(0, 0, width, height)
