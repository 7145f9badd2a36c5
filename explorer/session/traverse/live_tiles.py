"""Many pictures at once, in the order they are looked at: each is announced as soon as it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal

from explorer.session.jobs.latest import LatestOnly

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
    cancelled : Event
        Set once another order has taken its place.
    """

    generator: Generator
    latents: Callable[[], Latents]
    labels: Sequence[int | None] | None
    first: Sequence[int] | NDArray[np.intp]
    place: object = None
    cancelled: Event = field(default_factory=Event)


class LiveTiles(QObject):
    """Draws the tiles of the newest order, and stops drawing those of the one before.

    What is finished is always announced, an order that was overtaken included: so a grid that follows a
    drag goes on moving, however slow its model is.

    Signals
    -------
    drawn(order, indices, pictures) : TileOrder, (n,) int, (n, height, width, channels) uint8
        Some tiles are ready.
    finished(order)
        All tiles of an order that was not overtaken are ready.
    failed(error)
        Nothing more of the order can be drawn.
    """

    drawn = Signal(object, object, object)
    finished = Signal(object)
    failed = Signal(object)
    _arrived = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._order: TileRequest | None = None
        self._closed = False
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        self._work = LatestOnly(self._draw, self, name="tiles")
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Whether tiles are being drawn, or the last are still stopping."""
        return self._work.is_busy

    def request(self, order: TileRequest) -> None:
        """Draw the tiles of ``order``, instead of those of any other."""
        self.cancel()
        self._order = order
        self._work.request(order)

    def cancel(self) -> None:
        """Draw no more."""
        self._work.drop_waiting()
        if self._order is not None:
            self._order.cancelled.set()
            self._order = None

    def close(self) -> None:
        """Stop, and wait until that has stopped; nothing is announced any more."""
        self._closed = True
        self.cancel()
        self._work.close()

    def _draw(self, order: TileRequest) -> None:
        from explorer.core.traverse.tile_stream import draw_tiles

        latents = order.latents()
        for indices, pictures in draw_tiles(order.generator, latents, order.labels, order=order.first):
            self._arrived.emit(order, indices, pictures)
            if order.cancelled.is_set():  # not before: what is finished is shown, however fast orders come
                return

    def _on_arrived(self, order: TileRequest, indices: object, pictures: object) -> None:
        if not self._closed:
            self.drawn.emit(order, indices, pictures)

    def _on_done(self, order: TileRequest, _result: object) -> None:
        if order is self._order:
            self._order = None
            self.finished.emit(order)

    def _on_failed(self, order: TileRequest, error: Exception) -> None:
        if order is self._order:
            self._order = None
            self.failed.emit(error)
