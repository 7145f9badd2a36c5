"""The strips of a direction: tiles to be clicked, and to be dragged out with their scene."""

from __future__ import annotations

from explorer.ui.theme import UNIT
from explorer.ui.tiles.tile_layout import HEADER_PX, LARGEST_PX, TileLayout, fitting_px
from explorer.ui.tiles.tile_view import TileView

_LEAST_PX = 5 * UNIT  # of a tile
_ROWS_IN_SIGHT = 2.5  # the half one says that there is more below


class EditSheet(TileView):
    """Tiles of a size that suits strips."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("What the direction does")

    def _measured(self) -> TileLayout:
        """As wide as the room, with at least two rows in sight, until a size was asked for by the wheel."""
        if self._asked_px is not None or self._mosaic is None:
            return super()._measured()
        high = round((self.viewport().height() - HEADER_PX) / _ROWS_IN_SIGHT)
        left_px = self._labels.left_px(self.fontMetrics())
        wide = fitting_px(self._mosaic.columns, self.viewport().width() - left_px - UNIT)
        self._asked_px = min(max(min(high, wide), _LEAST_PX), LARGEST_PX)
        try:
            return super()._measured()
        finally:
            self._asked_px = None
