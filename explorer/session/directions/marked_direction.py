"""The direction that marks tell, kept up with them off the GUI thread."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.directions.direction import Direction
from explorer.core.rendering.latents import Prior, sample
from explorer.core.rendering.truncation import truncate
from explorer.session.directions.marks import Marks
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled
from explorer.session.models.opening import OpenModel

POOL = 1000
"""Of so many samples those are suggested that would teach most."""

Latents = NDArray[np.float32]


class MarkedDirections(JobRunner):
    """Finds the direction of the newest marks; fails where they tell none.

    Signals
    -------
    found(marks, direction) : Marks, Direction
    """

    found = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="marked")

    def request(self, marks: Marks, model: OpenModel | None = None, label: int | None = None) -> bool:
        """Find the direction of ``marks``; whether they tell one: there is an A and a B.

        With a ``model``, its span is measured too, on samples of the class ``label``.
        """
        with_it, without = marks.latents("A"), marks.latents("B")
        self.cancel()
        if with_it is None or without is None:
            return False
        self.begin(
            lambda _report, cancelled: _found(with_it, without, model, label, cancelled),
            partial(self.found.emit, marks),
        )
        return True


def drawn(seeds: tuple[int, ...], size: int, prior: Prior, psi: float) -> Latents:
    """The latents of seeds as they are drawn at a truncation, (n, size) float32."""
    return np.stack([truncate(sample(seed, size, prior), psi, prior) for seed in seeds])


def suggested(direction: Direction, seeds: tuple[int, ...], latents: Latents, count: int) -> tuple[int, ...]:
    """Those ``count`` seeds whose latents lie closest to the border between the sides, the closest first.

    What the direction is least sure of teaches it most (uncertainty sampling, Lewis and Gale, 1994).
    """
    border = float(direction.details["threshold"])
    nearest = np.argsort(np.abs(latents @ direction.vector - border), kind="stable")[:count]
    return tuple(seeds[index] for index in nearest)


def _found(
    with_it: Latents, without: Latents, model: OpenModel | None, label: int | None, cancelled: Cancelled
) -> Direction:
    from explorer.core.directions.fitting.marking import marked_direction
    from explorer.core.directions.span import with_span

    source = f"{len(with_it)} and {len(without)} marked samples"
    direction = marked_direction(with_it, without, "marked", source=source)
    return direction if model is None else with_span(direction, model.generator, label, cancelled)
