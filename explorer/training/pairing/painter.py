"""Outlines and segments of a portrait from the polygons that it is painted of: exact, before an unsteady hand.

Polygons are drawn from the back to the front as paper with an inked edge, so that each hides the lines behind it.
What is as thin as a pen's stroke is a stroke: a brow, the frame of glasses, a pupil.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from explorer.core.drawing.legend import SEGMENTS
from explorer.core.drawing.wobble import Doubles, Wobble
from explorer.training.portraits.shape_canvas import PaintedShape

_INK, _PAPER = 0, 255
_HIDES = 0.5  # the opacity from which on a polygon is a thing and not a shade of light
_SPECK = 0.03  # sides of the picture: what is smaller all round, as a spark in an eye, is not drawn
_STROKE = 0.028  # sides of the picture: what is thinner on average is inked as a whole
_LEAST_SIDE_PX = 192
_PER_PIXEL = 4
_MOST_LEFT_OUT, _MOST_GAP, _GAPS = 0.35, 0.15, 0.4
_MOST_ASTRAY = 0.03
_LARGE = 0.3  # sides of the picture: what is smaller is left out three times as often
_STRETCHES = (0.9, 1.06)  # of a head
_SIZES = {"eyes": (math.log(0.55), math.log(1.1)), "mouth": (math.log(0.7), math.log(1.3))}
_PLAIN_MOUTHS, _PLAIN_MOUTH = 0.35, 0.06  # how often a mouth is one line, and how wide it then is at least
_PENS = (0.011, 0.03)  # sides of the picture


def painted_lines(shapes: Sequence[PaintedShape], size: int, rng: RandomState) -> NDArray[np.uint8]:
    """Black lines on white, (size, size): hidden ones removed, wobbling, now and then one left out or not closed."""
    per = max(3, math.ceil(_LEAST_SIDE_PX / size))
    side = size * per
    sheet = Image.new("L", (side, side), _PAPER)
    draw, wobble = ImageDraw.Draw(sheet), Wobble(rng, _MOST_ASTRAY)
    pen = max(1, round(side * rng.uniform(*_PENS)))
    left_out = _MOST_LEFT_OUT * rng.random_sample()
    is_plain = rng.random_sample() < _PLAIN_MOUTHS
    for shape, corners in zip(shapes, _redrawn(shapes, rng), strict=True):
        extent = np.ptp((shape.corners + 1.0) / 2.0, axis=0).max()
        if shape.opacity <= _HIDES or extent < _SPECK:
            continue
        is_drawn = rng.random_sample() >= (left_out if extent < _LARGE else left_out / 3.0)
        if shape.part == "mouth" and is_plain:
            if extent > _PLAIN_MOUTH and is_drawn:
                draw.line((wobble.moved(_lower(corners)) * side).ravel().tolist(), _INK, pen)
            continue
        flat = (wobble.moved(corners) * side).ravel().tolist()
        if _width(corners) < _STROKE:
            if is_drawn:
                draw.polygon(flat, _INK)
            continue
        draw.polygon(flat, _PAPER)
        if is_drawn:
            draw.line(_edge(flat, rng), _INK, pen)
    return np.array(sheet.reduce(per))


def painted_segments(shapes: Sequence[PaintedShape], size: int, rng: RandomState) -> NDArray[np.uint8]:
    """Each pixel in the colour of its segment, (size, size, 3), as an unsteady hand would fill them in."""
    side = size * _PER_PIXEL
    sheet = Image.new("L", (side, side), 0)
    draw, wobble, names = ImageDraw.Draw(sheet), Wobble(rng, 0.01), list(SEGMENTS)
    for shape in shapes:
        if shape.opacity > _HIDES:
            corners = wobble.moved((shape.corners + 1.0) / 2.0) * side
            draw.polygon(corners.ravel().tolist(), names.index(shape.part))
    middle = np.asarray(sheet)[_PER_PIXEL // 2 :: _PER_PIXEL, _PER_PIXEL // 2 :: _PER_PIXEL]
    coloured: NDArray[np.uint8] = np.array(list(SEGMENTS.values()), np.uint8)[middle]
    return coloured


def _redrawn(shapes: Sequence[PaintedShape], rng: RandomState) -> list[Doubles]:
    """Corners as shares of the side, of heads and features that are a little wider, longer, larger or smaller.

    People draw eyes and mouths of other sizes than the painter has; what they mean is the same.
    """
    found = [(shape.corners + 1.0) / 2.0 for shape in shapes]
    middle, stretch = np.array([0.5, 0.5]), rng.uniform(*_STRETCHES, 2)
    sizes = {part: np.exp(rng.uniform(*span)) * rng.uniform(0.85, 1.15, 2) for part, span in _SIZES.items()}
    for part, size in sizes.items():
        places = [index for index, shape in enumerate(shapes) if shape.part == part]
        for side in _apart([found[index] for index in places]) if part == "eyes" else [range(len(places))]:
            own = [places[index] for index in side]
            if own:
                corners = np.concatenate([found[index] for index in own])
                centre = (corners.min(0) + corners.max(0)) / 2.0
                found = [centre + (each - centre) * size if at in own else each for at, each in enumerate(found)]
    return [
        each if shape.part == "clothes" else middle + (each - middle) * stretch
        for shape, each in zip(shapes, found, strict=True)
    ]


def _apart(outlines: list[Doubles]) -> list[list[int]]:
    """The places of what lies on the left, and of what lies on the right."""
    across = [float(each[:, 0].mean()) for each in outlines]
    middle = (min(across, default=0.0) + max(across, default=0.0)) / 2.0
    return [[at for at, x in enumerate(across) if (x < middle) == is_left] for is_left in (True, False)]


def _lower(corners: Doubles) -> Doubles:
    """Of a polygon's two ways from its leftmost to its rightmost corner the lower one."""
    turned = np.roll(corners, -int(np.argmin(corners[:, 0])), axis=0)
    right = int(np.argmax(turned[:, 0]))
    ways = turned[: right + 1], np.concatenate([turned[right:], turned[:1]])
    return max(ways, key=lambda way: float(way[:, 1].mean()))


def _edge(flat: list[float], rng: RandomState) -> list[float]:
    """A polygon's edge from any of its corners on, round to that corner or nearly."""
    count = len(flat) // 2
    start = 2 * rng.randint(count)
    gap = rng.random_sample() * _MOST_GAP if rng.random_sample() < _GAPS else 0.0
    round_once = flat[start:] + flat[:start] + flat[start : start + 2]
    return round_once[: max(4, 2 * math.ceil((count + 1) * (1.0 - gap)))]


def _width(corners: Doubles) -> float:
    """How wide a polygon (n, 2) is on average, taken for a stroke: its area by half of its edge."""
    x, y = corners.T
    area = 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))
    steps = corners - np.roll(corners, -1, 0)
    return area / max(1e-9, 0.5 * float(np.sqrt((steps * steps).sum(1)).sum()))
