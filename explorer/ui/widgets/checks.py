"""The checkerboard that shows through where a picture is transparent."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter, QPixmap

from explorer.ui.theme import UNIT, Colours, mixed


def checks(c: Colours) -> QPixmap:
    """Two by two squares, to be repeated: a little apart from each other, in the greys of the theme."""
    one, other = mixed(c.text, c.mat, 0.12), mixed(c.text, c.mat, 0.28)
    tile = QPixmap(2 * UNIT, 2 * UNIT)
    tile.fill(QColor(one))
    with QPainter(tile) as painter:
        painter.fillRect(UNIT, 0, UNIT, UNIT, other)
        painter.fillRect(0, UNIT, UNIT, UNIT, other)
    return tile
