"""Faces as people draw them, by simple strokes of an unsteady hand: none is a line of the painter of portraits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.core.drawing.drawing import Drawing, Stroke

Points = np.ndarray
Colour = tuple[int, int, int]

FACE, EYE_HEIGHT, EYES, MOUTH = (0.5, 0.53, 0.2, 0.27), 0.51, (0.41, 0.59), (0.5, 0.68)
FAIR, DARK = (240, 190, 150), (120, 75, 50)


@dataclass(frozen=True)
class HandDrawing:
    """A drawing, and where in it which colour was meant: (x, y, colour), as shares of the side.

    ``above`` are places of what is drawn on the head, hair or a hat.
    """

    name: str
    drawing: Drawing
    dabs: tuple[tuple[float, float, Colour], ...]
    above: tuple[tuple[float, float], ...]


def arc(x: float, y: float, wide: float, high: float, begin: float = 0.0, end: float = 360.0) -> Points:
    turns = np.radians(np.linspace(begin, end, 30))
    return np.stack([x + wide * np.cos(turns), y + high * np.sin(turns)], 1)


def path(*corners: tuple[float, float]) -> Points:
    return np.array(corners, float)


def by_hand(line: Points, rng: np.random.RandomState) -> Points:
    """The same line, a few places along it a little off."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.linspace(0.0, along[-1], max(8, int(along[-1] / 0.02)))
    knots = np.linspace(0.0, along[-1], max(3, int(along[-1] / 0.12)))
    off = [np.interp(at, knots, rng.normal(0.0, 0.007, len(knots))) for _ in range(2)]
    return np.stack([np.interp(at, along, line[:, axis]) + off[axis] for axis in range(2)], 1)


def face(mouth: str, glasses: bool = False) -> list[Points]:
    lines = [arc(*FACE)]
    for x in EYES:
        lines += [arc(x, EYE_HEIGHT, 0.045, 0.036), arc(x, EYE_HEIGHT, 0.012, 0.014)]
        lines.append(path((x - 0.05, 0.445), (x, 0.425), (x + 0.05, 0.44)))
        lines += [arc(x, EYE_HEIGHT, 0.075, 0.07)] if glasses else []
    lines += [path((0.485, 0.51), (0.515, 0.51))] if glasses else []
    lines.append(path((0.505, 0.53), (0.485, 0.6), (0.515, 0.605)))
    lines.append(
        {
            "smile": arc(0.5, 0.63, 0.08, 0.07, 20, 160),
            "open": arc(*MOUTH, 0.06, 0.04),
            "sad": arc(0.5, 0.74, 0.07, 0.06, 205, 335),
        }[mouth]
    )
    lines += [path((0.43, 0.79), (0.42, 0.86)), path((0.57, 0.79), (0.58, 0.86))]
    return [*lines, path((0.12, 1.0), (0.2, 0.9), (0.42, 0.86)), path((0.58, 0.86), (0.8, 0.9), (0.88, 1.0))]


def curls() -> Points:
    turns = np.radians(np.linspace(160, 380, 120))
    out = 1.0 + 0.07 * np.sin(turns * 14)
    return np.stack([0.5 + 0.27 * out * np.cos(turns), 0.43 + 0.26 * out * np.sin(turns)], 1)


_CAP = path((0.3, 0.48), (0.29, 0.35), (0.38, 0.23), (0.5, 0.2), (0.63, 0.23), (0.71, 0.35), (0.7, 0.48))
_FRINGE = path((0.31, 0.47), (0.36, 0.36), (0.5, 0.37), (0.62, 0.33), (0.69, 0.46))
_FALL = [(0.25, 0.85), (0.26, 0.5), (0.3, 0.33), (0.4, 0.23), (0.5, 0.2), (0.62, 0.24), (0.71, 0.35), (0.75, 0.55)]
ABOVE: dict[str, tuple[list[Points], tuple[tuple[float, float], ...]]] = {
    "long": (
        [path(*_FALL, (0.75, 0.85)), path((0.33, 0.4), (0.42, 0.33), (0.55, 0.36), (0.68, 0.42))],
        ((0.29, 0.6), (0.71, 0.6), (0.5, 0.26)),
    ),
    "short": ([_CAP, _FRINGE], ((0.4, 0.29), (0.6, 0.28))),
    "curls": ([curls(), _FRINGE], ((0.33, 0.3), (0.67, 0.3), (0.5, 0.24))),
    "hat": (
        [
            path((0.18, 0.37), (0.5, 0.33), (0.82, 0.37), (0.5, 0.41), (0.18, 0.37)),
            path((0.3, 0.35), (0.33, 0.2), (0.45, 0.13), (0.57, 0.13), (0.68, 0.2), (0.7, 0.35)),
        ],
        ((0.4, 0.24), (0.6, 0.24)),
    ),
    "beret": ([arc(0.5, 0.29, 0.25, 0.11), path((0.5, 0.18), (0.52, 0.14))], ((0.38, 0.28), (0.62, 0.28))),
    "bun": ([_CAP, _FRINGE, arc(0.5, 0.14, 0.08, 0.07)], ((0.4, 0.29), (0.6, 0.28), (0.5, 0.14))),
}


def hand_drawing(
    above: str, mouth: str, skin: Colour, hair: Colour, back: Colour, cloth: Colour, seed: int, *, glasses: bool = False
) -> HandDrawing:
    """A face with this on its head, and dabs of its colours."""
    rng = np.random.RandomState(seed)
    lines, places = ABOVE[above]
    dabs = [(0.12, 0.2, back), (0.88, 0.3, back), (0.5, 0.95, cloth), (0.4, 0.62, skin), (0.6, 0.62, skin)]
    dabs += [(x, y, hair) for x, y in places]
    strokes = [Stroke("dab", np.array([(x, y)]), 0.085, colour) for x, y, colour in dabs]
    pen = rng.uniform(0.015, 0.026)
    strokes += [Stroke("pen", by_hand(line, rng), pen) for line in (*face(mouth, glasses), *lines)]
    return HandDrawing(above, Drawing(tuple(strokes)), tuple(dabs), places)


_BLUE, _GOLD, _GREEN, _PINK = (150, 200, 230), (250, 220, 150), (190, 220, 190), (240, 180, 180)
DRAWINGS = [
    hand_drawing("long", "smile", FAIR, (110, 60, 30), _BLUE, (60, 110, 180), 0),
    hand_drawing("short", "open", DARK, (40, 30, 35), _GOLD, (200, 90, 60), 1),
    hand_drawing("curls", "sad", FAIR, (200, 90, 40), _GREEN, (60, 110, 180), 2, glasses=True),
    hand_drawing("hat", "smile", FAIR, (225, 190, 100), _BLUE, (60, 110, 180), 3),
    hand_drawing("beret", "smile", DARK, (80, 130, 70), _PINK, (200, 150, 40), 4),
    hand_drawing("bun", "open", FAIR, (240, 200, 90), _BLUE, (100, 60, 140), 5, glasses=True),
    hand_drawing("long", "open", DARK, (190, 190, 200), _PINK, (40, 130, 90), 6),
    hand_drawing("hat", "sad", DARK, (170, 70, 60), _GREEN, (200, 150, 40), 7),
]
