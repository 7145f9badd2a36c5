"""Densities of points on the grid of the critic's surface, and the best critic that there could be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.training.toy_models.point_sets import Points
from explorer.training.toy_models.snapshot import HIGH, LOW, SURFACE, Floats

_WIDTH = 0.035  # standard deviation of the bell that each point becomes
_NOWHERE = 1e-3  # of the density of an even spread: far from all points nobody knows, so the best critic says 1/2


def density(points: Points) -> NDArray[np.float64]:
    """The density of ``points``, (N, 2), by Gaussian kernels, (SURFACE, SURFACE); the row is y, from LOW upwards."""
    places = np.linspace(LOW, HIGH, SURFACE)
    x, y = (np.exp(-(((places[:, None] - points[None, :, axis]) / _WIDTH) ** 2) / 2) for axis in (0, 1))
    return np.asarray(y @ x.T / (max(len(points), 1) * 2 * np.pi * _WIDTH**2))


def best_critic(real: Points, made: Points) -> Floats:
    """2 D* - 1 of D*(x) = p / (p + q) (Goodfellow et al., 2014, eq. 2), from -1, only generated, to 1, only real."""
    finite = made[np.isfinite(made).all(axis=1)]
    p, q = density(real), density(finite)
    shades: Floats = ((p - q) / (p + q + 2 * _NOWHERE)).astype(np.float32)
    return shades
