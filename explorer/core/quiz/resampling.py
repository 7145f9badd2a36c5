"""Scaling and blurring as weights of pixels along one side: the same matrix for every picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_Floats = NDArray[np.float64]

_REACH = 4.0  # standard deviations after which the Gaussian is cut off
_SHARPNESS = -0.5  # of the cubic kernel (Keys, 1981)


def resampling(before: int, after: int) -> _Floats:
    """The weights that bring ``before`` pixels to ``after``, (after, before), each row's sum 1.

    Fewer pixels are means over areas; more are Keys' (1981) cubic through the pixels, the border repeated.
    """
    if after == before:
        return np.eye(before)
    if after < before:
        edges = np.arange(after + 1) * (before / after)
        pixels = np.arange(before)
        low = np.maximum(edges[:-1, None], pixels[None])
        high = np.minimum(edges[1:, None], pixels[None] + 1)
        weights = np.maximum(high - low, 0.0)
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))
    places: _Floats = (np.arange(after, dtype=np.float64) + 0.5) * (before / after) - 0.5
    return _interpolating(places, before)


def blurring(size: int, sigma: float) -> _Floats:
    """The weights of a Gaussian blur of ``size`` pixels, (size, size), the border repeated; 0 blurs nothing."""
    if sigma <= 0.0:
        return np.eye(size)
    from scipy.ndimage import gaussian_filter1d

    reach = int(np.ceil(_REACH * sigma))
    return np.asarray(gaussian_filter1d(np.eye(size), sigma, axis=0, mode="nearest", radius=reach))


def _interpolating(places: _Floats, count: int) -> _Floats:
    weights = np.zeros((len(places), count))
    rows, first = np.arange(len(places)), np.floor(places).astype(int)
    for offset in range(-1, 3):
        near = first + offset
        np.add.at(weights, (rows, near.clip(0, count - 1)), _cubic(places - near))
    return weights


def _cubic(distance: _Floats) -> _Floats:
    x, a = np.abs(distance), _SHARPNESS
    near = (a + 2.0) * x**3 - (a + 3.0) * x**2 + 1.0
    far = a * (x**3 - 5.0 * x**2 + 8.0 * x - 4.0)
    return np.where(x <= 1.0, near, np.where(x < 2.0, far, 0.0))
