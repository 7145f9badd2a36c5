"""What is seen of a GAN in the plane at one moment: arrays and numbers, nothing of torch."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from explorer.training.toy_models.coverage import Coverage
from explorer.training.toy_models.point_sets import Points
from explorer.training.toy_models.verdict import LabVerdict

LOW, HIGH = -0.1, 1.1
"""The part of the plane that is looked at, along both axes."""

SURFACE = 40
"""How many scores of the critic are told along each axis."""

GRID = 15
"""How many lines of the latent grid there are each way."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One moment of training.

    Attributes
    ----------
    round : int
        Which beginning it belongs to; a restart begins another.
    step : int
        Steps done: the teaching turns of both networks.
    turn : str
        Who learned last: "both", "critic", "generator", or "" for nobody yet.
    real, made : (N, 2)
        Real points, and what the generator makes of latents that stay the same.
    surface : (SURFACE, SURFACE)
        What the critic thinks, from -1, generated, to 1, real; the row is y, from LOW upwards.
    is_probability : bool
        Whether (surface + 1) / 2 is the probability of being real, or only a score set to scale.
    grid : (rows, columns, 2)
        Where the generator puts an even grid of latents; one row where the latent has one dimension.
    flat_made, flat_grid : as ``made`` and ``grid``
        The latents of both, laid into the plane: where the map that the generator is begins.
    mass : (cells,)
        The density of the latents in each cell of the grid, row by row, over that at its middle.
    best : (SURFACE, SURFACE)
        What the best critic would think, D* = p / (p + q), as ``surface``.
    pushes : (M, 2)
        Where the generator's loss would move the first M of ``made``: the slope down.
    losses : dict of str to float
        The latest of each, "critic" and "generator"; and "D(x)" and "D(G(z))", means over ``real`` and ``made``.
    figures : Coverage
    verdict : LabVerdict
        What is going on.
    """

    round: int
    step: int
    turn: str
    real: Points
    made: Points
    surface: Floats
    is_probability: bool
    grid: Floats
    pushes: Points
    figures: Coverage
    losses: dict[str, float] = field(default_factory=dict)
    verdict: LabVerdict = field(default_factory=lambda: LabVerdict("Nothing has started yet."))
    flat_made: Points | None = None
    flat_grid: Floats | None = None
    mass: Floats | None = None
    best: Floats | None = None

    @property
    def push(self) -> float:
        """How strongly the generator is told to move its points, on average."""
        return float(np.hypot(*self.pushes.T).mean()) if len(self.pushes) else 0.0

    @property
    def is_finite(self) -> bool:
        """Whether the numbers are still numbers."""
        return bool(np.isfinite(self.made).all() and np.isfinite(self.surface).all())
