"""The direction that marks tell, kept up with them off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.directions.direction import Direction
from explorer.core.rendering.latents import sample, truncate
from explorer.session.directions.marks import Marks
from explorer.session.jobs.latest import LatestOnly

POOL = 1000
"""Of so many samples those are suggested that would teach most."""

Latents = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class _Order:
    marks: Marks
    sides: tuple[Latents, Latents]


class MarkedDirections(QObject):
    """Finds the direction of the newest marks.

    Signals
    -------
    found(marks, direction) : Marks, Direction
    failed(error)
        These marks tell none.
    """

    found = Signal(object, object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._order: _Order | None = None
        self._work = LatestOnly(_found, self, name="marked")
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Whether a direction is being found."""
        return self._work.is_busy

    def request(self, marks: Marks) -> bool:
        """Find the direction of ``marks``; whether they tell one: there is an A and a B."""
        with_it, without = marks.latents("A"), marks.latents("B")
        self.cancel()
        if with_it is None or without is None:
            return False
        self._order = _Order(marks, (with_it, without))
        self._work.request(self._order)
        return True

    def cancel(self) -> None:
        """Announce nothing of what was asked for."""
        self._order = None
        self._work.drop_waiting()

    def close(self) -> None:
        """Wait for what is being found; announce nothing more."""
        self.cancel()
        self._work.close()

    def _on_done(self, order: _Order, direction: Direction) -> None:
        if order is self._order:
            self._order = None
            self.found.emit(order.marks, direction)

    def _on_failed(self, order: _Order, error: Exception) -> None:
        if order is self._order:
            self._order = None
            self.failed.emit(error)


def drawn(seeds: tuple[int, ...], size: int, distribution: str, psi: float) -> Latents:
    """The latents of seeds as they are drawn at a truncation, (n, size) float32."""
    return np.stack([truncate(sample(seed, size, distribution), psi) for seed in seeds])


def suggested(direction: Direction, seeds: tuple[int, ...], latents: Latents, count: int) -> tuple[int, ...]:
    """Those ``count`` seeds whose latents lie closest to the border between the sides, the closest first.

    What the direction is least sure of teaches it most (uncertainty sampling, Lewis and Gale, 1994).
    """
    border = float(direction.details["threshold"])
    nearest = np.argsort(np.abs(latents @ direction.vector - border), kind="stable")[:count]
    return tuple(seeds[index] for index in nearest)


def _found(order: _Order) -> Direction:
    from explorer.core.directions.fitting.marking import marked_direction

    with_it, without = order.sides
    source = f"{len(with_it)} and {len(without)} marked samples"
    return marked_direction(with_it, without, "marked", source=source)
