"""How much grain, edge and texture pictures have: what is left when they are smoothed a little.

Features of networks, and principal components still more, are nearly blind to a fine noise and to a slight blur,
which people see at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_CHUNK = 256


def fine_detail(real: NDArray[np.uint8], made: NDArray[np.uint8]) -> float:
    """How much fine detail ``made`` has, of that of ``real``: 1 is as much, less is softer, more is noisier.

    Parameters
    ----------
    real, made : (N, H, W, C) and (M, H, W, C) uint8
    """
    own = amount(real)
    return amount(made) / own if own > 0 else float(amount(made) == 0)


def amount(pictures: NDArray[np.uint8]) -> float:
    """The square of the mean root of |p - b(p)|, 0 to 255: p a value, b the binomial 3 x 3 blur.

    The root lets a faint grain on smooth areas count beside a few hard edges.
    """
    roots = [np.sqrt(np.abs(_left(pictures[at : at + _CHUNK]))).mean() for at in range(0, len(pictures), _CHUNK)]
    sizes = [len(pictures[at : at + _CHUNK]) for at in range(0, len(pictures), _CHUNK)]
    return float(np.average(roots, weights=sizes) ** 2)


def _left(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    whole = pictures.astype(np.float32)
    down = (whole[:, :-2] + 2.0 * whole[:, 1:-1] + whole[:, 2:]) / 4.0
    blurred = (down[:, :, :-2] + 2.0 * down[:, :, 1:-1] + down[:, :, 2:]) / 4.0
    found: NDArray[np.float32] = whole[:, 1:-1, 1:-1] - blurred
    return found
