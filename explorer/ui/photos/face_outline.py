"""A light drawing of the face that a model has in its frame: where its head, eyes, nose and mouth lie.

Its proportions are those of a grown-up's face seen from the front, in distances of the pupils.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from explorer.core.photos.pupils import Pupils
from explorer.ui.theme import tinted

_LIGHT, _DARK = QColor(255, 255, 255), QColor(0, 0, 0)
_HEAD = (1.06, 1.5, 0.2)  # half as wide, half as high, its middle below the eyes
_EYE = (0.27, 0.15)
_MOUTH = (0.42, 0.97, 1.27)  # half as wide, its corners, and the point that draws it down
_NOSE = (0.17, 0.55, 0.74)


def paint_face(painter: QPainter, corners: Sequence[QPointF], pupils: Pupils) -> None:
    """Draw the outline into a frame.

    Parameters
    ----------
    corners : four points
        Of the frame on the screen: the upper left one of the picture first, clockwise.
    pupils : ((x, y), (x, y))
        Where they belong, as shares of the frame.
    """
    upper_left, upper_right, _, lower_left = corners
    across, down = upper_right - upper_left, lower_left - upper_left
    frame = QTransform(across.x(), across.y(), down.x(), down.y(), upper_left.x(), upper_left.y())
    path = frame.map(outline(pupils))
    inside = QPainterPath()
    inside.addPolygon(QPolygonF(list(corners)))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipPath(inside)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((tinted(_DARK, 0.35), 3.0), (tinted(_LIGHT, 0.7), 1.2)):
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPath(path)
    painter.restore()


def outline(pupils: Pupils) -> QPainterPath:
    """The drawing, in shares of the frame."""
    left, right = (QPointF(*point) for point in pupils)
    between, along = (left + right) / 2, right - left
    face = QTransform(along.x(), along.y(), -along.y(), along.x(), between.x(), between.y())
    path = QPainterPath()
    wide, high, middle = _HEAD
    path.addEllipse(QPointF(0.0, middle), wide, high)
    for x in (-0.5, 0.5):
        _add_eye(path, x)
    half, corner, lowest = _MOUTH
    path.moveTo(-half, corner)
    path.quadTo(0.0, lowest, half, corner)
    half, corner, lowest = _NOSE
    path.moveTo(-half, corner)
    path.quadTo(0.0, lowest, half, corner)
    return face.map(path)


def _add_eye(path: QPainterPath, x: float) -> None:
    wide, high = _EYE
    path.moveTo(x - wide, 0.0)
    path.quadTo(x, -2 * high, x + wide, 0.0)
    path.quadTo(x, 2 * high, x - wide, 0.0)
