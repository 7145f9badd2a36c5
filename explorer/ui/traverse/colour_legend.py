"""What the colours on a map mean: a swatch and a word for each, or a gradient and its two ends."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import UNIT, Colours, colours_of

if TYPE_CHECKING:
    from explorer.core.traverse.map_facts import Colouring

_ROW = 5 * UNIT // 2
_SWATCH = 3 * UNIT // 2
_FEW, _NARROW = 4, 9 * UNIT  # words in one column; pixels of a word in two


class Legend(QWidget):
    """Shows the legend of a `Colouring`; takes no room while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colouring: Colouring | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend")
        self.hide()

    def show_colouring(self, colouring: Colouring | None) -> None:
        """Show another legend, or none."""
        self.colouring = colouring
        self.setVisible(colouring is not None)
        self.setAccessibleDescription("" if colouring is None else ", ".join(self.words))
        self.updateGeometry()
        self.update()

    @property
    def words(self) -> tuple[str, ...]:
        """What the legend says."""
        if self.colouring is None:
            return ()
        ends = () if self.colouring.ends is None else tuple(_number(end) for end in self.colouring.ends)
        return (*ends, *(word for word, _ in self.colouring.swatches))

    def sizeHint(self) -> QSize:
        if self.colouring is None:
            return QSize(20 * UNIT, 0)
        rows = math.ceil(len(self.colouring.swatches) / self._columns)
        return QSize(20 * UNIT, (rows + (2 if self.colouring.ends is not None else 0)) * _ROW)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.colouring is None:
            return
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            top = 0
            if self.colouring.ends is not None:
                self._paint_gradient(painter, self.colouring.ends, c.text, c.line)
                top = 2 * _ROW
            wide = self.width() / self._columns
            for place, (word, ink) in enumerate(self.colouring.swatches):
                row, column = divmod(place, self._columns)
                cell = QRectF(column * wide, top + row * _ROW, wide, _ROW)
                self._paint_swatch(painter, cell, word, QColor(*ink), c)

    @property
    def _columns(self) -> int:
        """Two where there are many words and they are short."""
        if self.colouring is None or len(self.colouring.swatches) <= _FEW:
            return 1
        widest = max(self.fontMetrics().horizontalAdvance(word) for word, _ in self.colouring.swatches)
        return 2 if widest <= _NARROW else 1

    def _paint_swatch(self, painter: QPainter, cell: QRectF, word: str, ink: QColor, c: Colours) -> None:
        painter.setPen(c.line)
        painter.setBrush(ink)
        painter.drawRect(QRectF(cell.x() + 0.5, cell.y() + (_ROW - _SWATCH) / 2, _SWATCH, _SWATCH))
        beside = cell.adjusted(_SWATCH + UNIT, 0, 0, 0)
        middle = Qt.TextElideMode.ElideMiddle
        painter.setPen(c.text)
        painter.drawText(
            beside,
            Qt.AlignmentFlag.AlignVCenter,
            painter.fontMetrics().elidedText(word, middle, int(beside.width())),
        )

    def _paint_gradient(self, painter: QPainter, ends: tuple[float, float], text: QColor, edge: QColor) -> None:
        from explorer.core.traverse.map_facts import GRADIENT

        bar = QRectF(0.5, (_ROW - _SWATCH) / 2, self.width() - 1.0, _SWATCH)
        shades = QLinearGradient(bar.topLeft(), bar.topRight())
        for step, ink in enumerate(GRADIENT):
            shades.setColorAt(step / (len(GRADIENT) - 1), QColor(*ink))
        painter.setPen(edge)
        painter.setBrush(shades)
        painter.drawRect(bar)
        painter.setPen(text)
        below = QRectF(0, _ROW, self.width(), _ROW)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, _number(ends[0]))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, _number(ends[1]))


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
