"""What a drive has earned, frame by frame, in the world and in the dream: two lines that part where the dream errs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import UNIT, colours_of, mixed
from explorer.ui.widgets.empty import paint_words

WORLD, DREAM = QColor("#3a7fd0"), QColor("#e0812c")
_MOST_POINTS = 400


class ScorePlot(QWidget):
    """A few lines over the same frames, with their names and where they stand.

    Parameters
    ----------
    name : str
        What is drawn.
    unit : str
        What is counted from left to right.
    """

    def __init__(self, name: str, unit: str = "frames") -> None:
        super().__init__()
        self._unit = unit
        self._lines: tuple[tuple[str, QColor, Sequence[float]], ...] = ()
        self._empty = ("Nothing driven yet", "")
        self.setAccessibleName(name)

    def set_empty(self, words: str, hint: str = "") -> None:
        """Say this while there is nothing to draw."""
        self._empty = (words, hint)
        self.update()

    def show_lines(self, *lines: tuple[str, QColor, Sequence[float]]) -> None:
        """Show lines, each its name, its colour and a value for each frame."""
        self._lines = tuple(line for line in lines if len(line[2]) > 1)
        told = [f"{name}: {values[-1]:.1f} after {len(values) - 1} {self._unit}" for name, _, values in self._lines]
        self.setAccessibleDescription("; ".join(told))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(40 * UNIT, 12 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(20 * UNIT, 9 * UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self._lines:
                paint_words(painter, QRectF(self.rect()), *self._empty, c)
                return
            height = self.fontMetrics().height()
            place = QRectF(self.rect()).adjusted(2 * UNIT, height + UNIT, -2 * UNIT, -UNIT)
            ends = [edge for *_, values in self._lines for edge in (min(values), max(values))]
            low, high = min(0.0, *ends), max(0.0, *ends)
            high = max(high, low + 1e-6)
            zero = place.bottom() + low / (high - low) * place.height()
            painter.fillRect(QRectF(place.left(), zero, place.width(), 1), mixed(c.text, c.window, 0.3))
            self._paint_names(painter, height)
            longest = max(len(values) for *_, values in self._lines) - 1
            for _, colour, values in self._lines:
                painter.setPen(QPen(colour, 2.0))
                painter.drawPolyline(_points(values, place, (low, high), longest))

    def _paint_names(self, painter: QPainter, height: int) -> None:
        c, left = colours_of(self.palette()), 2.0 * UNIT
        for name, colour, values in self._lines:
            painter.fillRect(QRectF(left, height / 2, 2 * UNIT, 3), colour)
            painter.setPen(c.text)
            words = f"{name} {values[-1]:.1f}"
            painter.drawText(QRectF(left + 2.5 * UNIT, 0, self.width(), height), Qt.AlignmentFlag.AlignLeft, words)
            left += 4.5 * UNIT + self.fontMetrics().horizontalAdvance(words)


def _points(values: Sequence[float], place: QRectF, span: tuple[float, float], longest: int) -> QPolygonF:
    low, high = span
    rows = np.unique(np.linspace(0, len(values) - 1, min(len(values), _MOST_POINTS)).astype(int))
    across, upright = place.width() / max(longest, 1), place.height() / (high - low)
    left, bottom = place.left(), place.bottom()
    return QPolygonF([QPointF(left + row * across, bottom - (values[row] - low) * upright) for row in rows])
