"""Bits of pixels as colours: what a model expected is dark, what surprised it is bright."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_STOPS = np.array([[16, 18, 34], [66, 36, 104], [164, 54, 88], [236, 122, 48], [252, 232, 150]], np.float64)


def surprise_picture(bits: NDArray[np.floating]) -> NDArray[np.uint8]:
    """A map of bits (height, width) as a picture (height, width, 3), the brightest where one of a hundred is.

    A single pixel that no model would guess should not leave the others in the dark.
    """
    top, bottom = float(np.quantile(bits, 0.99)), float(min(bits.min(), 0.0))
    shares = np.clip((np.asarray(bits, np.float64) - bottom) / max(top - bottom, 1e-9), 0.0, 1.0) * (len(_STOPS) - 1)
    below = np.minimum(shares.astype(int), len(_STOPS) - 2)
    part = (shares - below)[..., None]
    colours: NDArray[np.uint8] = (_STOPS[below] * (1 - part) + _STOPS[below + 1] * part).round().astype(np.uint8)
    return colours
