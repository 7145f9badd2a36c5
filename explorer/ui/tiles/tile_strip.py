"""A few pictures of the model in a row or two, drawn in the background; a click goes to one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from explorer.core.rendering.conditions import USUAL, Conditions
from explorer.session.models.opening import OpenModel
from explorer.session.traverse.live_tiles import LiveTiles, TileRequest
from explorer.ui.tiles.mosaic import Mosaic
from explorer.ui.tiles.tile_view import TileView
from explorer.ui.widgets.parts import named


class TileStrip(QWidget):
    """Draws what it is shown last, into the mosaic in sight.

    Signals
    -------
    picked(scene) : Scene
    failed(error)
    """

    picked = Signal(object)
    failed = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.view = named(TileView(), name)
        self.view.fits_height = True
        self.tiles = LiveTiles(self)
        self.tiles.drawn.connect(self._on_drawn)
        self.tiles.failed.connect(self.failed)

    @property
    def is_busy(self) -> bool:
        """Whether pictures are still to be drawn."""
        return self.tiles.is_busy

    def cancel(self) -> None:
        """Draw no more."""
        self.tiles.cancel()

    def close_work(self) -> None:
        """Draw no more, and wait until that has stopped."""
        self.tiles.close()

    def _draw(
        self,
        model: OpenModel,
        latents: NDArray[np.float32],
        labels: Sequence[int | None],
        mosaic: Mosaic,
        under: Conditions = USUAL,
    ) -> None:
        count = len(latents)
        self.tiles.request(TileRequest(model.generator, lambda: latents, list(labels), range(count), mosaic, under))

    def _on_drawn(self, order: TileRequest, indices: NDArray[np.intp], pictures: NDArray[np.uint8]) -> None:
        mosaic = self.view.mosaic
        if mosaic is not None and order.place is mosaic:
            mosaic.put(indices, pictures)
            self.view.tiles_changed(indices)
