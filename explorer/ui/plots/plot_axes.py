"""Axes whose numbers read well: round steps, minutes and hours, and decades that are not powers of ten in words."""

from __future__ import annotations

import math
from typing import Literal

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter

Ticks = list[tuple[float, list[float]]]
Against = Literal["step", "time"]
_SPANS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)
_MOST_DECADES = 300  # beyond them 10 ** x is no float
_APART_PX = {"bottom": 84, "left": 22}
_TICK_PX, _LINE_PX = 3, 16
_ALIGNED = {
    "left": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip,
    "bottom": Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextDontClip,
}


def round_spacing(extent: float, most: int) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that parts ``extent`` into at most ``most``."""
    least = max(extent, 1e-300) / max(most, 1)
    power = 10.0 ** math.floor(math.log10(least))
    return next((times * power for times in (1, 2, 5) if times * power >= least * (1 - 1e-9)), 10 * power)


def short(value: float) -> str:
    """A number in few letters: 0.0021, 12.5, 10k, 1.5M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (1e3 if letter == 'k' else size):.4g}{letter}"
    if value == 0 or abs(value) >= 1e-3:
        return f"{value:.4g}"
    digits, power = f"{value:.3e}".split("e")
    return f"{float(digits):g}e{int(power)}"


def clock(seconds: float) -> str:
    """A time as 12 s, 3:20 or 1:05:00."""
    if abs(seconds) < 60:
        return f"{seconds:.4g} s"
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


class PlotAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis of a plot; the bottom one is of steps or of time, the left one linear or logarithmic."""

    def __init__(self, side: Literal["left", "bottom"]) -> None:
        super().__init__(side, maxTickLength=-_TICK_PX)
        self.against: Against = "step"
        self.is_log = False
        self.growth = 1.0  # of the letters, over their usual height
        self.enableAutoSIPrefix(False)  # there is no title, which pyqtgraph would set anew at each change of range
        self.setStyle(autoExpandTextSpace=False)

    def paint(self, painter: QPainter, option: object, widget: object) -> None:
        """Line, ticks and numbers straight away: pyqtgraph's own way costs more than all the rest of a plot."""
        bounds = self.mapRectFromParent(self.geometry())
        painter.setPen(self.pen())
        if self.orientation == "left":
            painter.drawLine(QLineF(bounds.right(), bounds.top(), bounds.right(), bounds.bottom()))
        else:
            painter.drawLine(QLineF(bounds.left(), bounds.top(), bounds.right(), bounds.top()))
        places = self._ticks(bounds)
        painter.drawLines([self._tick(place, bounds) for place, _ in places])
        painter.setFont(self.style["tickFont"] or painter.font())
        painter.setPen(self.textPen())
        width = painter.fontMetrics().horizontalAdvance
        for place, words in places:
            painter.drawText(self._box(place, bounds, width(words)), _ALIGNED[self.orientation], words)

    @property
    def _line_px(self) -> float:
        return _LINE_PX * self.growth

    def _ticks(self, bounds: QRectF) -> list[tuple[float, str]]:
        """Where the ticks stand, in pixels along the axis, and what is written there."""
        low, high = self.range
        long = bounds.height() if self.orientation == "left" else bounds.width()
        if long <= 0 or high <= low:
            return []
        found: list[tuple[float, str]] = []
        for spacing, values in self.tickValues(low, high, long):
            words = self.tickStrings(values, 1.0, spacing)
            for value, word in zip(values, words, strict=False):
                share = (value - low) / (high - low)
                upwards = bounds.bottom() - share * long
                found.append((upwards if self.orientation == "left" else bounds.left() + share * long, word))
        return found

    def _tick(self, place: float, bounds: QRectF) -> QLineF:
        if self.orientation == "left":
            return QLineF(bounds.right(), place, bounds.right() + _TICK_PX, place)
        return QLineF(place, bounds.top(), place, bounds.top() - _TICK_PX)

    def _box(self, place: float, bounds: QRectF, words_px: int) -> QRectF:
        """Where a number is written; the outermost ones move in rather than be cut off."""
        if self.orientation == "left":
            top = min(
                max(place - self._line_px / 2, bounds.top() - self._line_px / 4),
                bounds.bottom() - self._line_px * 3 / 4,
            )
            return QRectF(bounds.left(), top, bounds.width() - _TICK_PX, self._line_px)
        wide = _APART_PX["bottom"] * self.growth
        middle = min(max(place, bounds.left()), bounds.right() - words_px / 2)
        return QRectF(middle - wide / 2, bounds.top() + _TICK_PX, wide, self._line_px)

    def tickValues(self, low: float, high: float, size: float) -> Ticks:
        if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
            return []
        if self.is_log and max(-low, high) > _MOST_DECADES:  # an axis that has not got its new range yet
            return []
        most = max(int(size / (_APART_PX[self.orientation] * self.growth)), 2)
        if self.is_log:
            return _log_ticks(low, high, most)
        spacing = round_spacing(high - low, most)
        if self.orientation == "bottom" and self.against == "step":
            spacing = max(spacing, 1.0)
        elif self.orientation == "bottom" and (high - low) / most > 0.5:
            least = (high - low) / most
            spacing = next((span for span in _SPANS_S if span >= least), 86400 * math.ceil(least / 86400))
        return [(spacing, _multiples(low, high, spacing))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self.is_log:
            return [short(float(f"{10.0**value:.6g}")) for value in values] if spacing >= 0 else []
        if self.orientation == "bottom" and self.against == "time":
            return [clock(value) for value in values]
        return [short(round(value / spacing) * spacing if spacing else value) for value in values]


def _multiples(low: float, high: float, spacing: float) -> list[float]:
    first, last = math.ceil(low / spacing - 1e-9), math.floor(high / spacing + 1e-9)
    return [number * spacing for number in range(first, min(last, first + 200) + 1)]


def _log_ticks(low: float, high: float, most: int) -> Ticks:
    """Decades, and what lies between them where there are few; of less than a decade round numbers."""
    decades = high - low
    if decades < 1.2:
        start, stop = 10.0**low, 10.0**high
        rounds = _multiples(start, stop, round_spacing(stop - start, most))
        return [(1.0, [math.log10(value) for value in rounds if value > 0])]
    every = max(1, math.ceil(decades / most))
    ticks: Ticks = [(float(every), _multiples(low, high, float(every)))]
    between = (2, 5) if decades < most / 2 else ()
    if between:
        first = math.floor(low)
        values = [n + math.log10(k) for n in range(first, math.ceil(high)) for k in between]
        ticks.append((0.5, [value for value in values if low <= value <= high]))
    return ticks
