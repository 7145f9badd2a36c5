"""The tool that draws a rectangle on the picture."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from explorer.ui.widgets.picture_tool import Overlay, PictureTool, Touch

_LEAST_PX = 2  # of the picture, a side: less is a click


class RegionTool(PictureTool):
    """A drag draws the rectangle; Esc brings the one before back.

    Signals
    -------
    drawn(region) : QRect
        The user drew a rectangle, in pixels of the picture.
    """

    drawn = Signal(QRect)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._region, self._before = QRect(), QRect()
        self._begun: QPoint | None = None

    @property
    def words(self) -> str:
        return "Drag a rectangle on the picture"

    @property
    def is_held(self) -> bool:
        return self._begun is not None

    @property
    def region(self) -> QRect:
        """The rectangle; empty where there is none."""
        return self._region

    def show_region(self, region: QRect) -> None:
        """Show a rectangle, silently; none where it is empty."""
        self._region, self._begun = region, None
        self.repaint_wanted.emit()

    def press(self, touch: Touch) -> None:
        self._before, self._begun = self._region, _pixel(touch)
        self._region = QRect()
        self.repaint_wanted.emit()

    def move(self, touch: Touch) -> None:
        if self._begun is not None:
            self._region = spanned(self._begun, _pixel(touch))
            self.repaint_wanted.emit()

    def release(self, touch: Touch) -> None:
        if self._begun is None:
            return
        self._begun = None
        if min(self._region.width(), self._region.height()) < _LEAST_PX:
            self.show_region(self._before)
        else:
            self.drawn.emit(self._region)

    def cancel(self) -> None:
        if self._begun is not None:
            self.show_region(self._before)

    def paint(self, overlay: Overlay) -> None:
        if not self._region.isEmpty():
            region = QRectF(self._region)
            place = QRectF(overlay.at(region.left(), region.top()), overlay.at(region.right(), region.bottom()))
            paint_region(overlay.painter, place, overlay.colours.accent)


def spanned(one: QPoint, other: QPoint) -> QRect:
    """The rectangle that two pixels are corners of, both of them inside."""
    left, top = min(one.x(), other.x()), min(one.y(), other.y())
    return QRect(left, top, abs(one.x() - other.x()) + 1, abs(one.y() - other.y()) + 1)


def paint_region(painter: QPainter, place: QRectF, accent: QColor) -> None:
    """Paint the border of a rectangle so that it is seen on any picture."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((QColor(Qt.GlobalColor.black), 4), (accent, 2)):
        painter.setPen(QPen(colour, width))
        painter.drawRect(place)


def _pixel(touch: Touch) -> QPoint:
    """The pixel under the hand, or the nearest one."""
    width, height = touch.size
    x, y = math.floor(touch.x), math.floor(touch.y)
    return QPoint(min(max(x, 0), width - 1), min(max(y, 0), height - 1))
