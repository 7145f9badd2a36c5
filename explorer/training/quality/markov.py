"""The simplest model of the order in pictures: each value from those to its left and above it, by counting.

What a model of likelihoods has learned of shapes is what it spends less than this one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


class MarkovModel:
    """p(x | left, above) of a few levels, by the counts in pictures; one more than is seen of each.

    Outside of the picture lies a level of its own. Channels are counted together, and none is told of the others.

    Parameters
    ----------
    indices : (N, C, H, W) int64
        Numbers of levels to count.
    levels : int
    """

    def __init__(self, indices: Indices, levels: int) -> None:
        self.levels = levels
        counts = np.ones((levels + 1, levels + 1, levels))
        np.add.at(counts, (*self._neighbours(indices), indices), 1.0)
        self._bits = -np.log2(counts / counts.sum(2, keepdims=True))

    def bits(self, indices: Indices) -> NDArray[np.float64]:
        """Bits per dimension of pictures (N, C, H, W), (N,)."""
        found: NDArray[np.float64] = self._bits[(*self._neighbours(indices), indices)].mean((1, 2, 3))
        return found

    def _neighbours(self, indices: Indices) -> tuple[Indices, Indices]:
        framed = np.pad(indices, ((0, 0), (0, 0), (1, 0), (1, 0)), constant_values=self.levels)
        return framed[:, :, 1:, :-1], framed[:, :, :-1, 1:]
