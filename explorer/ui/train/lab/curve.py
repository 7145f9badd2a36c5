"""The losses of the lab as two small live curves."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.training.toy_models.snapshot import Snapshot
from explorer.ui.theme import UNIT, Colours, colours_of
from explorer.ui.train.lab.painting import Inks

_MOST = 600  # points kept; above, every other one is dropped
_NAMES = ("critic", "generator")
_STYLES = (Qt.PenStyle.DashLine, Qt.PenStyle.SolidLine)


class LabCurve(QWidget):
    """Shows the losses of both networks since the beginning of a round.

    The critic's line is dashed, the generator's is whole.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.points: list[tuple[int, float, float]] = []
        self._round = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Losses by step")
        self.setToolTip(
            "What each network tries to lower. In a game one wins what the other loses,\n"
            "so curves that level off need not mean that nothing is learned any more."
        )

    def add(self, seen: Snapshot) -> None:
        """One more moment; another round begins anew."""
        if seen.round != self._round or (self.points and seen.step < self.points[-1][0]):
            self._round, self.points = seen.round, []
        critic, generator = (seen.losses.get(name, np.nan) for name in _NAMES)
        if np.isfinite([critic, generator]).all():
            self.points.append((seen.step, critic, generator))
            self.setAccessibleDescription(f"Step {seen.step}: critic {critic:.3g}, generator {generator:.3g}")
        if len(self.points) > _MOST:
            self.points = self.points[::2]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(24 * UNIT, 12 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(16 * UNIT, 8 * UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(QPen(c.line, 1))
            painter.setBrush(c.surface)
            painter.drawRoundedRect(frame, 3, 3)
            inks = Inks.of(c)
            room = frame.adjusted(UNIT, 3 * UNIT, -UNIT, -UNIT)
            self._paint_names(painter, frame.adjusted(UNIT, UNIT / 2, -UNIT, 0), (inks.real, inks.made), c)
            if len(self.points) > 1:
                self._paint_lines(painter, room, (inks.real, inks.made), c)

    def _paint_names(self, painter: QPainter, room: QRectF, colours: tuple[QColor, QColor], c: Colours) -> None:
        x, height = room.left(), float(painter.fontMetrics().height())
        last = self.points[-1][1:] if self.points else (np.nan, np.nan)
        for name, value, colour, style in zip(_NAMES, last, colours, _STYLES, strict=True):
            painter.setPen(QPen(colour, 2, style))
            painter.drawLine(QPointF(x, room.top() + height / 2), QPointF(x + 1.5 * UNIT, room.top() + height / 2))
            painter.setPen(c.text)
            words = f"{name} {value:.2f}".replace("-", "−") if np.isfinite(value) else name
            painter.drawText(QPointF(x + 2 * UNIT, room.top() + painter.fontMetrics().ascent()), words)
            x += 0.46 * room.width()

    def _paint_lines(self, painter: QPainter, room: QRectF, colours: tuple[QColor, QColor], c: Colours) -> None:
        table = np.array(self.points)
        low, high = np.percentile(table[:, 1:], [1, 99])
        low, high = min(low, 0.0), max(high, low + 0.1)
        x = room.left() + table[:, 0] / max(table[-1, 0], 1) * room.width()
        zero = room.bottom() + low / (high - low) * room.height()
        painter.setPen(QPen(c.line, 1))
        painter.drawLine(QPointF(room.left(), zero), QPointF(room.right(), zero))
        painter.setClipRect(room.adjusted(0, -2, 0, 2))
        for index, (colour, style) in enumerate(zip(colours, _STYLES, strict=True)):
            y = room.bottom() - (table[:, 1 + index] - low) / (high - low) * room.height()
            painter.setPen(QPen(colour, 1.2, style))
            painter.drawPolyline(QPolygonF([QPointF(*at) for at in zip(x.tolist(), y.tolist(), strict=True)]))
