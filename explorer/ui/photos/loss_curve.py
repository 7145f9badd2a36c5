"""A small curve that grows: how a search gets better step by step."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import UNIT, colours_of, mixed

_SMALLEST = 1e-9


class LossCurve(QWidget):
    """Shows a loss against the steps of a search, on a logarithmic scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.points: list[tuple[int, float]] = []
        self._steps = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("The loss of the best latent so far, step by step; logarithmic")
        self.setAccessibleName("Loss by step")

    def clear(self) -> None:
        """Begin again."""
        self.points = []
        self.update()

    def add(self, step: int, steps: int, loss: float) -> None:
        """One more step, of so many."""
        if math.isfinite(loss):
            self.points.append((step, max(loss, _SMALLEST)))
            self._steps = max(steps, 1)
            self.setAccessibleDescription(f"{loss:.4g} after {step} of {steps} steps")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(20 * UNIT, 9 * UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(QPen(c.line, 1))
            painter.setBrush(c.surface)
            painter.drawRoundedRect(frame, 3, 3)
            if len(self.points) > 1:
                self._paint_curve(painter, frame.adjusted(UNIT, UNIT, -UNIT, -UNIT))

    def _paint_curve(self, painter: QPainter, room: QRectF) -> None:
        c = colours_of(self.palette())
        logs = [math.log(loss) for _, loss in self.points]
        low, high = min(logs), max(logs)
        extent = max(high - low, 0.05)
        line = QPolygonF(
            [
                QPointF(
                    room.left() + step / self._steps * room.width(),
                    room.top() + (high - log) / extent * room.height(),
                )
                for (step, _), log in zip(self.points, logs, strict=True)
            ]
        )
        painter.setPen(QPen(mixed(c.text, c.window, 0.25), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(room.left(), line.last().y()), QPointF(room.right(), line.last().y()))
        painter.setPen(QPen(c.accent, 1.5))
        painter.drawPolyline(line)
        painter.setPen(c.muted)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        painter.drawText(room, flags, f"loss {self.points[-1][1]:.3g}")
