"""How far made pictures are from real ones, how many of each lie among the others, and of which class they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]

_NEIGHBOURS = 3


def kernel_distance(real: Points, made: Points) -> float:
    """The squared maximum mean discrepancy of N and M points, without bias: 0 for one distribution, by chance below.

    As the KID of Bińkowski et al. (2018, section 3), k(x, y) = (x·y / d + 1)^3, but in the features that are given,
    first shifted and scaled so that ``real`` has mean 0 and a mean square of 1. Only figures that were taken in the
    same features can be compared.
    """
    x, y = real.astype(np.float64), made.astype(np.float64)
    mean = x.mean(0)
    scale = np.sqrt(np.square(x - mean).mean()) or 1.0
    x, y = (x - mean) / scale, (y - mean) / scale
    return _among(x) + _among(y) - 2.0 * float(_kernel(x, y).mean())


def _kernel(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = (x @ y.T / x.shape[1] + 1.0) ** 3
    return found


def _among(x: NDArray[np.float64]) -> float:
    """Mean kernel of two different points."""
    found = _kernel(x, x)
    return float((found.sum() - np.trace(found)) / (len(x) * (len(x) - 1)))


def precision(real: Points, made: Points, k: int = _NEIGHBOURS) -> float:
    """Share of ``made`` that lies where ``real`` does (Kynkäänniemi et al., 2019, eq. 1).

    A point lies there if it is at least as near to some real point as that one's ``k``-th neighbour is.
    """
    near = _squared_distances(made, real) <= _reach(real, k)[None, :]
    return float(near.any(1).mean())


def recall(real: Points, made: Points, k: int = _NEIGHBOURS) -> float:
    """Share of ``real`` that lies where ``made`` does: how much of the variety is there (the same, eq. 2)."""
    return precision(made, real, k)


def classes_near(known: Points, labels: NDArray[np.int64], points: Points, k: int = 5) -> NDArray[np.int64]:
    """The class of most of the ``k`` nearest known points, (N,); the lowest of several."""
    nearest = np.argpartition(_squared_distances(points, known), k, axis=1)[:, :k]
    votes = np.apply_along_axis(np.bincount, 1, labels[nearest], minlength=int(labels.max()) + 1)
    found: NDArray[np.int64] = votes.argmax(1)
    return found


def _reach(points: Points, k: int) -> NDArray[np.float64]:
    """Squared distance of each point to its ``k``-th neighbour."""
    distances = _squared_distances(points, points)
    np.fill_diagonal(distances, -1.0)  # a point itself comes first
    reach: NDArray[np.float64] = np.partition(distances, k, axis=1)[:, k]
    return reach


def _squared_distances(a: Points, b: Points) -> NDArray[np.float64]:
    x, y = a.astype(np.float64), b.astype(np.float64)
    found: NDArray[np.float64] = (x**2).sum(1)[:, None] + (y**2).sum(1)[None, :] - 2.0 * x @ y.T
    return np.maximum(found, 0.0)
