"""An unsteady hand: points are moved by a few long waves, neighbours alike, and no two drawings the same."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

_WAVES = 3
_SHORTEST, _LONGEST = 0.25, 1.2  # of a wave, in sides of the picture


class Wobble:
    """How one drawing strays from its picture.

    Parameters
    ----------
    rng : RandomState
    most : float
        How far the least steady hand strays, as a share of the side; each drawing has a hand of its own.
    """

    def __init__(self, rng: RandomState, most: float = 0.02) -> None:
        self._rng, self._far = rng, most * rng.random_sample()
        turn = rng.random_sample((2, _WAVES)) * 2 * np.pi
        pace = 2 * np.pi / rng.uniform(_SHORTEST, _LONGEST, (2, _WAVES))
        self._across, self._down = np.cos(turn) * pace, np.sin(turn) * pace
        self._phase = rng.random_sample((2, _WAVES)) * 2 * np.pi

    def moved(self, points: Doubles) -> Doubles:
        """Points (..., 2), as shares of the side, of one stroke: each stroke is a little off by itself, too."""
        own = self._rng.normal(0.0, 0.3 * self._far, 2)
        phase = self._phase + self._rng.normal(0.0, 0.4, (2, _WAVES))
        x, y = points[..., 0, None, None], points[..., 1, None, None]
        waves = np.sin(x * self._across + y * self._down + phase).sum(-1)
        strayed: Doubles = points + own + waves * (self._far * 1.3 / _WAVES)
        return strayed
