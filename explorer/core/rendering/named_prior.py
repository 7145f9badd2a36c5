"""The prior of a latent some of whose dimensions have names and are drawn in ways of their own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.core.rendering.dimensions import Dimension, Numbers


@dataclass(frozen=True)
class NamedPrior:
    """The prior of a latent some of whose dimensions are drawn in ways of their own.

    Attributes
    ----------
    size : int
        Length of the latent.
    rest : {"normal", "uniform"}
        How the other numbers are drawn.
    dimensions : tuple of Dimension
        Those that have a prior.
    """

    size: int
    rest: str
    dimensions: tuple[Dimension, ...]

    @cached_property
    def is_free(self) -> NDArray[np.bool_]:
        """Which numbers, (size,), are of the rest: the only ones that truncation and arcs have a use for."""
        free = np.ones(self.size, np.bool_)
        for dimension in self.dimensions:
            free[dimension.place] = False
        return free

    @cached_property
    def moments(self) -> tuple[Numbers, Numbers]:
        """Mean and standard deviation of every number, (size,) each."""
        mean, spread = np.zeros(self.size), np.full(self.size, 1.0 if self.rest == "normal" else math.sqrt(1.0 / 3.0))
        for dimension in self.dimensions:
            mean[dimension.place], spread[dimension.place] = dimension.moments()
        return mean, spread

    def drawn(self, stream: np.random.RandomState, count: int) -> Numbers:
        """``count`` latents, (count, size), from a stream of chance."""
        normal, chance = stream.standard_normal((count, self.size)), stream.uniform(size=(count, self.size))
        found = normal.copy() if self.rest == "normal" else 2.0 * chance - 1.0
        for dimension in self.dimensions:
            found[:, dimension.place] = dimension.drawn(chance[:, dimension.place], normal[:, dimension.place])
        return found

    @cached_property
    def is_still(self) -> NDArray[np.bool_]:
        """Which numbers, (size,), a walk leaves: of choices, as nothing lies between them, and of what is said."""
        still = np.zeros(self.size, np.bool_)
        for dimension in self.dimensions:
            still[dimension.place] = bool(dimension.choices) or dimension.prior == "silent"
        return still

    @cached_property
    def is_silent(self) -> NDArray[np.bool_]:
        """Which numbers, (size,), are not drawn but said."""
        silent = np.zeros(self.size, np.bool_)
        for dimension in self.dimensions:
            silent[dimension.place] = dimension.prior == "silent"
        return silent

    @cached_property
    def ends(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The lowest and the highest that each number may be, (size,) each; infinite where it is normal."""
        high = np.full(self.size, 1.0 if self.rest == "uniform" else np.inf, np.float32)
        low = -high
        for dimension in self.dimensions:
            if dimension.prior not in ("normal", "silent"):
                is_one_hot = bool(dimension.choices) and not dimension.is_switch
                low[dimension.place], high[dimension.place] = (
                    (0.0, 1.0) if is_one_hot else (dimension.low, dimension.high)
                )
        return low, high

    @cached_property
    def middle(self) -> NDArray[np.float32]:
        """What a latent is put back to, (size,)."""
        found = np.zeros(self.size, np.float32)
        for dimension in self.dimensions:
            found[dimension.place] = dimension.middle()
        return found


def prior_of(size: int, distribution: str, dimensions: Sequence[Dimension]) -> str | NamedPrior:
    """The prior of a latent: ``distribution`` alone where no dimension has one of its own."""
    own = tuple(dimension for dimension in dimensions if dimension.prior)
    return NamedPrior(size, distribution, own) if own else distribution
