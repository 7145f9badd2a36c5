"""What the colours on a map mean: a swatch and a word for each, or a gradient and its two ends."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.traversal.facts import GRADIENT, Colouring
from explorer.ui.theme import UNIT, colours_of

_ROW = 5 * UNIT // 2
_SWATCH = 3 * UNIT // 2


class Legend(QWidget):
    """Shows the legend of a `Colouring`; takes no room while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colouring: Colouring | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend")
        self.hide()

    def show_colouring(self, colouring: Colouring | None) -> None:
        """Show another legend, or none."""
        self.colouring = colouring
        self.setVisible(colouring is not None)
        self.setAccessibleDescription("" if colouring is None else ", ".join(self.words))
        self.updateGeometry()
        self.update()

    @property
    def words(self) -> tuple[str, ...]:
        """What the legend says."""
        if self.colouring is None:
            return ()
        ends = () if self.colouring.ends is None else tuple(_number(end) for end in self.colouring.ends)
        return (*ends, *(word for word, _ in self.colouring.swatches))

    def sizeHint(self) -> QSize:
        if self.colouring is None:
            return QSize(20 * UNIT, 0)
        rows = len(self.colouring.swatches) + (2 if self.colouring.ends is not None else 0)
        return QSize(20 * UNIT, rows * _ROW)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.colouring is None:
            return
        c = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = 0.0
        if self.colouring.ends is not None:
            self._paint_gradient(painter, self.colouring.ends, c.text, c.line)
            top = 2.0 * _ROW
        for word, ink in self.colouring.swatches:
            painter.setPen(c.line)
            painter.setBrush(QColor(*ink))
            painter.drawRect(QRectF(0.5, top + (_ROW - _SWATCH) / 2, _SWATCH, _SWATCH))
            place = QRectF(_SWATCH + UNIT, top, self.width() - _SWATCH - UNIT, _ROW)
            elided = painter.fontMetrics().elidedText(word, Qt.TextElideMode.ElideMiddle, int(place.width()))
            painter.setPen(c.text)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, elided)
            top += _ROW
        painter.end()

    def _paint_gradient(
        self, painter: QPainter, ends: tuple[float, float], text: QColor, edge: QColor
    ) -> None:
        bar = QRectF(0.5, (_ROW - _SWATCH) / 2, self.width() - 1.0, _SWATCH)
        shades = QLinearGradient(bar.topLeft(), bar.topRight())
        for step, ink in enumerate(GRADIENT):
            shades.setColorAt(step / (len(GRADIENT) - 1), QColor(*ink))
        painter.setPen(edge)
        painter.setBrush(shades)
        painter.drawRect(bar)
        painter.setPen(text)
        below = QRectF(0, _ROW, self.width(), _ROW)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, _number(ends[0]))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, _number(ends[1]))


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
