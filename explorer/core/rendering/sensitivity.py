"""How much each latent dimension changes the picture, around one latent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from explorer.core.rendering.latents import Latent

_DIMENSIONS_AT_ONCE = 16


def strength(
    draw: Callable[[NDArray[np.float32]], NDArray[np.uint8]],
    z: Latent,
    cancelled: Callable[[], bool] | None = None,
) -> NDArray[np.float32]:
    """Mean absolute change of the picture when one latent dimension moves a step, up and down.

    Parameters
    ----------
    draw : callable
        Pictures of latents, such as `Generator.pictures`.
    z : (d,) float32
    cancelled : callable, optional
        Asked every sixteen dimensions; once it says yes, what is known so far is given.

    Returns
    -------
    (d,) float32
        In steps of 1/255, averaged over pixels, channels and both ways; NaN where it was not measured.
    """
    found = np.full(len(z), np.nan, np.float32)
    here = draw(z[None])[0].astype(np.int16)
    for start in range(0, len(z), _DIMENSIONS_AT_ONCE):
        if cancelled is not None and cancelled():
            break
        part = np.arange(start, min(start + _DIMENSIONS_AT_ONCE, len(z)))
        moved = np.repeat(z[None], 2 * len(part), axis=0)
        moved[np.arange(len(moved)), np.repeat(part, 2)] += np.tile([1.0, -1.0], len(part))
        change = np.abs(draw(moved).astype(np.int16) - here)
        found[part] = change.reshape(len(part), -1).mean(axis=1)
    return found
