"""How the lines of a plot are told apart: by colour, and by dash for who does not see the colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from explorer.ui.theme import UNIT, Colours, mixed

# Neighbours differ in lightness too, for those who confuse red and green (after Okabe & Ito, 2008).
_ON_DARK = ("#5b9dff", "#f2a33c", "#4cc9a0", "#e87fb8", "#d9d35b", "#a98bff", "#f0716b", "#7fd3f0")
_ON_LIGHT = ("#1f66d8", "#b85c00", "#00795a", "#b0307c", "#7a7000", "#6741c9", "#c8322b", "#00708f")
_DASHES: tuple[tuple[float, ...], ...] = ((), (6, 3), (2, 2.5), (9, 3, 2, 3), (12, 4), (4, 2, 1.5, 2, 1.5, 2))
STROKE_PX, _GAP_PX = 18, 3
_MOST = 3  # strokes in a swatch
_RAW_SHARE = 0.34  # of the line's colour in the raw one under it


@dataclass(frozen=True)
class LineStyle:
    """The colour and the dash of a line, by number: they begin again where there are more lines."""

    colour: int = 0
    dash: int = 0

    def ink(self, c: Colours) -> QColor:
        """The colour upon the surface of a theme."""
        inks = _ON_DARK if c.surface.lightness() < 128 else _ON_LIGHT
        return QColor(inks[self.colour % len(inks)])

    def pen(self, c: Colours, width: float = 1.5) -> QPen:
        """What the smoothed line is drawn with."""
        pen = QPen(self.ink(c), width)
        pen.setCosmetic(True)
        if dashes := _DASHES[self.dash % len(_DASHES)]:
            pen.setDashPattern([length / width for length in dashes])
        return pen

    def raw_pen(self, c: Colours) -> QPen:
        """What the raw line is drawn with: thin and pale, and opaque, which is faster than translucent."""
        pen = QPen(mixed(self.ink(c), c.surface, _RAW_SHARE), 1)
        pen.setCosmetic(True)
        return pen


def swatch_px(count: int) -> int:
    """How wide the swatch of so many lines is."""
    return min(max(count, 1), _MOST) * (_stroke_px(count) + _GAP_PX) - _GAP_PX


def _stroke_px(count: int) -> int:
    return STROKE_PX if count < 2 else STROKE_PX // 2


def swatch(looks: Sequence[LineStyle], c: Colours, ratio: float, *, shown: bool = True) -> QIcon:
    """Pieces of the lines, for the legend; faint where they are hidden."""
    pixmap = QPixmap(QSize(swatch_px(len(looks)), 2 * UNIT) * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, look in enumerate(looks[:_MOST]):
            pen = look.pen(c, 2.0)
            if not shown:
                pen.setColor(mixed(look.ink(c), c.surface, _RAW_SHARE))
            painter.setPen(pen)
            wide = _stroke_px(len(looks))
            left = number * (wide + _GAP_PX)
            painter.drawLine(left + 1, UNIT, left + wide - 1, UNIT)
    return QIcon(pixmap)
