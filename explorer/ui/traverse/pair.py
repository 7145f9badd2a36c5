"""Two pictures side by side, to compare: the base, and the one that is pointed at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import UNIT, colours_of, mixed
from explorer.ui.widgets.parts import column_of, text_label
from explorer.ui.widgets.qimages import image_of
from explorer.ui.widgets.thumbnail_frames import paint_fitted

Picture = NDArray[np.uint8]


class Pair(QWidget):
    """Shows two pictures of one size, and says below how they differ."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures = _Two()
        self.words = text_label(wraps=True)
        self.words.setMinimumHeight(4 * UNIT)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        column_of(self.pictures, self.words, on=self, margins=(2 * UNIT, UNIT), spacing=UNIT // 2)

    def show_pair(self, base: Picture | None, other: Picture | None, words: str) -> None:
        """Show ``base`` at the left and ``other`` at the right; None leaves a place empty."""
        self.pictures.show_pictures(base, other)
        self.words.setText(words)


class _Two(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._images: tuple[QImage | None, QImage | None] = (None, None)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Base and chosen tile")
        self.setToolTip("Left the base of the grid, right the tile that is pointed at")

    def show_pictures(self, base: Picture | None, other: Picture | None) -> None:
        self._images = tuple(None if each is None else image_of(each) for each in (base, other))  # type: ignore[assignment]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(26 * UNIT, 11 * UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            side = min((self.width() - UNIT) / 2, self.height())
            for place, image in enumerate(self._images):
                room = QRectF(place * (side + UNIT), 0, side, side)
                if image is not None:
                    painter.fillRect(room, mixed(c.text, c.window, 0.08))
                    paint_fitted(painter, room, image)
