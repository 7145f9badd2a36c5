"""What is looked at in the lab: shows snapshots as their subject paints them, and lets points be drawn."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.training.toy_models.snapshot import HIGH, LOW
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.train.lab.painting import LEGEND_PX
from explorer.ui.train.lab.subject import Seen, Subject
from explorer.ui.widgets.empty import paint_words

_SAVED_PX = 1200


class LabPlane(QWidget):
    """Paints the latest snapshot.

    Attributes
    ----------
    draws : bool
        Whether the mouse draws points.

    Signals
    -------
    dotted(x, y) : float, float
        The user drew here, in the plane's own numbers.
    pointed(x, y) : float, float
        The pointer is here; NaN where it left.
    """

    dotted = Signal(float, float)
    pointed = Signal(float, float)

    def __init__(self, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subject = subject
        self.seen: Seen | None = None
        self.layers = subject.layers()
        self.draws = False
        self._empty = ("Loading PyTorch …", "The lab opens in a moment.")
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("The plane")

    def show_snapshot(self, seen: Seen) -> None:
        """Show ``seen``."""
        self.seen = seen
        self.update()

    def show_layers(self, layers: object) -> None:
        """Show only these."""
        self.layers = layers
        self.update()

    def set_empty(self, title: str, hint: str) -> None:
        """Say this while there is nothing to show."""
        self._empty = (title, hint)
        self.update()

    def set_draws(self, draws: bool) -> None:
        """Let the mouse draw points, or not."""
        self.draws = draws
        self.setCursor(Qt.CursorShape.CrossCursor if draws else Qt.CursorShape.ArrowCursor)

    def image(self) -> QImage:
        """The picture as it is saved, with its legend."""
        picture = QImage(_SAVED_PX, _SAVED_PX + 2 * LEGEND_PX, QImage.Format.Format_RGB32)
        c = colours_of(self.palette())
        picture.fill(c.window)
        with QPainter(picture) as painter:
            painter.scale(2, 2)
            if self.seen is not None:
                place = QRectF(0, 0, _SAVED_PX / 2, _SAVED_PX / 2 + LEGEND_PX)
                self.subject.paint(painter, place, self.seen, self.layers, c)
        return picture

    def sizeHint(self) -> QSize:
        return QSize(60 * UNIT, 60 * UNIT + LEGEND_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(30 * UNIT, 30 * UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            place = QRectF(self.rect())
            if self.seen is None:
                paint_words(painter, place, *self._empty, c)
            else:
                self.subject.paint(painter, place, self.seen, self.layers, c)
                if self.draws and not len(self.seen.real):
                    self._paint_hint(painter, self._square)
                painter.setPen(QPen(c.line, 1))
                painter.setBrush(QColor(0, 0, 0, 0))
                painter.drawRect(self._square.adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_hint(self, painter: QPainter, square: QRectF) -> None:
        room = QRectF(square.left(), square.top(), square.width(), square.height() / 3)
        paint_words(
            painter,
            room,
            "Draw here",
            "Drag over the plane to add real points.",
            colours_of(self.palette()),
        )

    @property
    def _square(self) -> QRectF:
        return self.subject.plane_in(QRectF(self.rect()), float(self.fontMetrics().height()))

    def _at(self, place: QPointF) -> tuple[float, float]:
        square = self._square
        x = LOW + (place.x() - square.left()) / square.width() * (HIGH - LOW)
        y = LOW + (square.bottom() - place.y()) / square.height() * (HIGH - LOW)
        return x, y

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._draw(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(*self._at(event.position()))
        self._draw(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(np.nan, np.nan)

    def _draw(self, event: QMouseEvent) -> None:
        x, y = self._at(event.position())
        if self.draws and event.buttons() & Qt.MouseButton.LeftButton and 0 <= x <= 1 and 0 <= y <= 1:
            self.dotted.emit(x, y)
