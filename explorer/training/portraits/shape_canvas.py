"""A picture under way: shapes are noted in order, then put in place together and painted.

Placing all points of a picture at once is what makes a portrait cheap; painting them on a larger
sheet that is averaged down makes it smooth.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from explorer.training.portraits.curves import Points
from explorer.training.portraits.head import Head, HeadFrame
from explorer.training.portraits.palette import Colour, tint

_LEAST_SIDE_PX = 192  # on a smaller sheet Pillow's whole-pixel corners would show
_OVERSAMPLING = 2
_GLOW_REACH = 1.15  # radius of the glow behind the head, in half-sides of the picture


@dataclass(frozen=True, eq=False)
class PaintedShape:
    """One polygon of a picture.

    Attributes
    ----------
    part : str
        What it belongs to, such as ``hair``.
    corners : (n, 2) float64
        Where it is in the picture, from -1 to 1, x to the right and y down.
    colour : tuple of int
        Red, green, blue, and its opacity of 255 where that is less.
    """

    part: str
    corners: Points
    colour: tuple[int, ...]

    @property
    def opacity(self) -> float:
        """How much of what lies behind it hides, 0 to 1."""
        return 1.0 if len(self.colour) == 3 else self.colour[3] / 255


class ShapeCanvas:
    """A square sheet for one head, with coordinates from -1 to 1, x to the right and y down.

    Parameters
    ----------
    size : int
        Side of the finished picture in pixels.
    head : Head
        Gives the shapes their places and the backdrop its colour and light.

    Attributes
    ----------
    part : str
        What the shapes that are filled next belong to.
    """

    def __init__(self, size: int, head: Head) -> None:
        self._per_pixel = max(_OVERSAMPLING, math.ceil(_LEAST_SIDE_PX / size))
        self._side = size * self._per_pixel
        self._head = head
        self.part = ""
        self._points: list[Points] = []
        self._places: list[HeadFrame] = []
        self._fills: list[tuple[int, tuple[int, ...], str]] = []  # pieces in the polygon, its colour, its part

    def fill(self, points: Points, place: HeadFrame, colour: Colour, opacity: float = 1.0) -> None:
        """Fill the polygon through ``points``, shape (n, 2), of what lies in ``place``."""
        self.fill_between(((points, place),), colour, opacity)

    def fill_between(self, pieces: tuple[tuple[Points, HeadFrame], ...], colour: Colour, opacity: float = 1.0) -> None:
        """Fill the polygon whose outline consists of ``pieces`` in different places."""
        alpha = round(255 * opacity)
        if alpha <= 0:
            return
        for points, place in pieces:
            self._points.append(points)
            self._places.append(place)
        self._fills.append((len(pieces), colour if alpha >= 255 else (*colour, alpha), self.part))

    def shapes(self) -> Iterator[PaintedShape]:
        """All polygons in their places, from the back to the front."""
        counts = [len(p) for p in self._points]
        placed = self._head.placed(np.concatenate(self._points), self._places, counts)
        piece = start = 0
        for pieces, colour, part in self._fills:
            end = start + sum(counts[piece : piece + pieces])
            yield PaintedShape(part, placed[start:end], colour)
            piece, start = piece + pieces, end

    def picture(self) -> NDArray[np.uint8]:
        """The finished picture, shape (size, size, 3)."""
        image = _backdrop(self._side, self._head)
        opaque, glaze = ImageDraw.Draw(image), ImageDraw.Draw(image, "RGBA")
        for shape in self.shapes():
            corners = ((shape.corners + 1) * (self._side / 2)).ravel().tolist()
            (opaque if len(shape.colour) == 3 else glaze).polygon(corners, shape.colour)
        return np.array(image.reduce(self._per_pixel))


def _backdrop(side: int, head: Head) -> Image.Image:
    """The wall behind, with a glow that comes from the light's side."""
    colour = head.colours.backdrop
    image = Image.new("RGB", (side, side), colour)
    glow = _glow(side)
    left = glow.width // 2 - round(side * (0.5 + 0.17 * head.factors.light))
    top = glow.height // 2 - round(side * 0.45)
    image.paste(tint(colour, 0.72), (0, 0), glow.crop((left, top, left + side, top + side)))
    return image


@lru_cache(maxsize=8)
def _glow(side: int) -> Image.Image:
    """A round glow, opaque in the middle, on a sheet large enough to be shifted about."""
    across = np.linspace(-2, 2, 2 * side) / _GLOW_REACH
    near = (1 - np.hypot(across[:, None], across)).clip(0)
    return Image.fromarray((255 * near**1.2).astype(np.uint8))
