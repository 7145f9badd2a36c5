"""How many kinds of real pictures a model makes too often or too seldom: the number of statistically different bins.

Real pictures are parted into bins by k-means of their values; a model whose samples are like them fills each bin with
about the same share. A bin is different where the two shares are, by a test of two proportions at 5 % (Richardson &
Weiss, 2018, section 2). By chance about 5 of 100 bins are, so little more than that is all that can be asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from explorer.core.proportions import NORMAL_975

MOST_BINS = 100
_FEWEST_IN_ONE = 10  # pictures in a bin on average, below which hardly a difference can be told
_ROUNDS = 30
_CHUNK = 1000

_Bytes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class PictureBins:
    """Bins that real pictures fall into.

    Attributes
    ----------
    centres : (K, d) float32
        The means of the bins, as rows of values.
    counts : (K,) int64
        How many of the real pictures each of them has.
    """

    centres: NDArray[np.float32]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, real: _Bytes, bins: int = 0) -> Self:
        """Bins of real pictures (N, H, W, C): as many as are told, or 100, or fewer where pictures are few."""
        from sklearn.cluster import KMeans

        bins = bins or max(2, min(MOST_BINS, len(real) // _FEWEST_IN_ONE))
        rows = real.reshape(len(real), -1).astype(np.float32)
        fitted = KMeans(bins, n_init=1, max_iter=_ROUNDS, random_state=0).fit(rows)
        counts = np.bincount(fitted.labels_, minlength=bins).astype(np.int64)
        return cls(fitted.cluster_centers_.astype(np.float32), counts)

    def filled(self, pictures: _Bytes) -> NDArray[np.int64]:
        """How many of the pictures (M, H, W, C) fall into each bin, (K,)."""
        found = np.zeros(len(self.centres), np.int64)
        lengths = np.square(self.centres).sum(1)
        for start in range(0, len(pictures), _CHUNK):
            part = pictures[start : start + _CHUNK]
            rows = part.reshape(len(part), -1).astype(np.float32)
            nearest = (lengths - 2.0 * rows @ self.centres.T).argmin(1)
            found += np.bincount(nearest, minlength=len(found))
        return found

    def different(self, made: _Bytes) -> int:
        """In how many bins the share of made pictures is another than that of real ones, at 5 %."""
        here, there = self.filled(made), self.counts
        many, more = len(made), int(there.sum())
        pooled = (here + there) / (many + more)
        error = np.sqrt(pooled * (1.0 - pooled) * (1.0 / many + 1.0 / more))
        apart = np.abs(here / many - there / more)
        return int((apart > NORMAL_975 * error).sum())
