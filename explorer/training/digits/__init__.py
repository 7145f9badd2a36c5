"""Digits as a hand would write them, drawn on the spot: pictures that are plainly other ones than clothes or faces.

Every digit is a few strokes through known points. Each is slanted, stretched, shifted and shaken a little, and drawn
with a pen of some width, as a function of seed and index alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

NAMES = tuple("0123456789")
_FINER = 4  # times as large as it is drawn, and averaged down
_Stroke = tuple[tuple[float, float], ...]


def _arc(x: float, y: float, across: float, down: float, start: float, end: float) -> _Stroke:
    """Points of an ellipse between two angles, in degrees, clockwise from the right."""
    count = max(3, int(abs(end - start) / 15))
    angles = np.radians(np.linspace(start, end, count))
    return tuple((x + across * math.cos(angle), y + down * math.sin(angle)) for angle in angles)


_STROKES: tuple[tuple[_Stroke, ...], ...] = (
    (_arc(0.5, 0.5, 0.28, 0.42, -90, 270),),
    (((0.36, 0.24), (0.54, 0.08), (0.54, 0.92)),),
    ((*_arc(0.5, 0.32, 0.27, 0.24, -170, 30), (0.24, 0.9), (0.8, 0.9)),),
    (_arc(0.46, 0.3, 0.26, 0.22, -150, 90), _arc(0.46, 0.7, 0.29, 0.22, -90, 150)),
    (((0.62, 0.08), (0.2, 0.62), (0.82, 0.62)), ((0.64, 0.36), (0.6, 0.94))),
    (((0.76, 0.1), (0.32, 0.1), (0.28, 0.46)), _arc(0.46, 0.66, 0.29, 0.25, -110, 140)),
    (((0.66, 0.08), (0.34, 0.4), (0.24, 0.66)), _arc(0.5, 0.68, 0.26, 0.24, -180, 180)),
    (((0.22, 0.1), (0.8, 0.1), (0.42, 0.94)),),
    (_arc(0.5, 0.28, 0.22, 0.2, 90, 450), _arc(0.5, 0.7, 0.26, 0.22, -90, 270)),
    (_arc(0.5, 0.32, 0.25, 0.23, 0, 360), ((0.75, 0.32), (0.7, 0.66), (0.56, 0.94))),
)


class Digits:
    """A set of drawn digits.

    Parameters
    ----------
    count : int
    size : int
        Height and width in pixels.
    seed : int
    """

    def __init__(self, count: int, size: int, seed: int) -> None:
        self.count, self.size, self.seed = count, size, seed

    def label(self, index: int) -> int:
        """Which digit picture ``index`` shows."""
        return int(self._chance(index).randint(10))

    def picture(self, index: int) -> NDArray[np.uint8]:
        """Picture ``index``, (size, size) uint8: white on black."""
        chance = self._chance(index)
        digit = int(chance.randint(10))
        side = self.size * _FINER
        place = _placing(chance)
        image = Image.new("L", (side, side))
        pen = ImageDraw.Draw(image)
        width = max(round(side * chance.uniform(0.06, 0.11)), 1)
        for stroke in _STROKES[digit]:
            shaken = np.asarray(stroke) + chance.normal(0.0, 0.008, (len(stroke), 2))
            points = [(float(x), float(y)) for x, y in place(shaken) * side]
            pen.line(points, fill=255, width=width, joint="curve")
            for x, y in (points[0], points[-1]):
                pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
        return np.asarray(image.resize((self.size, self.size), Image.Resampling.BOX))

    def _chance(self, index: int) -> np.random.RandomState:
        return np.random.RandomState([self.seed, index])


def _placing(chance: np.random.RandomState) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """How one digit lies: slanted, stretched, turned and shifted."""
    slant, turn = chance.normal(0.12, 0.12), chance.normal(0.0, 0.08)
    size = chance.uniform(0.62, 0.78)
    turned = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    by = turned @ np.array([[size * chance.uniform(0.85, 1.1), -slant * size], [0.0, size]])
    to = 0.5 + chance.uniform(-0.05, 0.05, 2)
    return lambda points: (points - 0.5) @ by.T + to
