"""Exponential smoothing that goes on where it stopped, and does not begin at nought."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
_BLOCK = 64  # numbers that are summed at once: weight ** -64 must be a float


class Smoother:
    """The debiased exponential average of a series: m_k = w m_(k-1) + (1 - w) x_k, told as m_k / (1 - w^k).

    The division (Kingma & Ba, 2015, section 3) makes the first values count in full. What is not finite is
    passed over, and NaN in its place.

    Parameters
    ----------
    weight : float
        w, from 0 (nothing is smoothed) to below 1; about 1 / (1 - w) values are averaged.
    """

    def __init__(self, weight: float) -> None:
        self.weight = min(max(weight, 0.0), 0.9999)
        self._mean, self._count = 0.0, 0

    def smoothed(self, values: Numbers) -> Numbers:
        """The next ``values``, (n,), smoothed."""
        found = np.isfinite(values)
        told = np.full(len(values), np.nan)
        if self.weight < 1e-3:
            told[found] = values[found]
            return told
        means = self._means(values[found])
        counts = self._count + np.arange(1, len(means) + 1)
        told[found] = means / -np.expm1(counts * np.log(self.weight))
        if len(means):
            self._mean, self._count = float(means[-1]), int(counts[-1])
        return told

    def resume(self, smoothed: Numbers) -> None:
        """Stand where ``smoothed``, all that was told and is kept, ends."""
        found = smoothed[np.isfinite(smoothed)]
        self._count = len(found)
        self._mean = float(found[-1]) * (1.0 - self.weight**self._count) if len(found) else 0.0

    def _means(self, values: Numbers) -> Numbers:
        """m of each value: within blocks by a running sum of x_j w^-j, from block to block by hand."""
        count = len(values)
        if not count:
            return np.zeros(0)
        blocks = np.zeros((-(-count // _BLOCK), _BLOCK))
        blocks.reshape(-1)[:count] = values * (1.0 - self.weight)
        powers = self.weight ** np.arange(_BLOCK, dtype=np.float64)
        inside = np.cumsum(blocks / powers, axis=1) * powers
        before, kept = self._mean, self.weight**_BLOCK
        carried = np.empty(len(blocks))
        for index, last in enumerate(inside[:, -1].tolist()):
            carried[index] = before
            before = before * kept + last
        return (inside + carried[:, None] * powers * self.weight).reshape(-1)[:count]
