"""A picture under way: filled shapes on a larger sheet, brought down to size when it is done."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from explorer.training.portraits.curves import Points
from explorer.training.portraits.palette import Colour

_LEAST_SIDE_PX = 256  # below this Pillow's whole-pixel corners would show
_OVERSAMPLING = 2


class Canvas:
    """A square sheet with coordinates from -1 to 1, x to the right and y down.

    Parameters
    ----------
    size : int
        Side of the finished picture in pixels.
    """

    def __init__(self, size: int, colour: Colour) -> None:
        self._per_pixel = max(_OVERSAMPLING, math.ceil(_LEAST_SIDE_PX / size))
        side = size * self._per_pixel
        self._scale = side / 2
        self._image = Image.new("RGB", (side, side), colour)
        self._opaque = ImageDraw.Draw(self._image)
        self._glaze = ImageDraw.Draw(self._image, "RGBA")

    def fill(self, points: Points, colour: Colour, opacity: float = 1.0) -> None:
        """Fill the polygon through ``points``, shape (n, 2)."""
        corners = ((points + 1) * self._scale).ravel().tolist()
        if opacity >= 1:
            self._opaque.polygon(corners, colour)
        elif (alpha := round(255 * opacity)) > 0:
            self._glaze.polygon(corners, (*colour, alpha))

    def picture(self) -> NDArray[np.uint8]:
        """The finished picture, shape (size, size, 3)."""
        return np.asarray(self._image.reduce(self._per_pixel))
