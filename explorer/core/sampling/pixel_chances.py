"""What a model that paints pixel by pixel says of every value of pictures at once, given those before each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.sampling.painting import Values

_LEAST = 1e-12  # a chance that counts as none would cost endless bits


@dataclass(frozen=True, eq=False)
class PixelChances:
    """The distributions of all values of pictures.

    Attributes
    ----------
    levels : (L,) float32
        In the range of the card's values.
    chances : (N, L, C, H, W) float64
        Of each level, given the values before; sums to 1 over levels.
    there : (N, C, H, W) int64
        Which level each value has.
    """

    levels: Values
    chances: NDArray[np.float64]
    there: NDArray[np.int64]

    @property
    def bits(self) -> NDArray[np.float64]:
        """-log2 of the chance of what is there, all channels of a pixel together, (N, H, W)."""
        taken = np.take_along_axis(self.chances, self.there[:, None], axis=1)[:, 0]
        found: NDArray[np.float64] = -np.log2(np.maximum(taken, _LEAST)).sum(1)
        return found

    @property
    def latents(self) -> Values:
        """Uniform numbers, -1 to 1, that paint these very pictures, (N, C * H * W) float32.

        Of the numbers that draw a level it is the middle one.
        """
        edges = np.pad(self.chances.cumsum(1), ((0, 0), (1, 0), (0, 0), (0, 0), (0, 0)))
        low, high = (np.take_along_axis(edges, self.there[:, None] + step, axis=1)[:, 0] for step in (0, 1))
        found: Values = (low + high - 1.0).astype(np.float32).reshape(len(self.there), -1)
        return found
