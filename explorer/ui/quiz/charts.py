"""Shares with their intervals, drawn so that one sees what is known and how well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.ui.theme import UNIT, Colours, colours_of, grown

if TYPE_CHECKING:
    from explorer.session.quiz.result_tables import Bar, Point

_ROW_PX = 5 * UNIT
_PLOT_PX = 22 * UNIT


class IntervalBars(QWidget):
    """A row a share: its name, a dot with a whisker between 0 and 100 %, and its numbers in words."""

    def __init__(self, *, chance: bool = True) -> None:
        super().__init__()
        self._bars: Sequence[Bar] = ()
        self._chance = chance
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show these."""
        self._bars = bars
        self.setAccessibleDescription("; ".join(f"{bar.name}: {_numbers(bar)}" for bar in bars))
        self._fit()
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(max(len(self._bars), 1) * self._row_px)

    @property
    def _row_px(self) -> int:
        return grown(_ROW_PX, self)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        c = colours_of(self.palette())
        track = QRectF(0.3 * self.width(), 0, 0.24 * self.width(), self.height())
        if self._chance:
            painter.setPen(QPen(c.muted, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(track.center().x(), 0), QPointF(track.center().x(), self.height()))
        for row, bar in enumerate(self._bars):
            self._paint_row(painter, c, bar, track, row * self._row_px)

    def _paint_row(self, painter: QPainter, c: Colours, bar: Bar, track: QRectF, top: float) -> None:
        middle = top + self._row_px / 2
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        room = QRectF(0, top, track.left() - 2 * UNIT, self._row_px)
        painter.setPen(c.text)
        name = painter.fontMetrics().elidedText(bar.name, Qt.TextElideMode.ElideMiddle, int(room.width()))
        painter.drawText(room, left, name)
        painter.setPen(QPen(c.line, 2))
        painter.drawLine(QPointF(track.left(), middle), QPointF(track.right(), middle))
        low, high = (track.left() + share * track.width() for share in bar.share.interval)
        painter.setPen(QPen(c.accent, 3))
        painter.drawLine(QPointF(low, middle), QPointF(high, middle))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(c.accent)
        painter.drawEllipse(QPointF(track.left() + bar.share.value * track.width(), middle), 5, 5)
        beyond = QRectF(track.right() + 2 * UNIT, top, self.width() - track.right() - 2 * UNIT, self._row_px)
        _paint_numbers(painter, c, bar, beyond)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = event.pos().y() // self._row_px
            if 0 <= row < len(self._bars):
                bar = self._bars[row]
                QToolTip.showText(event.globalPos(), f"{bar.name}\n{_numbers(bar)}", self)
            return True
        return super().event(event)


class ScoreHistory(QWidget):
    """Sessions over time: a dot with a whisker each, and the line of chance."""

    def __init__(self) -> None:
        super().__init__()
        self._points: Sequence[Point] = ()
        self.setMinimumHeight(_PLOT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Right answers over time")

    def show_course(self, points: Sequence[Point]) -> None:
        """Show these sessions, oldest first."""
        self._points = points
        words = (f"{point.when}: {100 * point.share.value:.0f} %" for point in points[-10:])
        self.setAccessibleDescription("; ".join(words))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(60 * UNIT, grown(_PLOT_PX, self))

    def _area(self) -> QRectF:
        left, below = grown(5 * UNIT, self), grown(3 * UNIT, self)
        above = grown(UNIT, self)
        return QRectF(left, above, self.width() - left - 2 * UNIT, self.height() - below - above)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        c = colours_of(self.palette())
        area = self._area()
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            y = area.bottom() - share * area.height()
            painter.setPen(QPen(c.muted, 1, Qt.PenStyle.DashLine) if share == 0.5 else QPen(c.line, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(c.muted)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 2 * UNIT, area.left() - UNIT / 2, 4 * UNIT), right, f"{100 * share:.0f} %")
        places = self._places(area)
        painter.setPen(QPen(c.accent, 1))
        painter.drawPolyline(places)
        for point, place in zip(self._points, places, strict=True):
            low, high = (area.bottom() - share * area.height() for share in point.share.interval)
            painter.setPen(QPen(c.accent, 2))
            painter.drawLine(QPointF(place.x(), low), QPointF(place.x(), high))
            painter.setBrush(c.accent)
            painter.drawEllipse(place, 4, 4)
        self._paint_ends(painter, c, area)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._points:
            area = self._area()
            apart = [abs(place.x() - event.pos().x()) for place in self._places(area)]
            point = self._points[apart.index(min(apart))]
            words = f"{point.when}\n{point.share.hits} of {point.share.trials} right"
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def _places(self, area: QRectF) -> list[QPointF]:
        count = len(self._points)
        step = area.width() / count if count else 0.0
        return [
            QPointF(area.left() + (index + 0.5) * step, area.bottom() - point.share.value * area.height())
            for index, point in enumerate(self._points)
        ]

    def _paint_ends(self, painter: QPainter, c: Colours, area: QRectF) -> None:
        if not self._points:
            return
        below = QRectF(area.left(), area.bottom() + UNIT / 2, area.width(), grown(3 * UNIT, self))
        painter.setPen(c.muted)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self._points[0].when)
        if len(self._points) > 1:
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, self._points[-1].when)


def _paint_numbers(painter: QPainter, c: Colours, bar: Bar, place: QRectF) -> None:
    """The share, and what else there is to say below it."""
    from explorer.session.quiz.result_tables import share_words

    lines = [(c.text, share_words(bar.share)), *([(c.muted, bar.words)] if bar.words else [])]
    height = place.height() / len(lines)
    left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    for number, (colour, words) in enumerate(lines):
        painter.setPen(colour)
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(QRectF(place.x(), place.y() + number * height, place.width(), height), left, shown)


def _numbers(bar: Bar) -> str:
    from explorer.session.quiz.result_tables import share_words

    return share_words(bar.share) + (f" · {bar.words}" if bar.words else "")
