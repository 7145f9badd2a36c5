"""What a slider looks like: its rail, what is marked on it, and its knob."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from explorer.ui.theme import Colours, mixed, tinted

KNOB_PX = 5.5  # radius
_MARGIN_PX = 8.0  # room for the knob and its ring at both ends
_THIN_PX, _THICK_PX, _TICK_PX = 2.0, 4.0, 10.0


@dataclass(frozen=True)
class Rail:
    """Where the values from ``low`` to ``high`` lie in a slider that is ``width_px`` wide."""

    low: float
    high: float
    width_px: float = 0.0

    @property
    def per_px(self) -> float:
        """How much the value grows a pixel."""
        return (self.high - self.low) / max(self.width_px - 2 * _MARGIN_PX, 1.0)

    def held(self, value: float) -> float:
        """``value``, or the end of the rail that is nearest to it."""
        return min(max(value, self.low), self.high)

    def x_of(self, value: float) -> float:
        """Where ``value`` lies, in pixels from the left."""
        return _MARGIN_PX + (self.held(value) - self.low) / (self.per_px or 1.0)

    def value_at(self, x: float) -> float:
        """The value ``x`` pixels from the left."""
        return self.held(self.low + (x - _MARGIN_PX) * self.per_px)


@dataclass(frozen=True)
class RailState:
    """What a slider shows at one moment.

    Attributes
    ----------
    value, home : float
        Where the knob stands, and where the filled part begins.
    typical : (float, float) or None
        The values that are drawn as usual, on the thicker part of the rail.
    enabled, focused, hovered : bool
    """

    value: float
    home: float
    typical: tuple[float, float] | None
    enabled: bool
    focused: bool
    hovered: bool


def paint_slider(painter: QPainter, rail: Rail, height_px: float, look: RailState, c: Colours) -> None:
    """Draw a slider over the whole of ``painter``'s widget."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    middle = height_px / 2
    strong = c.accent if look.enabled else mixed(c.text, c.window, 0.3)
    grey = mixed(c.text, c.window, 0.2)
    _paint_bar(painter, rail, (rail.low, rail.high), middle, _THIN_PX, grey)
    if look.typical is not None:
        _paint_bar(painter, rail, look.typical, middle, _THICK_PX, grey)
    if rail.low < look.home < rail.high:
        painter.setBrush(mixed(c.text, c.window, 0.4))
        painter.drawRect(QRectF(round(rail.x_of(look.home)) - 0.5, middle - _TICK_PX / 2, 1, _TICK_PX))
    filled = (min(look.home, look.value), max(look.home, look.value))
    _paint_bar(painter, rail, filled, middle, _THICK_PX, strong)
    knob = mixed(c.text, strong, 0.25) if look.hovered and look.enabled else strong
    _paint_knob(painter, QPointF(rail.x_of(look.value), middle), knob, look.focused, c)


def _paint_bar(
    painter: QPainter, rail: Rail, ends: tuple[float, float], middle: float, height: float, colour: QColor
) -> None:
    left, right = rail.x_of(ends[0]), rail.x_of(ends[1])
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(left, middle - height / 2, right - left, height), height / 2, height / 2)


def _paint_knob(painter: QPainter, centre: QPointF, colour: QColor, focused: bool, c: Colours) -> None:
    if focused:
        painter.setBrush(tinted(c.accent, 0.35))
        painter.drawEllipse(centre, KNOB_PX + 2.5, KNOB_PX + 2.5)
    painter.setBrush(c.window)
    painter.drawEllipse(centre, KNOB_PX + 1.2, KNOB_PX + 1.2)
    painter.setBrush(colour)
    painter.drawEllipse(centre, KNOB_PX, KNOB_PX)
