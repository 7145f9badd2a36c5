"""How good and how varied made pictures are, and of which class, by the real pictures that are near them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]

_AXES = 32  # principal components in which distances are taken
_NEIGHBOURS = 3


@dataclass(frozen=True)
class Eyes:
    """The principal components of real pictures, in which distances tell more than in pixels.

    Attributes
    ----------
    mean : (P,) float32
    axes : (P, K) float32
        Orthonormal columns.
    """

    mean: Points
    axes: Points

    @classmethod
    def of(cls, pictures: NDArray[np.uint8]) -> Eyes:
        """Those of ``pictures``, (N, H, W, C)."""
        flat = pictures.reshape(len(pictures), -1).astype(np.float32)
        mean: Points = flat.mean(0, dtype=np.float32)
        _, turned = np.linalg.eigh((flat - mean).T @ (flat - mean))
        return cls(mean, np.ascontiguousarray(turned[:, ::-1][:, :_AXES], np.float32))

    def see(self, pictures: NDArray[np.uint8]) -> Points:
        """The (N, K) coordinates of pictures (N, H, W, C)."""
        flat = pictures.reshape(len(pictures), -1).astype(np.float32)
        return np.asarray((flat - self.mean) @ self.axes, np.float32)


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
