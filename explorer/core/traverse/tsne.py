"""t-SNE: points laid out in two dimensions so that neighbours stay neighbours.

Exact, in numpy: up to a few thousand points need no tree, and every step can tell its progress and be stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.core.traverse.layout import PcaMap, Points, check_count

MOST_TSNE_POINTS = 3000
_GATHERING, _STEPS = 250, 600  # steps in which likes are drawn together more strongly, and steps in all
_EXAGGERATION = 12.0
_START = 1e-4  # deviation of the first layout: small, so that points can pass each other
_SEARCHES = 40
_SMALLEST = 1e-12

_Matrix = NDArray[np.float32]
_Real = TypeVar("_Real", np.float32, np.float64)


def tsne(
    rows: _Matrix,
    seed: int = 0,
    perplexity: float = 30.0,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Points | None:
    """Where each row lies on a map that keeps neighbours together (van der Maaten and Hinton, 2008).

    Parameters
    ----------
    rows : (N, d) float32
        Latents, `features` of pictures, or anything else that tells what is alike; N from 3 to 3,000.
    seed : int
        Equal seeds give equal maps.
    perplexity : float
        About how many neighbours count; at most a third of the points.
    progress : callable, optional
        Told the steps done and those there are.
    cancelled : callable, optional
        Asked at every step.

    Returns
    -------
    (N, 2) float32, or None
        None where it was cancelled.

    Raises
    ------
    Problem
        There are too few rows or too many.
    """
    check_tsne(len(rows))
    alike = affinities(rows, min(perplexity, (len(rows) - 1) / 3.0))
    gathered = alike * np.float32(_EXAGGERATION)
    descent = _Descent(_first_layout(rows, seed))
    for step in range(_STEPS):
        if cancelled is not None and cancelled():
            return None
        if progress is not None:
            progress(step, _STEPS)
        gathering = step < _GATHERING
        slope = gradient(descent.points, gathered if gathering else alike)
        descent.move(slope, 0.5 if gathering else 0.8)
    if progress is not None:
        progress(_STEPS, _STEPS)
    return descent.points


def check_tsne(count: int) -> None:
    """Refuse fewer points than make a map, and more than t-SNE lays out in a minute or so.

    Raises
    ------
    Problem
    """
    check_count(count)
    if count > MOST_TSNE_POINTS:
        raise Problem(f"t-SNE cannot lay out {count:,} points.", f"Ask for at most {MOST_TSNE_POINTS:,}, or use PCA.")


def affinities(rows: _Matrix, perplexity: float) -> _Matrix:
    """How alike rows are: p_ij of equation 1 and its symmetric form, (N, N) with sum 1.

    Each row has a Gaussian of its own, whose width a bisection finds such that the entropy of its neighbours
    is the logarithm of the perplexity.
    """
    distances = _squared_distances(rows.astype(np.float64))
    distances /= max(float(distances.mean()), _SMALLEST)
    sharpness = np.ones(len(rows))
    low, high = np.zeros(len(rows)), np.full(len(rows), np.inf)
    for _ in range(_SEARCHES):
        shares = _shares(distances, sharpness)
        entropy = -(shares * np.log(shares + _SMALLEST)).sum(axis=1)
        wide = entropy > np.log(perplexity)
        low, high = np.where(wide, sharpness, low), np.where(wide, high, sharpness)
        sharpness = np.where(np.isinf(high), np.minimum(2.0 * sharpness, 1e12), (low + high) / 2.0)
    shares = _shares(distances, sharpness)
    together: _Matrix = ((shares + shares.T) / (2.0 * len(rows))).astype(np.float32)
    return together


def gradient(points: Points, alike: _Matrix) -> Points:
    """Slope of the divergence of the map from the affinities: equation 5 without its factor, (N, 2)."""
    near = _squared_distances(points)
    near += 1.0
    np.reciprocal(near, out=near)
    np.fill_diagonal(near, 0.0)
    force: _Matrix = near * np.float32(-1.0 / max(float(near.sum()), _SMALLEST))
    force += alike
    force *= near
    pulled = force @ np.column_stack([points, np.ones_like(points[:, :1])])
    slope: Points = (4.0 * (pulled[:, 2:] * points - pulled[:, :2])).astype(np.float32)
    return slope


@dataclass
class _Descent:
    """Points that roll down, with momentum and a gain for each coordinate (Jacobs, 1988)."""

    points: Points

    def __post_init__(self) -> None:
        self._speed = np.zeros_like(self.points)
        self._gains = np.ones_like(self.points)
        self._rate = np.float32(max(len(self.points) / _EXAGGERATION / 4.0, 50.0))

    def move(self, slope: Points, momentum: float) -> None:
        """One step, after which the middle of all points is at zero."""
        turned = np.sign(slope) == np.sign(self._speed)
        self._gains = np.where(turned, self._gains * 0.8, self._gains + 0.2).clip(0.01).astype(np.float32)
        self._speed *= np.float32(momentum)
        self._speed -= self._rate * self._gains * slope
        self.points = self.points + self._speed
        self.points -= self.points.mean(axis=0)


def _first_layout(rows: _Matrix, seed: int) -> Points:
    """The rows' principal components, small, with a little chance where these do not tell rows apart."""
    points = PcaMap.fit(rows).points
    points = points / max(float(points[:, 0].std()), _SMALLEST)
    chance = 0.01 * np.random.RandomState(seed).standard_normal(points.shape)
    return (_START * (points + chance)).astype(np.float32)


def _shares(distances: NDArray[np.float64], sharpness: NDArray[np.float64]) -> NDArray[np.float64]:
    """p_j|i: what share of its neighbourhood each row gives to the others."""
    exponents = -distances * sharpness[:, None]
    np.fill_diagonal(exponents, -np.inf)
    exponents -= exponents.max(axis=1, keepdims=True)
    weights = np.exp(exponents)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights


def _squared_distances(rows: NDArray[_Real]) -> NDArray[_Real]:
    squares = np.square(rows).sum(axis=1, keepdims=True)
    ones = np.ones_like(squares)
    apart: NDArray[_Real] = np.hstack([-2.0 * rows, squares, ones]) @ np.hstack([rows, ones, squares]).T
    np.maximum(apart, 0.0, out=apart)
    return apart
