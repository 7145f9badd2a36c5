"""Where things are on a head: a rounded solid that turns about its neck and leans to a shoulder.

Points of a face are given as if it looked straight at us, in the canvas's units with the origin
between the eyes. A turn moves each sideways by its depth, so that the nose runs ahead of the cheeks
and the ears stay behind (parallax).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.training.portraits.curves import Points
from explorer.training.portraits.factors import Factors
from explorer.training.portraits.palette import Palette, palette

_MOST_TURN = math.radians(22)
_MOST_TILT = math.radians(13)
_NECK = np.array([0.0, 0.62])  # what the head leans about
CROWN = -0.52
CHIN = 0.58
_ANGLES = np.linspace(0, 2 * np.pi, 57)[:-1]
_COS, _SIN = np.cos(_ANGLES), np.sin(_ANGLES)


@dataclass(frozen=True)
class Head:
    """The head of one portrait: its measures, its pose and its colours."""

    factors: Factors

    @cached_property
    def colours(self) -> Palette:
        return palette(self.factors)

    @cached_property
    def half_width(self) -> float:
        """From the middle of the face to its side, at the height of the eyes."""
        return 0.46 + 0.055 * self.factors.face_width

    @cached_property
    def side_of_light(self) -> NDArray[np.float64]:
        """The direction, in the head's own frame, in which the light lies."""
        angle = math.radians(62 * self.factors.light) - self._tilt
        return np.array([math.sin(angle), -math.cos(angle)])

    @cached_property
    def _tilt(self) -> float:
        return _MOST_TILT * self.factors.head_tilt

    @cached_property
    def _turn(self) -> tuple[float, float]:
        angle = _MOST_TURN * self.factors.head_turn
        return math.cos(angle), math.sin(angle)

    @cached_property
    def _lean(self) -> NDArray[np.float64]:
        cos, sin = math.cos(self._tilt), math.sin(self._tilt)
        return np.array([[cos, sin], [-sin, cos]])

    def leaned(self, points: Points) -> Points:
        """Canvas points of an upright head, leaned with it."""
        return (points - _NECK) @ self._lean + _NECK

    def on_face(self, points: ArrayLike, lift: float = 0.0) -> Points:
        """Canvas points of what lies on the face's surface, or ``lift`` in front of it."""
        flat = np.asarray(points, float)
        cos, sin = self._turn
        u, v = flat[:, 0], flat[:, 1]
        depth = 0.05 + lift + 0.40 * np.sqrt((1 - (u / self.half_width) ** 2 - (v / 0.85) ** 2).clip(0))
        return self.leaned(np.stack([u * cos + depth * sin, v], 1))

    def beside(self, points: ArrayLike, depth: float = 0.05) -> Points:
        """Canvas points of what shows as outline, all at one ``depth`` (negative: behind)."""
        flat = np.asarray(points, float)
        return self.leaned(flat + (depth * self._turn[1], 0.0))

    def outline(self, grow: float = 0.0) -> Points:
        """The face's own outline, upright and straight, ``grow`` wider all round; shape (56, 2)."""
        power = 2 / (2.15 + (0.45 if self.factors.jaw > 0 else 0.3) * self.factors.jaw)
        below = _SIN > 0
        across = np.sign(_COS) * np.abs(_COS) ** np.where(below, power, 1.0)
        down = np.where(below, (CHIN + grow) * np.abs(_SIN) ** power, (CROWN - grow) * np.abs(_SIN))
        return np.stack([across * (self.half_width + grow), down], 1)

    def chin_first(self, points: Points) -> Points:
        """Canvas points of an outline whose chin runs ahead of its crown when the head turns."""
        depth = 0.05 + 0.22 * (points[:, 1] / CHIN).clip(0, 1) ** 1.5
        turned = points.copy()
        turned[:, 0] += depth * self._turn[1]
        return self.leaned(turned)
