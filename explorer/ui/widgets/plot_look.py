"""How the lines of a plot are told apart: by colour, and by dash for who does not see the colour."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from explorer.ui.theme import UNIT, Colours, mixed

# Neighbours differ in lightness too, for those who confuse red and green (after Okabe & Ito, 2008).
_ON_DARK = ("#5b9dff", "#f2a33c", "#4cc9a0", "#e87fb8", "#d9d35b", "#a98bff", "#f0716b", "#7fd3f0")
_ON_LIGHT = ("#1f66d8", "#b85c00", "#00795a", "#b0307c", "#7a7000", "#6741c9", "#c8322b", "#00708f")
_DASHES: tuple[tuple[float, ...], ...] = ((), (6, 3), (2, 2.5), (9, 3, 2, 3), (12, 4), (4, 2, 1.5, 2, 1.5, 2))
_SWATCH = QSize(3 * UNIT, 2 * UNIT)
_RAW_SHARE = 0.34  # of the line's colour in the raw one under it


@dataclass(frozen=True)
class Look:
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

    def swatch(self, c: Colours, ratio: float, *, shown: bool = True) -> QIcon:
        """A piece of the line, for the legend; faint where the line is hidden."""
        pixmap = QPixmap(_SWATCH * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = self.pen(c, 2.0)
        if not shown:
            pen.setColor(mixed(self.ink(c), c.surface, _RAW_SHARE))
        painter.setPen(pen)
        painter.drawLine(1, UNIT, _SWATCH.width() - 1, UNIT)
        painter.end()
        return QIcon(pixmap)


SWATCH = _SWATCH
