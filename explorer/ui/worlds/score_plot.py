"""What a drive has earned, frame by frame, in the world and in the dream: two lines that part where the dream errs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import UNIT, colours_of, mixed
from explorer.ui.widgets.empty import paint_words

WORLD, DREAM = QColor("#3a7fd0"), QColor("#e0812c")
_MOST_POINTS = 400


class ScoreLine:
    """A line that grows for hours and keeps few points: once there are too many, every other one goes.

    Attributes
    ----------
    values : list of float
        Every so many frames one, and the last.
    count : int
        Values that were added.
    """

    def __init__(self, first: float = 0.0) -> None:
        self.values, self.count = [first], 1
        self._every = 1

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """A line of at least one value."""
        found = cls(values[0])
        for value in values[1:]:
            found.add(value)
        return found

    def add(self, value: float) -> None:
        """One frame on."""
        if (self.count - 1) % self._every:
            self.values[-1] = value
        else:
            self.values.append(value)
        self.count += 1
        if len(self.values) > _MOST_POINTS:
            self.values = [*self.values[:-1:2], value]
            self._every *= 2


class ScorePlot(QWidget):
    """A few lines over the same frames, with their names and where they stand.

    Parameters
    ----------
    name : str
        What is drawn.
    unit : str
        What is counted from left to right.
    begins : int or None
        What the first value is called, where it says how far it goes, up and to the right.
    """

    def __init__(self, name: str, unit: str = "frames", *, begins: int | None = None) -> None:
        super().__init__()
        self._unit, self._begins = unit, begins
        self._marked: int | None = None
        self._lines: tuple[tuple[str, QColor, ScoreLine], ...] = ()
        self._empty = ("Nothing driven yet", "")
        self.setAccessibleName(name)

    def set_empty(self, words: str, hint: str = "") -> None:
        """Say this while there is nothing to draw."""
        self._empty = (words, hint)
        self.update()

    def show_lines(self, *lines: tuple[str, QColor, ScoreLine]) -> None:
        """Show lines, each with its name and its colour."""
        self._lines = tuple(each for each in lines if each[2].count > 1)
        told = [f"{name}: {line.values[-1]:.1f} after {line.count - 1} {self._unit}" for name, _, line in self._lines]
        self.setAccessibleDescription("; ".join(told))
        self.update()

    def mark(self, place: int) -> None:
        """Mark a place from left to right, as it is called."""
        self._marked = place
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
            below = 0 if self._begins is None else height
            place = QRectF(self.rect()).adjusted(2 * UNIT, height + UNIT + below, -2 * UNIT, -UNIT - below)
            ends = [edge for *_, line in self._lines for edge in (min(line.values), max(line.values))]
            low, high = min(0.0, *ends), max(0.0, *ends)
            high = max(high, low + 1e-6)
            zero = place.bottom() + low / (high - low) * place.height()
            painter.fillRect(QRectF(place.left(), zero, place.width(), 1), mixed(c.text, c.window, 0.3))
            self._paint_names(painter, height)
            longest = max(line.count for *_, line in self._lines)
            if self._begins is not None:
                self._paint_scale(painter, place, high, self._begins, longest - 1)
            for _, colour, line in self._lines:
                painter.setPen(QPen(colour, 2.0))
                painter.drawPolyline(_points(line, place, (low, high), longest))

    def _paint_scale(self, painter: QPainter, place: QRectF, high: float, begins: int, longest: int) -> None:
        c, height = colours_of(self.palette()), self.fontMetrics().height()
        painter.setPen(c.muted)
        painter.fillRect(QRectF(place.left(), place.top(), place.width(), 1), mixed(c.text, c.window, 0.15))
        painter.drawText(QRectF(place.left(), place.top() - height, place.width(), height), 0, f"{high:.1f}")
        below = QRectF(place.left(), place.bottom() + 2, place.width(), height)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, str(begins))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"{begins + longest} {self._unit}")
        if self._marked is not None:
            across = place.left() + place.width() * (self._marked - begins) / max(longest, 1)
            painter.fillRect(QRectF(across, place.top(), 1, place.height()), c.accent)

    def _paint_names(self, painter: QPainter, height: int) -> None:
        c, left = colours_of(self.palette()), 2.0 * UNIT
        for name, colour, line in self._lines:
            painter.fillRect(QRectF(left, height / 2, 2 * UNIT, 3), colour)
            painter.setPen(c.text)
            words = f"{name} {line.values[-1]:.1f}"
            painter.drawText(QRectF(left + 2.5 * UNIT, 0, self.width(), height), Qt.AlignmentFlag.AlignLeft, words)
            left += 4.5 * UNIT + self.fontMetrics().horizontalAdvance(words)


def _points(line: ScoreLine, place: QRectF, span: tuple[float, float], longest: int) -> QPolygonF:
    low, high = span
    count = max(len(line.values) - 1, 1)
    across, upright = place.width() * (line.count - 1) / max(longest - 1, 1) / count, place.height() / (high - low)
    left, bottom = place.left(), place.bottom()
    return QPolygonF(
        [QPointF(left + row * across, bottom - (value - low) * upright) for row, value in enumerate(line.values)]
    )
