"""Curves along a path: how fast its pictures change, and how real the critic takes them for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.session.traverse.path_judge import PathJudgement
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.empty import paint_words

_CHANGE, _SCORE = QColor("#3a7fd0"), QColor("#e0812c")


class PathCurves(QWidget):
    """Shows a `PathJudgement`, its beginning at the left; a line stands where the path is being looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.judgement: PathJudgement | None = None
        self._time = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("How the path is judged")

    def show_judgement(self, judgement: PathJudgement | None) -> None:
        """Show another judgement; None while it is being made."""
        self.judgement = judgement
        words = "" if judgement is None else judgement.in_words()
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.update()

    def show_time(self, time: float) -> None:
        """Mark a place on the path, 0 to 1."""
        self._time = time
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(60 * UNIT, 9 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(20 * UNIT, 9 * UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:
        c, found = colours_of(self.palette()), self.judgement
        with QPainter(self) as painter:
            if found is None:
                paint_words(painter, QRectF(self.rect()), "Judging the path …", "", c)
                return
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            line = self.fontMetrics().height()
            place = QRectF(self.rect()).adjusted(2 * UNIT, line + 2, -2 * UNIT, -UNIT / 2)
            places = (np.arange(len(found.lengths)) + 0.5) / len(found.lengths)
            names = [(_CHANGE, f"change, {found.lengths.mean():.3g} on average")]
            _paint_curve(painter, place, places, np.sqrt(found.lengths), 0.0, _CHANGE)
            if found.scores is not None:
                names.append((_SCORE, f"critic's score, {found.scores.min():.2f} to {found.scores.max():.2f}"))
                _paint_curve(painter, place, np.linspace(0, 1, len(found.scores)), found.scores, None, _SCORE)
            self._paint_names(painter, names, line)
            painter.setPen(QPen(c.muted, 1))
            x = place.left() + self._time * place.width()
            painter.drawLine(QPointF(x, place.top()), QPointF(x, place.bottom()))

    def _paint_names(self, painter: QPainter, names: list[tuple[QColor, str]], line: int) -> None:
        c, left = colours_of(self.palette()), 2.0 * UNIT
        for colour, words in names:
            painter.fillRect(QRectF(left, 4, line - 8, line - 8), colour)
            painter.setPen(c.text)
            painter.drawText(QRectF(left + line, 0, self.width(), line), Qt.AlignmentFlag.AlignLeft, words)
            left += line + self.fontMetrics().horizontalAdvance(words) + 2 * UNIT


def _paint_curve(
    painter: QPainter,
    place: QRectF,
    places: NDArray[np.float64],
    values: NDArray[np.floating],
    low: float | None,
    colour: QColor,
) -> None:
    """One curve over the whole height; from ``low``, or from its least value."""
    least = float(values.min()) if low is None else low
    span = max(float(values.max()) - least, 1e-9)
    line = QPolygonF(
        [
            QPointF(place.left() + x * place.width(), place.bottom() - (float(y) - least) / span * place.height())
            for x, y in zip(places.tolist(), values.tolist(), strict=True)
        ]
    )
    painter.setPen(QPen(colour, 2))
    painter.drawPolyline(line)
