"""Where the tiles of a grid lie, and what is written around them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import QFontMetrics

from explorer.ui.theme import UNIT
from explorer.ui.tiles.mosaic import GAP_SHARE

SMALLEST_PX, LARGEST_PX = 16, 256
HEADER_PX = 3 * UNIT
_STEPS = (1, 2, 5, 10, 20)


@dataclass(frozen=True)
class Labels:
    """What stands around a grid.

    Attributes
    ----------
    rows, columns : tuple of str
        Empty where nothing should stand there.
    """

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    def left_px(self, metrics: QFontMetrics) -> int:
        """How much room the names of the rows take."""
        if not self.rows:
            return UNIT
        widest = max(metrics.horizontalAdvance(name) for name in self.rows)
        return min(max(widest, 5 * UNIT), 16 * UNIT) + 3 * UNIT

    def column_step(self, metrics: QFontMetrics, pitch_px: int) -> int:
        """Which columns have a name: each, or where they are narrow every second, fifth, tenth."""
        widest = max((metrics.horizontalAdvance(name) for name in self.columns), default=0) + UNIT // 2
        return next((step for step in _STEPS if step * pitch_px >= widest), max(len(self.columns), 1))


@dataclass(frozen=True)
class TileLayout:
    """Tiles of one size in rows and columns, to the right of and below their names.

    Attributes
    ----------
    rows, columns : int
    tile_px, tile_high_px : int
        How wide and how high a tile is.
    left_px, top_px : int
        Where the first tile begins.
    column_step : int
        Every so many columns have a name.
    """

    rows: int = 0
    columns: int = 0
    tile_px: int = 64
    tile_high_px: int = 64
    left_px: int = UNIT
    top_px: int = UNIT
    column_step: int = 1

    @property
    def pitch_px(self) -> int:
        """From one column to the next."""
        return pitch_of(self.tile_px)

    @property
    def pitch_down_px(self) -> int:
        """From one row to the next."""
        return pitch_of(self.tile_high_px)

    @property
    def wide_px(self) -> int:
        """All columns together."""
        return self.columns * self.pitch_px

    @property
    def high_px(self) -> int:
        """All rows together."""
        return self.rows * self.pitch_down_px + UNIT

    def place_of(self, index: int, scrolled: QPoint) -> QRect:
        """Where a tile lies while the sheet is scrolled so far."""
        row, column = divmod(index, max(self.columns, 1))
        left = self.left_px + column * self.pitch_px - scrolled.x()
        top = self.top_px + row * self.pitch_down_px - scrolled.y()
        return QRect(left, top, self.tile_px, self.tile_high_px)

    def at(self, place: QPointF, scrolled: QPoint) -> int:
        """Which tile lies at a place; -1 where there is none."""
        if place.x() < self.left_px or place.y() < self.top_px:
            return -1
        column = int(place.x() - self.left_px + scrolled.x()) // self.pitch_px
        row = int(place.y() - self.top_px + scrolled.y()) // self.pitch_down_px
        return row * self.columns + column if row < self.rows and column < self.columns else -1

    def rows_between(self, top_px: int, height_px: int) -> range:
        """The rows of which something is in sight, when the view begins so far below the first."""
        pitch_px = self.pitch_down_px
        first, last = top_px // pitch_px, (top_px + height_px - 1) // pitch_px
        return range(max(first, 0), min(last + 1, self.rows))


def pitch_of(tile_px: int) -> int:
    """From one tile to the next, for tiles of this width or height."""
    return tile_px + max(round(tile_px * GAP_SHARE), 1)


def fitting_px(count: int, room_px: int) -> int:
    """The largest tiles of which so many fit into a length."""
    tile_px = max(int(room_px / max(count, 1) / (1 + GAP_SHARE)), 1)
    while tile_px > 1 and count * pitch_of(tile_px) > room_px:
        tile_px -= 1
    return min(tile_px, LARGEST_PX)
