"""Six pictures of one reading, in a block that fits whatever room there is; pale while they are not true any more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.qimages import image_of

_COLUMNS, _GAP_PX = 2, UNIT // 2
_PALE = 0.3
_SMALL_PX = 128


class ReadingPictures(QWidget):
    """Shows pictures two by two."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures: NDArray[np.uint8] | None = None
        self.is_pale = False
        self._images: list[QImage] = []
        self.setMinimumSize(QSize(18 * UNIT, 20 * UNIT))
        self.setAccessibleName("Six samples, read like this")

    def show_pictures(self, pictures: NDArray[np.uint8]) -> None:
        """Show these, (6, height, width, channels)."""
        self.pictures, self._images, self.is_pale = pictures, [image_of(each) for each in pictures], False
        self.update()

    def fade(self) -> None:
        """Keep what is shown, as what was possible last."""
        self.is_pale = True
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colours_of(self.palette()).mat)
        if self._images:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._images[0].width() > _SMALL_PX)
            painter.setOpacity(_PALE if self.is_pale else 1.0)
            for place, image in zip(self._places(), self._images, strict=False):
                painter.drawImage(place, image)
        else:
            painter.setPen(colours_of(self.palette()).muted)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Reading …")
        painter.end()

    def _places(self) -> list[QRectF]:
        rows = -(-len(self._images) // _COLUMNS)
        shape = self._images[0].height() / self._images[0].width()
        across = (self.width() - (_COLUMNS + 1) * _GAP_PX) / _COLUMNS
        down = (self.height() - (rows + 1) * _GAP_PX) / rows
        width = min(across, down / shape)
        height = width * shape
        left = (self.width() - _COLUMNS * width - (_COLUMNS - 1) * _GAP_PX) / 2
        return [
            QRectF(
                left + column * (width + _GAP_PX),
                _GAP_PX + row * (height + _GAP_PX),
                width,
                height,
            )
            for row in range(rows)
            for column in range(_COLUMNS)
        ]
