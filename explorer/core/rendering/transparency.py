"""Pictures with an alpha channel: what they look like where there is none, laid over white."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BACKGROUND = 255
"""What pictures are laid over where alpha cannot be kept: white."""

Pictures = NDArray[np.uint8]


def has_alpha(channels: int) -> bool:
    """Whether the last of so many channels is alpha: grey and alpha, or red, green, blue and alpha."""
    return channels in (2, 4)


def colours_of(channels: int) -> int:
    """How many of so many channels are colours: 1 or 3."""
    return channels - 1 if has_alpha(channels) else channels


def laid_over(pictures: Pictures) -> Pictures:
    """Pictures (..., height, width, channels) without alpha: laid over white, or as they are where they have none.

    Their colours are not multiplied by alpha beforehand.
    """
    if not has_alpha(pictures.shape[-1]):
        return pictures
    colours, alpha = pictures[..., :-1].astype(np.uint16), pictures[..., -1:].astype(np.uint16)
    mixed = colours * alpha + BACKGROUND * (255 - alpha)
    return np.asarray((mixed + 127) // 255, np.uint8)
