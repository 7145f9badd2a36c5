"""The brush that tools share: how large it is, and how it is shown under the hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPen, QPixmap

from explorer.ui.theme import UNIT
from explorer.ui.widgets.picture_tool import Overlay, Touch
from explorer.ui.widgets.qimages import image_around

SMALLEST, LARGEST, USUAL = 1.0, 50.0, 12.0
"""Diameters, in hundredths of the width of the picture."""
_PER_KEY = 1.25


class Brush(QObject):
    """A round brush, of one size to begin with and no larger than another, both as `USUAL` and `LARGEST` are told.

    Signals
    -------
    changed()
        It is of another size.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None, usual: float = USUAL, largest: float = LARGEST) -> None:
        super().__init__(parent)
        self.usual, self.largest = usual, largest
        self.size = usual

    def set_size(self, size: float) -> None:
        """Make it ``size`` hundredths of the picture's width across."""
        size = min(max(size, SMALLEST), self.largest)
        if size != self.size:
            self.size = size
            self.changed.emit()

    def grow(self) -> None:
        """Make it larger."""
        self.set_size(self.size * _PER_KEY)

    def shrink(self) -> None:
        """Make it smaller."""
        self.set_size(self.size / _PER_KEY)

    def radius(self, touch: Touch) -> float:
        """In pixels of the picture; never less than half of one."""
        return max(self.size / 200.0 * touch.size[0], 0.5)

    def paint(self, overlay: Overlay, touch: Touch, colour: QColor | None = None) -> None:
        """Paint its outline under the hand, seen on any ground, filled with ``colour``."""
        touch = touch.on(overlay.size)
        painter, radius = overlay.painter, self.radius(touch) * overlay.scale
        middle = overlay.at(touch.x, touch.y)
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush if colour is None else colour)
        painter.setPen(QPen(Qt.GlobalColor.black, 3))
        painter.drawEllipse(middle, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(Qt.GlobalColor.white, 1.5))
        painter.drawEllipse(middle, radius, radius)


def rgb_of(colour: QColor) -> tuple[int, int, int]:
    """Red, green and blue of a colour, 0 to 255."""
    return colour.red(), colour.green(), colour.blue()


def swatch_icon(colour: QColor) -> QIcon:
    """The colour itself, on a button."""
    pixmap = QPixmap(2 * UNIT, 2 * UNIT)
    pixmap.fill(colour)
    with QPainter(pixmap) as painter:
        painter.setPen(colour.darker(180))
        painter.drawRect(0, 0, 2 * UNIT - 1, 2 * UNIT - 1)
    return QIcon(pixmap)


def grey_of(colour: QColor) -> QColor:
    """The grey that is as light: its luma (ITU-R BT.601)."""
    red, green, blue = rgb_of(colour)
    light = round(0.299 * red + 0.587 * green + 0.114 * blue)
    return QColor(light, light, light)


class Layer:
    """Colours over a picture, more or less opaque, as an image that is painted over it.

    Parameters
    ----------
    colours : (height, width, 3) uint8
    opacity : (height, width) float32
        From 0 to 1.
    """

    def __init__(self, colours: NDArray[np.uint8], opacity: NDArray[np.float32]) -> None:
        alpha = np.rint(255 * opacity).astype(np.uint8)
        self._bgra = np.ascontiguousarray(np.dstack([colours[..., ::-1], alpha]))  # lives as long as the image
        self.image: QImage = image_around(self._bgra, alpha=True)
