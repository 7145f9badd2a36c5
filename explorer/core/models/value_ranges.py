"""Which values stand for black and white in a model that does not say so: what keeps a picture most like itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.core.photos.resizing import Pixels, with_channels
from explorer.core.rendering.picture_files import fitted

Range = tuple[float, float]

RANGES: tuple[Range, ...] = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0))
"""The usual ones, the most usual first."""


def trial_picture(height: int, width: int) -> Pixels:
    """A drawn picture, (height, width, 3) uint8: slopes of colour, a disc, a bar, all levels from dark to light."""
    down, across = np.mgrid[0:height, 0:width].astype(np.float64)
    down, across = down / max(height - 1, 1), across / max(width - 1, 1)
    colours = np.stack([across, (across + down) / 2, 1.0 - down], axis=-1)
    colours[(across - 0.35) ** 2 + (down - 0.4) ** 2 < 0.05] = (0.9, 0.75, 0.6)
    colours[(across > 0.65) & (across < 0.75)] = (0.15, 0.1, 0.2)
    return np.asarray((20 + 215 * colours).round(), np.uint8)


def likeness(result: Pixels, picture: Pixels) -> float:
    """How much a result resembles a picture: correlation of their luma, either way round, less their distance.

    A negative still shows the picture, so the correlation counts whatever its sign; between two results that show
    it equally well the distance decides, the mean absolute difference as a share of 255.

    Returns
    -------
    float
        -1 to 1; 1 where they are equal.
    """
    own = fitted(result, picture.shape[0], picture.shape[1], 1).astype(np.float64).ravel()
    asked = with_channels(picture, 1).astype(np.float64).ravel()
    return abs(_correlation(own, asked)) - float(np.abs(own - asked).mean()) / 255.0


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    one, other = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / scale if scale > 1e-9 else 0.0
