"""What the lines of a plot are worth where the crosshair stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.plots.plot_look import STROKE_PX, LineStyle
from explorer.ui.theme import RADIUS, UNIT, colours_of, tinted

_MOST = 10


@dataclass(frozen=True)
class Reading:
    """The value of one line at the crosshair, as it is told."""

    label: str
    value: str
    look: LineStyle


class PlotReadout(QWidget):
    """A small table that lies upon the plot and lets the pointer through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.title, self.is_one_line = "", False
        self.readings: list[Reading] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def words(self) -> str:
        """All that is told, in a line."""
        return ", ".join([self.title, *(f"{each.label} {each.value}" for each in self.readings)])

    def show_readings(
        self, title: str, readings: list[Reading], at_px: float, room: QRect, in_the_way: Sequence[QPointF] = ()
    ) -> None:
        """Tell these beside a place, ``at_px`` from the left, within ``room``, where it hides least of the lines.

        Of the four corners around the place, the first is taken that no other hides fewer of ``in_the_way`` in.
        """
        metrics = QFontMetrics(self.font())
        fitting = max((room.height() - UNIT) // metrics.lineSpacing(), 1)
        if len(readings) >= fitting:  # the place is told where there is more room
            title = ""
        self.title, self.readings = title, readings[: min(_MOST, fitting - bool(title))]
        self.readings = [self._fitting(each, room.width() - STROKE_PX - 4 * UNIT) for each in self.readings]
        widths = [metrics.horizontalAdvance(f"{each.label}  {each.value}") for each in self.readings]
        self.is_one_line = self._fits_one_line(sum(widths), room.width())
        if self.is_one_line:
            self._show_line(sum(widths), at_px, room, in_the_way)
            return
        wide = max([w + STROKE_PX + UNIT for w in widths] + [metrics.horizontalAdvance(title)]) + 2 * UNIT
        high = (len(self.readings) + bool(title)) * metrics.lineSpacing() + UNIT
        high = min(high, room.height() - 2)
        self.setGeometry(_freest(_corners(at_px, room, wide, high), in_the_way))
        self.show()
        self.update()

    def _fits_one_line(self, words_px: int, room_px: int) -> bool:
        """Whether all fits beside each other, which hides less of the plot; the step is told where there is room."""
        metrics, count = QFontMetrics(self.font()), len(self.readings)
        needed = words_px + count * (STROKE_PX + UNIT) + 2 * UNIT
        if needed + metrics.horizontalAdvance(self.title) + UNIT > room_px:
            self.title = self.title if needed > room_px else ""
        return needed + (metrics.horizontalAdvance(self.title) + UNIT if self.title else 0) <= room_px

    def _show_line(self, words_px: int, at_px: float, room: QRect, in_the_way: Sequence[QPointF]) -> None:
        metrics, count = QFontMetrics(self.font()), len(self.readings)
        title_px = metrics.horizontalAdvance(self.title) + UNIT if self.title else 0
        wide = words_px + count * (STROKE_PX + UNIT) + title_px + 2 * UNIT
        high = metrics.lineSpacing() + UNIT // 2
        self.setGeometry(_freest(_corners(at_px, room, wide, high), in_the_way))
        self.show()
        self.update()

    def _fitting(self, reading: Reading, width: int) -> Reading:
        """The reading with its value whole, and of its label the end, which tells lines apart, as far as it fits."""
        metrics = QFontMetrics(self.font())
        left = width - metrics.horizontalAdvance(f"  {reading.value}")
        return replace(reading, label=metrics.elidedText(reading.label, Qt.TextElideMode.ElideLeft, left))

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(c.line, 1))
            painter.setBrush(tinted(c.raised, 0.88))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), RADIUS, RADIUS)
            metrics = painter.fontMetrics()
            left, right, row = UNIT, self.width() - UNIT, metrics.lineSpacing()
            if self.is_one_line:
                self._paint_line(painter)
                return
            base = UNIT // 2 + metrics.ascent()
            painter.setPen(c.muted)
            painter.drawText(QPointF(left, base), self.title)
            for number, reading in enumerate(self.readings, int(bool(self.title))):
                y = base + number * row
                painter.setPen(reading.look.pen(c, 2.0))
                middle = y - metrics.ascent() / 2 + 1
                painter.drawLine(QPointF(left, middle), QPointF(left + STROKE_PX - 4, middle))
                painter.setPen(c.text)
                painter.drawText(QPointF(left + STROKE_PX + 2, y), reading.label)
                painter.drawText(QPointF(right - metrics.horizontalAdvance(reading.value), y), reading.value)

    def _paint_line(self, painter: QPainter) -> None:
        c, metrics = colours_of(self.palette()), painter.fontMetrics()
        x, y = float(UNIT), UNIT // 4 + metrics.ascent()
        painter.setPen(c.muted)
        painter.drawText(QPointF(x, y), self.title)
        x += metrics.horizontalAdvance(self.title) + UNIT if self.title else 0
        for reading in self.readings:
            painter.setPen(reading.look.pen(c, 2.0))
            middle = y - metrics.ascent() / 2 + 1
            painter.drawLine(QPointF(x, middle), QPointF(x + STROKE_PX - 4, middle))
            painter.setPen(c.text)
            painter.drawText(QPointF(x + STROKE_PX, y), f"{reading.label}  {reading.value}")
            x += STROKE_PX + metrics.horizontalAdvance(f"{reading.label}  {reading.value}") + UNIT


def _corners(at_px: float, room: QRect, wide: int, high: int) -> list[QRect]:
    """Where a table of this size may lie: right or left of a place, at the top or at the bottom of the room."""
    beside = [at_px + 1.5 * UNIT, at_px - 1.5 * UNIT - wide]
    fitting = [left for left in beside if room.left() + 2 <= left <= room.right() - wide]
    if not fitting:
        fitting = [min(max(beside[0], room.left() + 2), max(room.right() - wide, room.left() + 2))]
    tops = dict.fromkeys((room.top() + UNIT // 2, max(room.bottom() - high - UNIT // 2, room.top() + 1)))
    return [QRect(round(left), top, wide, high) for top in tops for left in fitting]


def _freest(places: Sequence[QRect], in_the_way: Sequence[QPointF]) -> QRect:
    return min(places, key=lambda place: sum(QRectF(place).contains(point) for point in in_the_way))
