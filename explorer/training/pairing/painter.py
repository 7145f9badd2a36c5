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
_MOST_LEFT_OUT, _MOST_GAP, _GAPS = 0.2, 0.15, 0.4
_MOST_ASTRAY = 0.03
_PENS = (0.011, 0.03)  # sides of the picture


def painted_lines(shapes: Sequence[PaintedShape], size: int, rng: RandomState) -> NDArray[np.uint8]:
    """Black lines on white, (size, size): hidden ones removed, wobbling, now and then one left out or not closed."""
    per = max(3, math.ceil(_LEAST_SIDE_PX / size))
    side = size * per
    sheet = Image.new("L", (side, side), _PAPER)
    draw, wobble = ImageDraw.Draw(sheet), Wobble(rng, _MOST_ASTRAY)
    pen = max(1, round(side * rng.uniform(*_PENS)))
    left_out = _MOST_LEFT_OUT * rng.random_sample()
    for shape in shapes:
        corners = (shape.corners + 1.0) / 2.0
        if shape.opacity <= _HIDES or np.ptp(corners, axis=0).max() < _SPECK:
            continue
        is_drawn = rng.random_sample() >= left_out
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
