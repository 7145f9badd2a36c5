"""How well made points cover real ones: modes found, share of good points, and distances of histograms.

A point is *good* if it lies within three standard deviations of a mode, and a mode is *covered* if it has at least
a fifth of the good points that would be its fair share (after Srivastava et al., 2017, who ask for any).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.training.toy_models.point_sets import Points, PointSet

_CELLS = 20
_FAIR = 0.2
_CARRIED = 100  # points of either kind that are carried for the Wasserstein distance
_BLUR = 0.5  # of a point, in every cell: KL is infinite where a cell is empty


@dataclass(frozen=True)
class Coverage:
    """How well the points that a generator makes cover the real ones.

    Attributes
    ----------
    modes, covered : int
        Clusters of the data, and how many of them the generator makes; 0 of 0 where the data have none.
    good : float
        Share of made points near a mode; NaN where the data have none.
    kl, js : float
        Kullback-Leibler divergence of the real from the made histogram and the Jensen-Shannon divergence of the
        two, in bits: the latter from 0, alike, to 1, apart.
    variety : float
        How many cells the made points fill, as a share of those of the real ones; 1 is as varied as they.
    wasserstein : float
        How far made points have to be carried, on average, to lie where real ones do, in sides of the unit square.
    """

    modes: int
    covered: int
    good: float
    kl: float
    js: float
    variety: float
    wasserstein: float = float("nan")

    @property
    def has_data(self) -> bool:
        """Whether there are real points to compare with: without any, nothing is known."""
        return not np.isnan(self.js)


NOTHING = Coverage(0, 0, *[float("nan")] * 5)
"""The figures where there are no real points."""


def figures(data: PointSet, real: Points, made: Points, *, carried: bool = True) -> Coverage:
    """The figures of ``made``, (N, 2), against ``real``, (N, 2); the Wasserstein distance takes longest, if wanted."""
    if data.is_empty:
        return NOTHING
    covered, good = coverage(data, made)
    p, q = histogram(real), histogram(made)
    varied = _filled(made) / max(_filled(real), 1e-9)
    far = wasserstein(real, made) if carried else float("nan")
    return Coverage(len(data.modes), covered, good, kl(p, q), js(p, q), varied, far)


def coverage(data: PointSet, made: Points) -> tuple[int, float]:
    """Modes that are covered, and the share of points that are good; 0 and NaN where there are no modes."""
    if not len(data.modes):
        return 0, float("nan")
    apart = np.linalg.norm(made[:, None] - data.modes[None], axis=2)
    nearest = apart.argmin(axis=1)
    is_good = apart.min(axis=1) <= 3 * data.spread
    counts = np.bincount(nearest[is_good], minlength=len(data.modes))
    fair = len(made) / len(data.modes)
    return int((counts >= max(_FAIR * fair, 1)).sum()), float(is_good.mean())


def histogram(points: Points) -> NDArray[np.float64]:
    """The share of points in each cell of the unit square, and a little in every cell, (cells,)."""
    counts = _counts(points) + _BLUR
    return np.asarray(counts / counts.sum())


def kl(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
    """Kullback-Leibler divergence of p from q in bits, for shares above 0."""
    return float((p * np.log2(p / q)).sum())


def js(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
    """Jensen-Shannon divergence in bits (Goodfellow et al., 2014, eq. 5, in another unit): from 0 to 1."""
    middle = (p + q) / 2
    return (kl(p, middle) + kl(q, middle)) / 2


def wasserstein(real: Points, made: Points) -> float:
    """The 1-Wasserstein distance of the first points of both, each carried to one of the others, all at least cost.

    Exact for the points that are compared; of two samples of one distribution it is a little above 0.
    """
    from scipy.optimize import linear_sum_assignment

    count = min(len(real), len(made), _CARRIED)
    apart = np.linalg.norm(real[:count, None].astype(np.float64) - made[None, :count], axis=2)
    if not count or not np.isfinite(apart).all():
        return float("nan")
    return float(apart[linear_sum_assignment(apart)].mean())


def _counts(points: Points) -> NDArray[np.float64]:
    """Points in each cell; what lies outside the unit square counts for the cell at the edge."""
    finite = points[np.isfinite(points).all(axis=1)]
    cells = np.clip(finite * _CELLS, 0, _CELLS - 1).astype(np.int64)
    counts = np.bincount(cells[:, 0] * _CELLS + cells[:, 1], minlength=_CELLS**2)
    return counts.astype(np.float64)


def _filled(points: Points) -> float:
    """How many cells points fill: 2 to the entropy of their histogram, so that a crowded cell counts for one."""
    counts = _counts(points)
    shares = counts[counts > 0] / max(counts.sum(), 1)
    return float(2 ** -(shares * np.log2(shares)).sum())
