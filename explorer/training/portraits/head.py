"""Where things are on a head: a rounded solid that turns about its neck and leans to a shoulder.

Points are given as if the face looked straight at us, with the origin between the eyes, x to the
right, y down, and the picture about 1 to either side. A turn moves each point sideways by its depth,
so that the nose runs ahead of the cheeks and the ears stay behind (parallax).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.training.portraits.curves import Points
from explorer.training.portraits.factors import Factors
from explorer.training.portraits.palette import Palette, palette

CROWN = -0.52
CHIN = 0.58
_MOST_TURN = math.radians(22)
_MOST_TILT = math.radians(13)
_NECK = np.array([0.0, 0.62])  # what the head leans about
_ZOOM, _DROP = 1.08, 0.04  # how the head fills the picture
_ANGLES = np.linspace(0, 2 * np.pi, 57)[:-1]
_ACROSS, _DOWN = np.cos(_ANGLES), np.abs(np.sin(_ANGLES))
_BELOW = np.sin(_ANGLES) > 0


class HeadFrame(NamedTuple):
    """How points move with the head.

    A point's depth is ``depth``, plus ``bulge`` in the middle of the face falling to nothing at its
    edge, plus ``chin`` rising towards the chin. ``leans`` is 1 where it moves with the head, else 0.
    """

    depth: float
    bulge: float = 0.0
    chin: float = 0.0
    leans: float = 1.0


STILL = HeadFrame(0.0, leans=0.0)
OUTLINE = HeadFrame(0.05, chin=0.22)


@cache
def on_face(lift: float = 0.0) -> HeadFrame:
    """On the face's surface, or ``lift`` in front of it."""
    return HeadFrame(0.05 + lift, bulge=0.40)


@cache
def beside(depth: float = 0.05) -> HeadFrame:
    """Part of the outline, all at one ``depth`` (negative: behind the ears)."""
    return HeadFrame(depth)


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
    def light(self) -> NDArray[np.float64]:
        """The direction, in the head's own frame, from which the light comes; shape (2,)."""
        angle = math.radians(65 * self.factors.light) - self._tilt
        return np.array([math.sin(angle), -math.cos(angle)])

    @property
    def _tilt(self) -> float:
        return _MOST_TILT * self.factors.head_tilt

    def outline(self, grow: float = 0.0) -> Points:
        """The face's own outline, ``grow`` wider all round, from the right over the chin; shape (56, 2)."""
        power = 2 / (2.2 + (0.9 if self.factors.jaw > 0 else 0.42) * self.factors.jaw)
        across = np.sign(_ACROSS) * np.abs(_ACROSS) ** np.where(_BELOW, power, 1.0)
        down = np.where(_BELOW, (CHIN + grow) * _DOWN**power, (CROWN - grow) * _DOWN)
        return np.stack([across * (self.half_width + grow), down], 1)

    def placed(self, points: Points, places: Sequence[HeadFrame], counts: Sequence[int]) -> Points:
        """Where ``points`` are in the picture, the first ``counts[0]`` of them lying in ``places[0]``."""
        depth, bulge, chin, leans = np.repeat(np.array(places), counts, 0).T
        u, v = points.T
        turn = _MOST_TURN * self.factors.head_turn
        rounding = np.sqrt((1 - (u / self.half_width) ** 2 - (v / 0.85) ** 2).clip(0))
        depth = depth + bulge * rounding + chin * (v / CHIN).clip(0, 1) ** 1.5
        foreshortening = np.where(bulge > 0, math.cos(turn), 1.0)
        x = u * foreshortening + leans * depth * math.sin(turn)
        return self._leaned(x, v, leans) * _ZOOM + (0, _DROP)

    def _leaned(self, x: NDArray[np.float64], y: NDArray[np.float64], leans: NDArray[np.float64]) -> Points:
        angle = self._tilt * leans
        cos, sin = np.cos(angle), np.sin(angle)
        dx, dy = x - _NECK[0], y - _NECK[1]
        return np.stack([_NECK[0] + dx * cos - dy * sin, _NECK[1] + dx * sin + dy * cos], 1)
