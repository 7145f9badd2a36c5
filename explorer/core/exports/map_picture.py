"""The map as one PNG: thumbnails where their points lie."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from explorer.core.exports.contact_sheet import PLAN_KEY
from explorer.core.exports.export_job import Cancelled, Progress, StoppedError, drawn
from explorer.core.exports.legend_strip import legend
from explorer.core.files import replace_file
from explorer.core.inference.generator import Pictures
from explorer.core.rendering.picture_files import fitted, png_bytes, rgb
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene
from explorer.core.traverse.layout import Points
from explorer.core.traverse.map_facts import Colouring, Colours, Fact, coloured
from explorer.core.traverse.map_requests import Likeness, Method, check_layout, laid_out

_THUMBNAIL = 64
_ROOM = 3.0  # how many times the area of all thumbnails the map has
_SMALLEST_SIDE, _LARGEST_SIDE = 800, 12_000
_FRAME = 3  # pixels


def export_map(
    path: Path,
    renderer: Renderer,
    scenes: Sequence[Scene],
    method: Method = "pca",
    by: Likeness = "pictures",
    seed: int = 0,
    *,
    pictures: Pictures | None = None,
    fact: Fact | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Draws scenes, lays them out as `laid_out` does, and saves the map.

    Parameters
    ----------
    path : Path
    renderer : Renderer
    scenes : sequence of Scene
        Such as `sample_points` gives.
    method, by, seed :
        See `laid_out`.
    pictures : (N, height, width, channels) uint8, optional
        What the scenes are encodings of: shown instead of what the model would draw.
    fact : Fact, optional
        What the thumbnails are framed and the legend is made by.
    progress, cancelled : callable, optional

    Raises
    ------
    Problem
        There are too few scenes or too many, they cannot be drawn, or the map not be written there.
    Stopped
        It was cancelled; what was under the name stays.
    """
    check_layout(len(scenes), method)
    with replace_file(path) as file:
        shown = drawn(renderer, scenes, progress, cancelled) if pictures is None else pictures
        small = thumbnails(shown)
        found = laid_out(scenes, small, method, by, seed, progress=progress, cancelled=cancelled)
        if found is None:
            raise StoppedError
        told = {"method": method, "by": by, "seed": seed}
        file.write(map_bytes(small, found[0], scenes, told, None if fact is None else coloured(fact)))


def map_bytes(
    pictures: Pictures,
    points: Points,
    scenes: Sequence[Scene],
    facts: Mapping[str, Any] | None = None,
    colouring: Colouring | None = None,
) -> bytes:
    """A map as a PNG, with the scene nearest to its middle, and how it was made, inside.

    Parameters
    ----------
    pictures : (N, height, width, channels) uint8
        See `thumbnail`; at least one.
    points : (N, 2) float32
    scenes : sequence of N Scene
    facts : mapping, optional
        How the map was made: plain values.
    colouring : Colouring, optional
        Of frames around the pictures, and of a legend.
    """
    middle = np.square(points - points.mean(axis=0)).sum(axis=1).argmin()
    samples = [{"seed": scene.seed, "class": scene.label} for scene in scenes]
    told = {"kind": "map", **(facts or {}), "samples": samples, "points": points.round(4).tolist()}
    whole = scattered(pictures, points, None if colouring is None else colouring.colours)
    if colouring is not None:
        told["attribute"] = colouring.name
        whole = np.concatenate([whole, legend(colouring, whole.shape[1])])
    return png_bytes(whole, scenes[middle], {PLAN_KEY: json.dumps(told)})


def thumbnails(pictures: Iterable[Pictures]) -> Pictures:
    """The `thumbnail` of each of many pictures, (N, height, width, channels) uint8."""
    return np.stack([thumbnail(picture) for picture in pictures])


def thumbnail(picture: Pictures) -> Pictures:
    """A picture as it is shown on a map: its longer side has at most 64 pixels."""
    height, width, channels = picture.shape
    scale = min(_THUMBNAIL / max(height, width), 1.0)
    return fitted(picture, max(round(height * scale), 1), max(round(width * scale), 1), channels)


def scattered(pictures: Pictures, points: Points, colours: Colours | None = None) -> Pictures:
    """Thumbnails on white, each with its centre at its point, both axes at the same scale.

    Parameters
    ----------
    pictures : (N, height, width, channels) uint8
    points : (N, 2) float32
    colours : (N, 3) uint8, optional
        Of a frame around each.

    Returns
    -------
    (side, side, 3) uint8
        Large enough that most thumbnails lie side by side.
    """
    frame = 0 if colours is None else _FRAME
    count, height, width = len(pictures), pictures.shape[1] + 2 * frame, pictures.shape[2] + 2 * frame
    side = math.ceil(math.sqrt(_ROOM * count * height * width))
    side = max(min(max(side, _SMALLEST_SIDE), _LARGEST_SIDE), height, width)
    whole = np.full((side, side, 3), 255, np.uint8)
    lefts, tops = _corners(points, side - width, side - height)
    for index, (left, top) in enumerate(zip(lefts, tops, strict=True)):
        place = whole[top : top + height, left : left + width]
        if colours is not None:
            place[:] = colours[index]
        place[frame : height - frame, frame : width - frame] = rgb(pictures[index])
    return whole


def _corners(points: Points, across: int, down: int) -> tuple[list[int], list[int]]:
    """Left and top of each thumbnail; the middle of all points comes to the middle of the map."""
    low, high = points.min(axis=0).astype(np.float64), points.max(axis=0).astype(np.float64)
    extent = max(float((high - low).max()), 1e-9)
    x, y = ((points - (low + high) / 2.0) / extent + 0.5).T
    lefts, tops = (x * across).round().astype(int), ((1.0 - y) * down).round().astype(int)
    return lefts.tolist(), tops.tolist()
