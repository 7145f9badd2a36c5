"""One portrait from its factors, painted from the back to the front."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.training.portraits.back_hair import paint_back_hair
from explorer.training.portraits.beard import paint_beard
from explorer.training.portraits.eyes import paint_brows, paint_eyes
from explorer.training.portraits.face import (
    paint_age_lines,
    paint_cheeks,
    paint_ears,
    paint_freckles,
    paint_neck,
    paint_nose,
    paint_skin,
)
from explorer.training.portraits.factors import Factors
from explorer.training.portraits.hair import paint_hair
from explorer.training.portraits.hats import paint_hat
from explorer.training.portraits.head import Head
from explorer.training.portraits.mouth import paint_mouth
from explorer.training.portraits.shape_canvas import PaintedShape, ShapeCanvas
from explorer.training.portraits.wear import paint_clothes, paint_earrings, paint_glasses

SMALLEST_PX, LARGEST_PX = 32, 256


def draw(factors: Factors, size: int) -> NDArray[np.uint8]:
    """The portrait that ``factors`` describe.

    Parameters
    ----------
    size : int
        Side in pixels, 32 to 256.

    Returns
    -------
    array of uint8, shape (size, size, 3)
        Red, green, blue.

    Raises
    ------
    Problem
        The size is out of range.
    """
    check_size(size)
    return _painted(factors, size).picture()


def shapes_of(factors: Factors) -> tuple[PaintedShape, ...]:
    """The polygons of the portrait that ``factors`` describe, from the back to the front.

    Their parts are ``hair`` (brows and beard, too), ``skin``, ``hat``, ``eyes``, ``mouth`` and ``clothes`` (and
    whatever else is worn).
    """
    return tuple(_painted(factors, LARGEST_PX).shapes())


def _painted(factors: Factors, size: int) -> ShapeCanvas:
    head = Head(factors)
    canvas = ShapeCanvas(size, head)
    for canvas.part, paint in _BACK_TO_FRONT:
        paint(canvas, head)
    return canvas


def check_size(size: int) -> None:
    """Raise the `Problem` that `draw` would raise at this size, if any."""
    if type(size) is not int or not (SMALLEST_PX <= size <= LARGEST_PX):
        raise Problem(f"Portraits cannot be {size} pixels wide.", f"Choose {SMALLEST_PX} to {LARGEST_PX}.")


_BACK_TO_FRONT = (
    ("hair", paint_back_hair),
    ("skin", paint_neck),
    ("clothes", paint_clothes),
    ("skin", paint_ears),
    ("skin", paint_skin),
    ("skin", paint_cheeks),
    ("skin", paint_age_lines),
    ("skin", paint_freckles),
    ("hair", paint_beard),
    ("mouth", paint_mouth),
    ("skin", paint_nose),
    ("eyes", paint_eyes),
    ("hair", paint_hair),
    ("hair", paint_brows),
    ("clothes", paint_earrings),
    ("clothes", paint_glasses),
    ("hat", paint_hat),
)
