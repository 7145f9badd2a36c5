"""The curves of the lab over steps, with axes, and lines of reference where theory has one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.plots.plot_axes import round_spacing, short
from explorer.ui.theme import UNIT, Colours, colours_of, tinted
from explorer.ui.train.lab.painting import Inks
from explorer.ui.train.lab.subject import Ink, LabPlotSpec, Marks, Seen

_MOST = 600  # moments kept; above, every other one is dropped
_LEAST = 0.1  # that the axis spans
_MOST_TICKS = 10  # on it


class LabPlot(QWidget):
    """Shows one of several plots of a round since its beginning."""

    def __init__(self, specs: Sequence[LabPlotSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._specs = tuple(specs)
        self.points: list[tuple[float, ...]] = []  # step, and the values of all plots
        self._marks: tuple[Marks, ...] = tuple(() for _ in specs)
        self._round = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_plot(0)

    def show_plot(self, index: int) -> None:
        """Show this one of the plots."""
        self._index = index
        self.setAccessibleName(f"{self.spec.title} by step")
        self.setToolTip(self.spec.tip)
        self._tell()
        self.update()

    @property
    def spec(self) -> LabPlotSpec:
        """The plot that is shown."""
        return self._specs[self._index]

    def add(self, seen: Seen) -> None:
        """One more moment; another round begins anew."""
        if seen.round != self._round or (self.points and seen.step < self.points[-1][0]):
            self._round, self.points = seen.round, []
        row = (float(seen.step), *(value for spec in self._specs for value in spec.values(seen)))
        if self.points and self.points[-1][0] == row[0]:
            self.points[-1] = row
        else:
            self.points.append(row)
        if len(self.points) > _MOST:
            self.points = self.points[::2]
        self._marks = tuple(spec.marks(seen) for spec in self._specs)
        self._tell()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(24 * UNIT, 14 * UNIT)

    def minimumSizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(16 * UNIT, 5 * line + 5 * UNIT)

    @property
    def table(self) -> NDArray[np.float64]:
        """Steps, and the values of the plot that is shown, (moments, 1 + lines)."""
        first = 1 + sum(len(spec.lines) for spec in self._specs[: self._index])
        shown = [0, *range(first, first + len(self.spec.lines))]
        return np.array(self.points, np.float64)[:, shown] if self.points else np.zeros((0, len(shown)))

    def _tell(self) -> None:
        """Let a screen reader say the latest values."""
        if self.points:
            row = self.table[-1]
            said = (
                f"{line.name} {value:.3g}"
                for line, value in zip(self.spec.lines, row[1:], strict=True)
                if math.isfinite(value)
            )
            self.setAccessibleDescription(f"Step {row[0]:.0f}: {', '.join(said)}")

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(QPen(c.line, 1))
            painter.setBrush(c.surface)
            painter.drawRoundedRect(frame, 3, 3)
            line = painter.fontMetrics().height()
            below = self._paint_names(painter, frame.adjusted(UNIT, UNIT / 2, -UNIT, 0), c)
            room = frame.adjusted(0, 0, -UNIT, -line - UNIT / 2)
            room.setTop(below + (line + UNIT) / 2)  # half a line: the uppermost number is beside its tick
            self._paint_plot(painter, room, c)

    def _colour(self, ink: Ink, c: Colours) -> QColor:
        inks = Inks.of(c)
        return {"real": inks.real, "made": inks.made, "text": c.text}[ink]

    def _paint_names(self, painter: QPainter, room: QRectF, c: Colours) -> float:
        """A key for every line, with its latest value, in as many rows as they take; where the last one ends."""
        metrics = painter.fontMetrics()
        x, y = room.left(), room.top()
        last = self.table[-1][1:] if self.points else [math.nan] * len(self.spec.lines)
        for line, value in zip(self.spec.lines, last, strict=True):
            words = f"{line.name} {f'{value:.2f}'.replace('-', '−')}" if math.isfinite(value) else line.name
            wide = 2 * UNIT + metrics.horizontalAdvance(words) + 1.5 * UNIT
            if x > room.left() and x + wide - 1.5 * UNIT > room.right():
                x, y = room.left(), y + metrics.height()
            painter.setPen(_pen(self._colour(line.ink, c), line.dashed, 2.0))
            middle = y + metrics.height() / 2
            painter.drawLine(QPointF(x, middle), QPointF(x + 1.5 * UNIT, middle))
            painter.setPen(c.text)
            painter.drawText(QPointF(x + 2 * UNIT, y + metrics.ascent()), words)
            x += wide
        return float(y + metrics.height())

    def _paint_plot(self, painter: QPainter, room: QRectF, c: Colours) -> None:
        table, metrics = self.table, painter.fontMetrics()
        low, high = self._range(table)
        line = metrics.height()
        spacing = round_spacing(high - low, min(max(int(room.height() / (1.6 * line)), 2), _MOST_TICKS))
        ticks = np.arange(math.ceil(low / spacing - 1e-9), math.floor(high / spacing + 1e-9) + 1) * spacing
        words = [short(float(f"{value:.6g}")).replace("-", "−") for value in ticks]
        room.setLeft(room.left() + max((metrics.horizontalAdvance(each) for each in words), default=0) + UNIT)
        last = max(float(table[-1, 0]), 1.0) if len(table) else 1.0
        place = _Placing(room, last, low, high)
        painter.setPen(QPen(c.line, 1))
        painter.drawLine(room.topLeft(), room.bottomLeft())
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        for value, said in zip(ticks.tolist(), words, strict=True):
            y = place.y(value)
            painter.setPen(QPen(tinted(c.line, 0.6), 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(c.muted)
            box = QRectF(room.left() - 20 * UNIT - UNIT / 2, y - line / 2, 20 * UNIT, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, said)
        self._paint_steps(painter, place, c)
        if len(table) > 1:
            painter.setClipRect(room.adjusted(0, -2, 0, 2))
            self._paint_marks(painter, place, c)
            self._paint_lines(painter, place, table, c)

    def _paint_steps(self, painter: QPainter, place: _Placing, c: Colours) -> None:
        """The numbers below: steps."""
        metrics, room = painter.fontMetrics(), place.room
        most = max(int(room.width() / (metrics.horizontalAdvance("00,000") * 1.6)), 1)
        spacing = max(round_spacing(place.last, most), 1.0)
        painter.setPen(c.muted)
        for number in range(int(place.last / spacing + 1e-9) + 1):
            words = f"{number * spacing:,.0f}" + (" steps" if number == 0 else "")
            wide = metrics.horizontalAdvance(words)
            x = min(max(place.x(number * spacing) - (wide / 2 if number else 0), room.left()), room.right() - wide)
            painter.drawText(QPointF(x, room.bottom() + UNIT / 4 + metrics.ascent()), words)

    def _paint_marks(self, painter: QPainter, place: _Placing, c: Colours) -> None:
        """Lines of reference, each with its name at the right."""
        for value, words in self._marks[self._index]:
            y = place.y(value)
            painter.setPen(QPen(c.muted, 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(place.room.left(), y), QPointF(place.room.right(), y))
            painter.setPen(c.muted)
            wide = painter.fontMetrics().horizontalAdvance(words)
            painter.drawText(QPointF(place.room.right() - wide, y - 2), words)

    def _paint_lines(self, painter: QPainter, place: _Placing, table: NDArray[np.float64], c: Colours) -> None:
        curves = [place.curve(table[:, 0], table[:, 1 + index]) for index in range(len(self.spec.lines))]
        for one, other, ink in self.spec.bands:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tinted(self._colour(ink, c), 0.25))
            painter.drawPolygon(QPolygonF([*curves[one], *reversed(curves[other])]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line, curve in zip(self.spec.lines, curves, strict=True):
            painter.setPen(_pen(self._colour(line.ink, c), line.dashed, 1.4))
            painter.drawPolyline(QPolygonF(curve))

    def _range(self, table: NDArray[np.float64]) -> tuple[float, float]:
        """What the left axis spans: nearly all values, and the lines of reference."""
        values = table[:, 1:][np.isfinite(table[:, 1:])] if len(table) else np.zeros(0)
        low, high = np.percentile(values, [2, 98]).tolist() if len(values) else (0.0, 1.0)
        marked = [value for value, _ in self._marks[self._index]]
        low = min(low, *([0.0] if self.spec.from_zero else []), *marked, low)
        high = max(high, *marked, low + _LEAST)
        return low, high + 0.06 * (high - low)


class _Placing:
    """Where steps and values lie in a room."""

    def __init__(self, room: QRectF, last: float, low: float, high: float) -> None:
        self.room, self.last, self._low, self._high = room, last, low, high

    def x(self, step: float) -> float:
        return self.room.left() + step / self.last * self.room.width()

    def y(self, value: float) -> float:
        return self.room.bottom() - (value - self._low) / (self._high - self._low) * self.room.height()

    def curve(self, steps: NDArray[np.float64], values: NDArray[np.float64]) -> list[QPointF]:
        """The points of a line; without those that are no numbers."""
        known = np.isfinite(values)
        far = np.clip(
            values[known], self._low - 9 * (self._high - self._low), self._high + 9 * (self._high - self._low)
        )
        return [QPointF(self.x(step), self.y(value)) for step, value in zip(steps[known], far, strict=True)]


def _pen(colour: QColor, dashed: bool, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
