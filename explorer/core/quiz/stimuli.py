"""Real and made pictures are made alike in everything but content, so that nothing else can tell them apart.

Both go the same way: the centre square; by areas to the one resolution that the question has (no more than the
generator draws, so that neither shows detail which the other cannot); 8 bits; grey where either is grey; to the size
on the screen by the same weights; the same blur; 8 bits again. Files are PNGs of one encoder without any metadata and
without compression, so that all of a size have equally many bytes.

A real picture should come from `open_pictures` at the size of the generator, the way its training pictures came. What
remains is content: what a photograph's JPEG once did to it, and what generators do. A set that was mirrored in
training also gives mirrored pictures; letters on clothes can then tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.core.quiz.resampling import blurring, resampling

Picture = NDArray[np.uint8]
_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Recipe:
    """How the pictures of a question are prepared.

    Attributes
    ----------
    resolution : int
        Side that both have had, in pixels.
    size : int
        Side as shown, in pixels.
    channels : {1, 3}
        1 where either is grey.
    blur : float
        Standard deviation in pixels as shown.
    """

    resolution: int
    size: int
    channels: int
    blur: float = 0.0


def prepared(picture: Picture, recipe: Recipe) -> Picture:
    """A picture made by a recipe: (size, size, channels) uint8.

    Raises
    ------
    Problem
        It has less detail than the recipe's resolution, or is no picture of bytes.
    """
    stored = as_stored(picture, recipe.resolution, recipe.channels)
    if recipe.size == recipe.resolution and recipe.blur == 0.0:
        return stored
    matrix = blurring(recipe.size, recipe.blur) @ resampling(recipe.resolution, recipe.size)
    return _applied(matrix, stored)


def as_stored(picture: Picture, resolution: int, channels: int) -> Picture:
    """The centre square of a picture, brought to a resolution by areas: (resolution, resolution, channels) uint8.

    Raises
    ------
    Problem
        As for `prepared`.
    """
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] not in (1, 3):
        raise Problem("This is not a picture of 8 bits in grey or colour.", "Choose another source of pictures.")
    height, width = picture.shape[:2]
    side = min(height, width)
    if side < resolution:
        raise Problem(
            f"A picture of {width} × {height} pixels cannot be shown with the detail of {resolution} × {resolution}.",
            "Open the real pictures at the size that the model draws.",
        )
    top, left = (height - side) // 2, (width - side) // 2
    square = _in_channels(picture[top : top + side, left : left + side], channels)
    return square if side == resolution else _applied(resampling(side, resolution), square)


def _in_channels(picture: Picture, channels: int) -> Picture:
    """Grey by the weights of ITU-R BT.601, which leave a picture without colour as it is."""
    if picture.shape[2] == channels:
        return np.ascontiguousarray(picture)
    if channels == 3:
        return np.repeat(picture, 3, axis=2)
    weights = np.array([299, 587, 114], np.int64)
    grey = (picture.astype(np.int64) @ weights + 500) // 1000
    return grey.astype(np.uint8)[:, :, None]


def _applied(matrix: _Floats, picture: Picture) -> Picture:
    """The same weights down and across, rounded to bytes."""
    spread = np.einsum("yi,ijc,xj->yxc", matrix, picture.astype(np.float64), matrix, optimize=True)
    return np.asarray(np.floor(spread.clip(0.0, 255.0) + 0.5), np.uint8)


def mask(recipe: Recipe, seed: int) -> Picture:
    """What is shown after a short exposure: noise in all sizes of detail, as large as the pictures, the same by seed.

    Its parts of 1/2, 1/4, ... of the side have equal strength, so that it covers fine and coarse alike.
    """
    draw = np.random.RandomState(seed)
    total = np.zeros((recipe.size, recipe.size, recipe.channels))
    side, parts = 2, 0
    while side <= min(recipe.size, recipe.resolution):
        noise = draw.standard_normal((side, side, recipe.channels))
        up = resampling(side, recipe.size)
        total += np.einsum("yi,ijc,xj->yxc", up, noise, up, optimize=True)
        side, parts = 2 * side, parts + 1
    spread = 127.5 + 60.0 * total / np.sqrt(max(parts, 1))
    return np.asarray(spread.clip(0.0, 255.0), np.uint8)
