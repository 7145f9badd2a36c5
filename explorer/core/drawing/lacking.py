"""Pictures that lack something a network is to put back: their colours, their detail, a part, their clearness."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from PIL import Image

from explorer.core.photos.resizing import with_channels

Picture = NDArray[np.uint8]

_STORED = np.arange(256) / 255.0
_LIGHT = np.where(_STORED <= 0.04045, _STORED / 12.92, ((_STORED + 0.055) / 1.055) ** 2.4)  # of each byte
_LUMINANCE = np.array([0.2126729, 0.7151522, 0.0721750])
HOLE = 128
"""What is inside of a hole: grey, which is no colour."""

_SMALLEST_HOLE, _LARGEST_HOLE = 0.25, 0.5  # of the side
_MOONLIGHT = (0.3, 0.38, 0.62)  # what is left of red, green and blue
_COLOUR = 0.6  # the rest of a colour is grey
_LEAST_NOISE, _MOST_NOISE = 15.0, 75.0  # levels


def without_colour(picture: Picture) -> Picture:
    """The grey of its lightness L* in all channels, by its luminance: red, green and blue as light, weighted.

    Luma, which weighs them as they are stored, would be lighter or darker than some colours are (IEC 61966-2-1).
    """
    if picture.shape[2] == 1:
        return picture.copy()
    luminance = _LIGHT[picture] @ _LUMINANCE
    grey = np.searchsorted((_LIGHT[1:] + _LIGHT[:-1]) / 2.0, luminance).astype(np.uint8)
    return with_channels(grey[..., None], 3)


def without_detail(picture: Picture, times: int) -> Picture:
    """Averaged down to a side that is so many times shorter, and smoothly enlarged again."""
    side = picture.shape[0]
    image = Image.fromarray(picture if picture.shape[2] == 3 else picture[..., 0])
    small = image.resize((max(1, side // times),) * 2, Image.Resampling.BOX)
    return np.asarray(small.resize((side, side), Image.Resampling.BICUBIC)).reshape(picture.shape)


def by_night(picture: Picture) -> Picture:
    """As under the moon: dim, with less of its colours, and blue."""
    colours = picture.astype(np.float32) / 255.0
    bright = without_colour(picture).astype(np.float32) / 255.0
    tint = np.array(_MOONLIGHT if picture.shape[2] == 3 else _MOONLIGHT[:1], np.float32)
    dim = tint * (_COLOUR * colours + (1.0 - _COLOUR) * bright)
    night: Picture = np.rint(255.0 * dim).astype(np.uint8)
    return night


def with_hole(picture: Picture, rng: RandomState) -> Picture:
    """A square of it is grey, anywhere."""
    side = picture.shape[0]
    wide = round(side * rng.uniform(_SMALLEST_HOLE, _LARGEST_HOLE))
    top, left = rng.randint(side - wide + 1, size=2)
    given = picture.copy()
    given[top : top + wide, left : left + wide] = HOLE
    return given


def with_noise(picture: Picture, rng: RandomState) -> Picture:
    """Gaussian noise over it, more in one picture than in another."""
    noise = rng.standard_normal(picture.shape) * rng.uniform(_LEAST_NOISE, _MOST_NOISE)
    noisy: Picture = np.rint(picture + noise).clip(0, 255).astype(np.uint8)
    return noisy
