"""How a photo looks while a frame is laid on it: dimmed outside, with handles, and a lens at the one that moves."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from explorer.ui.theme import UNIT, Colours, tinted

HANDLE_PX = 7.0  # radius
LENS_PX = 14 * UNIT
_LENS_ZOOM = 4.0  # times what the photo is shown at
_LENS_PIXELS = 3.0  # at least so many screen pixels a pixel of the photo
_AWAY_PX = 3 * UNIT
_SHADE = QColor(0, 0, 0, 150)
_WHITE = QColor(255, 255, 255)


def paint_frame(painter: QPainter, room: QRectF, corners: Sequence[QPointF], c: Colours, bold: bool) -> None:
    """Dim what of the photo, in ``room``, lies outside the frame; draw its edge, the upper one marked."""
    square = QPolygonF(list(corners))
    inside, outside = QPainterPath(), QPainterPath()
    inside.addPolygon(square)
    inside.closeSubpath()
    outside.addRect(room)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(outside.subtracted(inside), _SHADE)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((tinted(QColor(0, 0, 0), 0.6), 4.0), (c.accent if bold else _WHITE, 1.5)):
        painter.setPen(QPen(colour, width))
        painter.drawPolygon(square)
    painter.setPen(QPen(c.accent, 3.0))
    painter.drawLine(corners[0] * 0.6 + corners[1] * 0.4, corners[0] * 0.4 + corners[1] * 0.6)


def paint_handle(painter: QPainter, at: QPointF, c: Colours, chosen: bool, faint: bool) -> None:
    """A ring with a free middle, so that what is aimed at can be seen."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(0.45 if faint else 1.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = HANDLE_PX + (2 if chosen else 0)
    for colour, width in ((tinted(QColor(0, 0, 0), 0.7), 4.5), (c.accent if chosen else _WHITE, 2.0)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(at, radius, radius)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(c.accent if chosen else _WHITE)
    painter.drawEllipse(at, 1.5, 1.5)
    painter.setOpacity(1.0)


def paint_lens(
    painter: QPainter, photo: QImage, there: QPointF, at: QPointF, zoom: float, room: QRectF, c: Colours
) -> None:
    """What lies around a point, enlarged, beside it.

    Parameters
    ----------
    there : QPointF
        The point, in pixels of the photo.
    at : QPointF
        Where it is on the screen.
    zoom : float
        Screen pixels per pixel of the photo.
    """
    radius = LENS_PX / 2
    reach = radius / max(zoom * _LENS_ZOOM, _LENS_PIXELS)
    left = at.x() - _AWAY_PX - LENS_PX > room.left()
    above = at.y() - _AWAY_PX - LENS_PX > room.top()
    x = at.x() + (-1 if left else 1) * (_AWAY_PX + radius)
    y = at.y() + (-1 if above else 1) * (_AWAY_PX + radius)
    middle = QPointF(x, y)
    glass = QPainterPath()
    glass.addEllipse(middle, radius, radius)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipPath(glass)
    painter.fillPath(glass, c.mat)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    source = QRectF(there.x() - reach, there.y() - reach, 2 * reach, 2 * reach)
    painter.drawImage(QRectF(x - radius, y - radius, LENS_PX, LENS_PX), photo, source)
    painter.setClipping(False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_WHITE, 2.0))
    painter.drawEllipse(middle, radius, radius)
    _paint_cross(painter, middle, c)
    painter.restore()


def _paint_cross(painter: QPainter, middle: QPointF, c: Colours) -> None:
    for degrees in range(0, 360, 90):
        way = QPointF(math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))
        for colour, width in ((tinted(QColor(0, 0, 0), 0.6), 3.0), (c.accent, 1.2)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(middle + way * 4, middle + way * 2 * UNIT)
