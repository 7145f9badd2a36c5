"""A drawing to begin with, so that a board and its answer are not blank: a face, in a few strokes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.core.drawing.drawing import Drawing, Places, Stroke, Tool
from explorer.core.drawing.legend import Colour, Legend

_PEN, _PER_TURN = 0.018, 40
_SKIN, _HAIR, _WALL, _SHIRT, _LIPS = (
    (240, 196, 160),
    (200, 100, 44),
    (128, 204, 184),
    (64, 128, 192),
    (212, 60, 60),
)


def started_lines(*, has_dabs: bool) -> Drawing:
    """A face in black lines, over dabs of its colours where the model knows such."""
    dabs = (
        _dab(_WALL, (0.08, 0.12), (0.1, 0.5), (0.9, 0.14), (0.92, 0.5)),
        _dab(_SKIN, (0.35, 0.64), (0.5, 0.4), (0.65, 0.64)),
        _dab(_HAIR, (0.3, 0.3), (0.5, 0.22), (0.7, 0.3)),
        _dab(_SHIRT, (0.3, 0.95), (0.7, 0.95)),
        (Stroke("dab", _places((0.47, 0.745), (0.53, 0.745)), 0.04, _LIPS),),
    )
    lines = (
        _arc((0.5, 0.54), (0.25, 0.3), -15, 195),  # the face, from ear to ear
        _curve((0.26, 0.56), (0.22, 0.36), (0.32, 0.2), (0.5, 0.155), (0.68, 0.2), (0.78, 0.36), (0.74, 0.56)),
        _curve((0.27, 0.5), (0.3, 0.4), (0.42, 0.37), (0.56, 0.31), (0.62, 0.38), (0.7, 0.42), (0.73, 0.5)),
        _arc((0.245, 0.56), (0.035, 0.06), 60, 300),
        _arc((0.755, 0.56), (0.035, 0.06), -120, 120),
        _curve((0.33, 0.475), (0.385, 0.452), (0.44, 0.47)),
        _curve((0.56, 0.47), (0.615, 0.452), (0.67, 0.475)),
        _arc((0.39, 0.545), (0.058, 0.05), 0, 360),
        _arc((0.61, 0.545), (0.058, 0.05), 0, 360),
        _curve((0.5, 0.55), (0.47, 0.635), (0.5, 0.65), (0.53, 0.64)),
        _curve((0.4, 0.715), (0.5, 0.735), (0.6, 0.715)),
        _curve((0.4, 0.715), (0.44, 0.77), (0.5, 0.785), (0.56, 0.77), (0.6, 0.715)),
        _curve((0.42, 0.82), (0.42, 0.89), (0.5, 0.92), (0.58, 0.89), (0.58, 0.82)),
        _curve((0.08, 1.0), (0.16, 0.93), (0.4, 0.885)),
        _curve((0.6, 0.885), (0.84, 0.93), (0.92, 1.0)),
    )
    pupils = (Stroke("pen", _places(place), 0.045) for place in ((0.395, 0.548), (0.605, 0.548)))
    drawn = (*(Stroke("pen", line, _PEN) for line in lines), *pupils)
    return Drawing((*(stroke for some in dabs for stroke in some), *drawn) if has_dabs else drawn)


def started_segments(legend: Legend) -> Drawing:
    """A face painted in the colours of the program's own portraits; an empty board where the legend has others."""
    colours = dict(legend)
    paper = legend[0][1]
    if not {"skin", "hair", "eyes", "mouth", "clothes"} <= set(colours):
        return Drawing(paper=paper)

    def painted(name: str, width: float, line: Places) -> Stroke:
        return Stroke("pen", line, width, colours[name])

    hair = _curve((0.25, 0.5), (0.27, 0.34), (0.38, 0.23), (0.5, 0.2), (0.62, 0.23), (0.73, 0.34), (0.75, 0.5))
    strokes = (
        painted("clothes", 0.16, _curve((0.14, 1.04), (0.34, 0.98), (0.66, 0.98), (0.86, 1.04))),
        painted("skin", 0.17, _places((0.5, 0.78), (0.5, 0.86))),
        painted("skin", 0.5, _places((0.5, 0.49), (0.5, 0.59))),
        painted("skin", 0.1, _places((0.25, 0.55), (0.25, 0.57))),
        painted("skin", 0.1, _places((0.75, 0.55), (0.75, 0.57))),
        painted("hair", 0.14, hair),
        *(painted("hair", 0.02, _places((x - 0.045, 0.46), (x, 0.45), (x + 0.045, 0.46))) for x in (0.39, 0.61)),
        *(painted("eyes", 0.11, _places((x, 0.55))) for x in (0.39, 0.61)),
        painted("mouth", 0.045, _curve((0.42, 0.71), (0.5, 0.745), (0.58, 0.71))),
    )
    return Drawing(strokes, paper=paper)


def _dab(colour: Colour, *places: tuple[float, float]) -> tuple[Stroke, ...]:
    tool: Tool = "dab"
    return tuple(Stroke(tool, _places(place), 0.11, colour) for place in places)


def _places(*places: tuple[float, float]) -> Places:
    return np.array(places, np.float32)


def _arc(middle: tuple[float, float], radii: tuple[float, float], first: float, last: float) -> Places:
    """Part of an ellipse between two angles in degrees, clockwise from its right."""
    steps = max(2, round(abs(last - first) / 360 * _PER_TURN))
    angles = np.radians(np.linspace(first, last, steps + 1))
    return (np.array(middle) + np.stack([np.cos(angles), np.sin(angles)], 1) * radii).astype(np.float32)


def _curve(*places: tuple[float, float]) -> Places:
    """A smooth line through places (Catmull and Rom, 1974)."""
    ends = np.array([places[0], *places, places[-1]], np.float64)
    share = np.linspace(0, 1, 8, endpoint=False)[:, None]
    parts = [_between(ends[at : at + 4], share) for at in range(len(places) - 1)]
    return np.concatenate([*parts, ends[-1:]]).astype(np.float32)


def _between(four: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places between the middle two of four."""
    a, b, c, d = four
    found: NDArray[np.float64] = 0.5 * (
        2 * b + (c - a) * share + (2 * a - 5 * b + 4 * c - d) * share**2 + (3 * b - a - 3 * c + d) * share**3
    )
    return found
