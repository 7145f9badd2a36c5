"""The strips of a direction: tiles to be clicked, and to be dragged out with their scene."""

from __future__ import annotations

from explorer.ui.theme import UNIT
from explorer.ui.tiles.tile_layout import HEADER_PX, TileLayout, fitting_px
from explorer.ui.tiles.tile_view import TileView

_LEAST_PX, _MOST_PX = 5 * UNIT, 14 * UNIT  # of a tile


class EditSheet(TileView):
    """Tiles of a size that suits strips."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("What the direction does")

    def _measured(self) -> TileLayout:
        """As large as lets all rows be in sight, within reason, until a size was asked for by the wheel."""
        if self._asked_px is not None or self._mosaic is None:
            return super()._measured()
        high = fitting_px(self._mosaic.rows, self.viewport().height() - HEADER_PX - UNIT)
        wide = fitting_px(self._mosaic.columns, self.viewport().width() - 20 * UNIT)
        self._asked_px = min(max(min(high, wide), _LEAST_PX), _MOST_PX)
        try:
            return super()._measured()
        finally:
            self._asked_px = None
