"""How the bits of two sets of pictures lie beside each other: whether one is told from the other by them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import UNIT, colours_of, mixed
from explorer.ui.widgets.empty import paint_words

FIRST, SECOND = QColor("#3a7fd0"), QColor("#e0812c")
_BINS = 40


class BitsHistogram(QWidget):
    """Bars of one set, and of another over them, on one axis of bits per dimension."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sets: tuple[tuple[str, NDArray[np.float32]], ...] = ()
        self.setAccessibleName("How bits are spread")

    def show_sets(self, *sets: tuple[str, NDArray[np.float32]]) -> None:
        """Show one or two sets, each its name and the bits of its pictures (N,)."""
        self._sets = sets
        told = [f"{name}: {len(bits)} pictures, {float(np.mean(bits)):.2f} bits on average" for name, bits in sets]
        self.setAccessibleDescription("; ".join(told))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(60 * UNIT, 24 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(30 * UNIT, 14 * UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            if not self._sets:
                paint_words(painter, QRectF(self.rect()), "Nothing compared yet", "Choose pictures on the left.", c)
                return
            every = np.concatenate([bits for _, bits in self._sets])
            low, high = (float(edge) for edge in np.quantile(every, (0.002, 0.998)))
            high = max(high, low + 1e-6)
            self._paint_names(painter)
            line = self.fontMetrics().height()
            place = QRectF(self.rect()).adjusted(2 * UNIT, line + UNIT, -2 * UNIT, -line - UNIT)
            for index, (_, bits) in enumerate(self._sets):
                self._paint_bars(painter, place, np.clip(bits, low, high), (low, high), (FIRST, SECOND)[index])
            painter.setPen(c.muted)
            below = QRectF(place.left(), place.bottom() + UNIT / 2, place.width(), line)
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"{low:.2f}")
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, "bits per value: more is stranger")
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"{high:.2f}")
            painter.fillRect(QRectF(place.left(), place.bottom(), place.width(), 1), mixed(c.text, c.window, 0.4))

    def _paint_names(self, painter: QPainter) -> None:
        c, left, line = colours_of(self.palette()), 2.0 * UNIT, self.fontMetrics().height()
        for index, (name, bits) in enumerate(self._sets):
            painter.fillRect(QRectF(left, 3, line - 6, line - 6), (FIRST, SECOND)[index])
            words = f"{name}, {len(bits)}"
            painter.setPen(c.text)
            painter.drawText(QRectF(left + line, 0, self.width(), line), Qt.AlignmentFlag.AlignLeft, words)
            left += line + self.fontMetrics().horizontalAdvance(words) + 2 * UNIT

    def _paint_bars(
        self, painter: QPainter, place: QRectF, bits: NDArray[np.float32], span: tuple[float, float], colour: QColor
    ) -> None:
        counts, _ = np.histogram(bits, _BINS, span)
        heights = counts / max(int(counts.max()), 1) * place.height()
        width = place.width() / _BINS
        see_through = QColor(colour)
        see_through.setAlphaF(0.62)
        for index, height in enumerate(heights):
            at = QRectF(place.left() + index * width, place.bottom() - height, max(width - 1, 1), height)
            painter.fillRect(at, see_through)
