"""How far out a latent lies, against what is typical."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import UNIT, Colours, colours_of, mixed

_REACH = 6.0  # standard deviations from the middle of the gauge to its ends
_TIP = (
    "The distance of the latent from the mean, against that of random samples (the bright part). "
    "Far out, pictures come apart; close to the mean they grow alike."
)


def norm_words(norm: float, mean: float, deviation: float) -> str:
    """What to say of a latent of this ``norm``, where samples have a ``mean`` and standard ``deviation``."""
    off = (norm - mean) / (deviation or 1.0)
    if off < -4 and norm > 0.7 * mean:  # of thousands of numbers all samples lie within a few per cent
        return "closer in than any"
    if off < -4:
        return "almost the average"
    if off < -2:
        return "closer in than most"
    if off <= 2:
        return "typical"
    return "further out than most" if off <= 4 else "unusually far out"


class NormGauge(QWidget):
    """A small gauge: where the norm of a latent lies, where those of samples lie, and that in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._norm, self._mean, self._deviation = 0.0, 0.0, 0.0
        self._name = "z"
        self.words = ""
        """The gauge's reading in words; "" before there is one."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what lies below stays as it is
        self.setToolTip(_TIP)
        self.setAccessibleName("Norm of the latent")

    def show_norm(self, norm: float, mean: float, deviation: float, name: str = "z") -> None:
        """Show the ``norm`` of what ``name`` says, against ``mean`` and standard ``deviation`` of those of samples."""
        if (norm, mean, deviation, name) != (self._norm, self._mean, self._deviation, self._name):
            self._name = name
            self._norm, self._mean, self._deviation = norm, mean, deviation
            self.words = norm_words(norm, mean, deviation) if mean else ""
            self.setAccessibleDescription(f"{norm:.1f}: {self.words}")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(30 * UNIT, self.fontMetrics().height() + 2 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(20 * UNIT, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), c.window)
            if not self._mean:
                return
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            line = QRectF(0, 0, self.width(), self.fontMetrics().height())
            painter.setPen(c.muted)
            figures = f"{self._norm:.1f} from the average"
            if self.fontMetrics().horizontalAdvance(figures + self.words) + UNIT > self.width():
                figures = f"{self._norm:.1f}"
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft, figures)
            painter.setPen(self._colour(c))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight, self.words)
            self._paint_scale(painter, self.height() - UNIT / 2 - 2, c)

    def _colour(self, c: Colours) -> QColor:
        return c.warning if self.words == "unusually far out" else c.text

    def _paint_scale(self, painter: QPainter, middle: float, c: Colours) -> None:
        def x_of(deviations: float) -> float:
            return 4 + (min(max(deviations, -_REACH), _REACH) / _REACH + 1) / 2 * (self.width() - 8)

        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(c.text, c.window, 0.15))
        painter.drawRoundedRect(QRectF(0, middle - 2, self.width(), 4), 2, 2)
        painter.setBrush(mixed(c.text, c.window, 0.4))
        painter.drawRoundedRect(QRectF(x_of(-2), middle - 2, x_of(2) - x_of(-2), 4), 2, 2)
        off = (self._norm - self._mean) / (self._deviation or 1.0)
        painter.setBrush(c.window)
        painter.drawEllipse(QPointF(x_of(off), middle), 5, 5)
        painter.setBrush(c.warning if self.words == "unusually far out" else c.accent)
        painter.drawEllipse(QPointF(x_of(off), middle), 4, 4)
