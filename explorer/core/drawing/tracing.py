"""Outlines of any picture by a filter: ridges of the slope of its colours, whatever their contrast, drawn unsteadily.

Sharp edges of Canny's kind are a trap: a network learns to read the pixel steps of their detector, and turns to mush
under a person's strokes. So lines are as wide as a pen's, how weak an edge may be differs from drawing to drawing, and
all of them stray and break off.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from explorer.core.drawing.wobble import Doubles, Wobble

_LEAST_SCALE = 4.0  # levels a pixel: a picture without edges has no lines, however weak
_SOFT = 0.25
_CELLS = 5  # of the coarse noise by which lines break off
_MOST_DABS, _TRIED = 12, 3
_DAB_SIZES = (math.log(0.025), math.log(0.12))  # half of one, as a share of the side


def filtered_lines(picture: NDArray[np.uint8], rng: RandomState) -> NDArray[np.uint8]:
    """Black lines on white, (H, W), where the colours of a picture (H, W, C) change."""
    side = picture.shape[0]
    fine = side / 64
    ridges = _ridges(picture.astype(np.float64), max(0.6, fine * rng.uniform(0.6, 1.1)), max(1.1, 1.8 * fine))
    ridges /= max(_LEAST_SCALE, float(np.quantile(ridges, 0.96)))
    ink = ((ridges - rng.uniform(0.15, 0.5)) / _SOFT).clip(0.0, 1.0)
    coarse = rng.random_sample((_CELLS, _CELLS))
    ink *= ((_enlarged(coarse, side) - rng.uniform(0.0, 0.25)) * 8.0).clip(0.0, 1.0)
    places = (np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1) + 0.5) / side
    strayed = _sampled(ink, Wobble(rng).moved(places) * side - 0.5)
    return np.rint(255.0 * (1.0 - strayed)).astype(np.uint8)


def with_dabs(lines: NDArray[np.uint8], picture: NDArray[np.uint8], rng: RandomState) -> NDArray[np.uint8]:
    """Lines (H, W) over some dabs of the colours of a picture (H, W, C), (H, W, C), or over none.

    A person gives each thing its colour once: of a few places the one that is least like the dabs there are is dabbed.
    """
    side, paper = picture.shape[0], np.full(picture.shape, 255, np.uint8)
    rows, columns = np.ogrid[:side, :side]
    dabbed: list[Doubles] = []
    for _ in range(rng.randint(_MOST_DABS + 1)):
        places = rng.randint(side, size=(_TRIED, 2))
        wide, high = side * np.exp(rng.uniform(*_DAB_SIZES, 2))
        colours = [_colour_at(picture, *place) for place in places]
        chosen = int(np.argmax([min((np.abs(each - other).sum() for other in dabbed), default=0) for each in colours]))
        dabbed.append(colours[chosen])
        x, y = places[chosen]
        inside = ((columns - x) / wide) ** 2 + ((rows - y) / high) ** 2 < 1.0
        paper[inside] = np.rint(dabbed[-1] + rng.normal(0.0, 6.0)).clip(0, 255).astype(np.uint8)
    return np.minimum(paper, lines[..., None])


def _colour_at(picture: NDArray[np.uint8], x: int, y: int) -> Doubles:
    """The usual colour of a few pixels, (C,)."""
    near = picture[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3].reshape(-1, picture.shape[2])
    found: Doubles = np.median(near, axis=0)
    return found


def _ridges(values: Doubles, fine: float, coarse: float) -> Doubles:
    """Where the steepest of all channels is steeper than around it, (H, W), at least 0."""
    smooth = _smoothed(values, fine)
    padded = np.pad(smooth, ((1, 1), (1, 1), (0, 0)), mode="edge")
    down, across = padded[2:, 1:-1] - padded[:-2, 1:-1], padded[1:-1, 2:] - padded[1:-1, :-2]
    slope = np.sqrt(down * down + across * across).max(2, keepdims=True) / 2.0
    found: Doubles = (slope - 0.9 * _smoothed(slope, coarse)).clip(0.0)[..., 0]
    return found


def _smoothed(values: Doubles, deviation: float) -> Doubles:
    """Blurred (H, W, C) by a Gaussian of that many pixels, edges repeated."""
    reach = max(1, round(2.5 * deviation))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    weights /= weights.sum()
    for axis in (0, 1):
        around = [(reach, reach) if each == axis else (0, 0) for each in range(3)]
        padded, length = np.pad(values, around, mode="edge"), values.shape[axis]
        parts = (padded[start : start + length] if axis == 0 else padded[:, start : start + length]
                 for start in range(2 * reach + 1))  # fmt: skip
        values = sum((weight * part for weight, part in zip(weights, parts, strict=True)), np.zeros(values.shape))
    return values


def _enlarged(coarse: Doubles, side: int) -> Doubles:
    """A coarse square smoothly enlarged to (side, side)."""
    at = np.linspace(0, len(coarse) - 1, side)
    return _sampled(coarse, np.stack(np.meshgrid(at, at), -1))


def _sampled(values: Doubles, places: Doubles) -> Doubles:
    """Values (H, W) between pixels at places (..., 2) of columns and rows; beyond the edge that of the edge."""
    x, y = places[..., 0].clip(0, values.shape[1] - 1), places[..., 1].clip(0, values.shape[0] - 1)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, bottom = np.minimum(left + 1, values.shape[1] - 1), np.minimum(top + 1, values.shape[0] - 1)
    x, y = x - left, y - top
    upper = values[top, left] * (1 - x) + values[top, right] * x
    lower = values[bottom, left] * (1 - x) + values[bottom, right] * x
    mixed: Doubles = upper * (1 - y) + lower * y
    return mixed
