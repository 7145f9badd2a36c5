"""Two pictures of one view at the same place, one at each side of a line that is dragged across them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import RADIUS, UNIT, colours_of, tinted
from explorer.ui.widgets.picture_view import PictureView
from explorer.ui.widgets.qimages import bgra_of, image_around

_REACH_PX = UNIT  # from the line, within which the mouse takes hold of it
_KNOB_PX = 2 * UNIT  # radius
_STEP, _FINE_STEP = 0.05, 0.01  # of the width in sight, by an arrow key
_TITLES = ("Before", "After")


class SplitView(PictureView):
    """What `PictureView` does, with the picture before at the left of the line and that after at its right.

    Both are shown at the same place and zoom, whatever their sizes; the zoom counts the pixels of the one after. The
    line lies in the part that is in sight, so that no zoom hides it. The mouse drags it, anywhere on a picture that is
    all in sight; Left and Right move it (finely with Shift), Home and End take it to the edges, Space changes the
    sides.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before_bgra: NDArray[np.uint8] | None = None  # what its image is wrapped around
        self._before_image = QImage()
        self._split, self._is_flipped = 0.5, False
        self._holds_line = False
        self.setAccessibleName("Before and after")
        self._describe()

    @property
    def split(self) -> float:
        """Where the line is, a share of the width in sight from the left."""
        return self._split

    @property
    def line_px(self) -> float:
        """Where the line is, in pixels of the widget from its left."""
        area = self._in_sight()
        return area.left() + self._split * area.width()

    def show_pair(self, before: NDArray[np.uint8], after: NDArray[np.uint8]) -> None:
        """Show two pictures, (height, width, 1 or 3) uint8 each, in the place of those before."""
        self._before_bgra = bgra_of(before)
        self._before_image = image_around(self._before_bgra)
        self.show_picture(after)

    def clear(self) -> None:
        """Show no pictures."""
        self._before_bgra, self._before_image = None, QImage()
        super().clear()

    def move_split(self, share: float) -> None:
        """Put the line elsewhere; what lies outside is brought to the edge."""
        share = min(max(share, 0.0), 1.0)
        if share != self._split:
            self._split = share
            self._describe()
            self.update()

    def flip(self) -> None:
        """Change the sides."""
        self._is_flipped = not self._is_flipped
        self._describe()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        if left and self._picture is not None and (self._is_on_line(event.position()) or not self._can_pan):
            self._holds_line = True
            self._drag_to(event.position())
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._holds_line:
            self._drag_to(event.position())
            return
        super().mouseMoveEvent(event)
        if self._grip is None:
            on_line = self._picture is not None and self._is_on_line(event.position())
            elsewhere = Qt.CursorShape.OpenHandCursor if self._can_pan else Qt.CursorShape.ArrowCursor
            self.setCursor(Qt.CursorShape.SplitHCursor if on_line else elsewhere)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._holds_line = False
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        step = _FINE_STEP if fine else _STEP
        places = {
            Qt.Key.Key_Left: self._split - step,
            Qt.Key.Key_Right: self._split + step,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }
        key = Qt.Key(event.key())
        if self._picture is None:
            event.ignore()
        elif key in places:
            self.move_split(places[key])
        elif key == Qt.Key.Key_Space:
            self.flip()
        else:
            super().keyPressEvent(event)

    def _drag_to(self, place: QPointF) -> None:
        area = self._in_sight()
        if area.width() > 0:
            self.move_split((place.x() - area.left()) / area.width())
        self.setCursor(Qt.CursorShape.SplitHCursor)

    def _is_on_line(self, place: QPointF) -> bool:
        return self._in_sight().contains(place) and abs(place.x() - self.line_px) <= _REACH_PX

    def _in_sight(self) -> QRectF:
        """The part of the widget that the pictures cover."""
        ratio = self.devicePixelRatioF()
        left, top, width, height = (value / ratio for value in self._view.box)
        return QRectF(left, top, width, height).intersected(QRectF(self.rect()))

    def _describe(self) -> None:
        names = _TITLES[::-1] if self._is_flipped else _TITLES
        where = f"{names[0]} to the left of the line, {names[1].lower()} to the right"
        self.setAccessibleDescription(f"{where}; the line is at {self._split:.0%}")

    def _paint_picture(self, painter: QPainter) -> None:
        area, line = self._in_sight(), self.line_px
        left = QRectF(area.topLeft(), QPointF(line, area.bottom()))
        right = QRectF(QPointF(line, area.top()), area.bottomRight())
        sides = (right, left) if self._is_flipped else (left, right)
        for side, image in zip(sides, (self._before_image, self._image), strict=True):
            painter.save()
            painter.setClipRect(side)
            self._paint_image(painter, image)
            painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for side, words in zip(sides, self._labels(), strict=True):
            self._paint_label(painter, side, words, at_left=side is left)
        self._paint_line(painter, area, line)

    def _labels(self) -> tuple[str, str]:
        sizes = ((image.width(), image.height()) for image in (self._before_image, self._image))
        before, after = (f"{title}  {wide} × {high}" for title, (wide, high) in zip(_TITLES, sizes, strict=True))
        return before, after

    def _paint_label(self, painter: QPainter, side: QRectF, words: str, *, at_left: bool) -> None:
        """A picture's name in the upper outer corner of its side, where there is room for it."""
        c, metrics = colours_of(self.palette()), painter.fontMetrics()
        width, height = metrics.horizontalAdvance(words) + 2 * UNIT, metrics.height() + UNIT
        if side.width() < width + 2 * UNIT:
            return
        x = side.left() + UNIT if at_left else side.right() - UNIT - width
        box = QRectF(x, side.top() + UNIT, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tinted(c.window, 0.85))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.setPen(c.text)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_line(self, painter: QPainter, area: QRectF, x: float) -> None:
        c = colours_of(self.palette())
        middle = QPointF(x, area.center().y())
        for colour, width in ((tinted(QColor("black"), 0.45), 4.0), (QColor("white"), 2.0)):
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setPen(QPen(QColor("white"), 2.0))
        painter.setBrush(c.accent)
        painter.drawEllipse(middle, _KNOB_PX, _KNOB_PX)
        painter.setPen(
            QPen(c.on_accent, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        for way in (-1, 1):
            tip, back = 0.55 * _KNOB_PX, 0.2 * _KNOB_PX
            painter.drawPolyline(
                [
                    middle + QPointF(way * back, -0.3 * _KNOB_PX),
                    middle + QPointF(way * tip, 0),
                    middle + QPointF(way * back, 0.3 * _KNOB_PX),
                ]
            )
