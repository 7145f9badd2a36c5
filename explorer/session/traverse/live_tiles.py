"""Many pictures at once, in the order they are looked at: each is announced as soon as it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal

from explorer.core.rendering.conditions import USUAL, Conditions
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report

if TYPE_CHECKING:
    from explorer.core.inference.generator import Generator

Latents = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class TileRequest:
    """Tiles that are to be drawn.

    Attributes
    ----------
    generator : Generator
    latents : callable
        Gives the latents of every tile, (N, d) float32; called in the worker, as it may take a while.
    labels : sequence of N int or None, or None
        Their classes; None where the model has none.
    first : sequence of int
        Which tiles to draw, in this order.
    place : object
        What the tiles are for, by which whoever asked knows them again.
    under : Conditions
        What they are drawn under.
    """

    generator: Generator
    latents: Callable[[], Latents]
    labels: Sequence[int | None] | None
    first: Sequence[int] | NDArray[np.intp]
    place: object = None
    under: Conditions = USUAL


class LiveTiles(JobRunner):
    """Draws the tiles of the newest order, and stops drawing those of the one before.

    What is finished is always announced, an order that was overtaken included: so a grid that follows a
    drag goes on moving, however slow its model is.

    Signals
    -------
    drawn(order, indices, pictures) : TileOrder, (n,) int, (n, height, width, channels) uint8
        Some tiles are ready.
    finished(order)
        All tiles of an order that was not overtaken are ready.
    """

    drawn = Signal(object, object, object)
    finished = Signal(object)
    _arrived = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="tiles")
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)

    def request(self, order: TileRequest) -> None:
        """Draw the tiles of ``order``, instead of those of any other."""
        self.begin(partial(self._draw, order), lambda _result: self.finished.emit(order))

    def _draw(self, order: TileRequest, _report: Report, cancelled: Cancelled) -> None:
        from explorer.core.traverse.tile_stream import draw_tiles

        latents = order.latents()
        tiles = draw_tiles(order.generator, latents, order.labels, under=order.under, order=order.first)
        for indices, pictures in tiles:
            self._arrived.emit(order, indices, pictures)
            if cancelled():  # not before: what is finished is shown, however fast orders come
                return

    def _on_arrived(self, order: TileRequest, indices: object, pictures: object) -> None:
        if not self._closed:
            self.drawn.emit(order, indices, pictures)
