"""Roads that bend both ways, with slow cars and cones on them: drawn by a seed, in rounds without an end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUND_M = 1200.0
"""Length of a round in metres."""

SHARPEST = 1.0 / 75.0
"""Largest curvature of a road, in radians a metre."""

CONE = 3.0
"""What the kind of a cone is; kinds below are those of cars, from 1 on."""

_SPACING_M = 5.0
_GAP_M = 80.0  # between two things in the way, about
_SLOW_M = 0.8  # how far a car ahead drives in a frame


@dataclass(frozen=True)
class Track:
    """A round of road.

    Attributes
    ----------
    curvature : (K,) float32
        At evenly spaced places of the round, in radians a metre; positive where it bends right.
    heading : (K,) float32
        What the road has turned by then, in radians.
    places, speeds, lanes, kinds : (T,) float32
        Of the things in the way: metres from the start, metres a frame, half road widths from the middle, and what
        each is (1 and 2 are cars, 3 a cone).
    dusk : float
        0 by day, 1 at dusk.
    """

    curvature: NDArray[np.float32]
    heading: NDArray[np.float32]
    places: NDArray[np.float32]
    speeds: NDArray[np.float32]
    lanes: NDArray[np.float32]
    kinds: NDArray[np.float32]
    dusk: float

    @classmethod
    def drawn(cls, seed: int) -> Track:
        """The track of a seed; the same for ever."""
        chance = np.random.RandomState(seed)
        curvature = _bends(chance)
        count = int(ROUND_M / _GAP_M)
        places = (np.arange(count) + 0.55 + 0.5 * chance.random_sample(count)) * _GAP_M
        kinds = chance.randint(1, 4, count)
        lanes = np.where(chance.random_sample(count) < 0.5, -1.0, 1.0) * chance.uniform(0.35, 0.6, count)
        return cls(
            curvature=curvature.astype(np.float32),
            heading=(np.cumsum(curvature) * _SPACING_M).astype(np.float32),
            places=places.astype(np.float32),
            speeds=np.where(kinds < CONE, _SLOW_M, 0.0).astype(np.float32),
            lanes=lanes.astype(np.float32),
            kinds=kinds.astype(np.float32),
            dusk=float(chance.random_sample() < 0.4),
        )

    def curvature_at(self, places_m: NDArray[np.floating]) -> NDArray[np.float32]:
        """The curvature at places of any shape, in metres from the start of the first round."""
        return _between(self.curvature, places_m)

    def heading_at(self, place_m: float) -> float:
        """What the road has turned at a place, in radians; a round ends with what it began with, 0."""
        return float(_between(self.heading, np.array(place_m)))


def _bends(chance: np.random.RandomState) -> NDArray[np.float64]:
    """Straight pieces and bends in turn, left and right as often, which join smoothly and turn by nothing in all."""
    count = int(ROUND_M / _SPACING_M)
    pieces: list[float] = []
    while len(pieces) < count:
        bend = chance.choice((-1.0, 1.0)) * chance.uniform(0.4, 1.0) * SHARPEST
        pieces += [bend] * chance.randint(6, 14) + [0.0] * chance.randint(3, 9)
    bends = np.array(pieces[:count])
    for _ in range(2):
        bends = np.mean([np.roll(bends, shift) for shift in range(-2, 3)], axis=0)
    found: NDArray[np.float64] = bends - bends.mean()
    return found


def _between(table: NDArray[np.float32], places_m: NDArray[np.floating]) -> NDArray[np.float32]:
    at = np.mod(places_m, ROUND_M) / _SPACING_M
    low = at.astype(np.int64)
    share = (at - low).astype(np.float32)
    count = len(table)
    found: NDArray[np.float32] = table[low % count] * (1 - share) + table[(low + 1) % count] * share
    return found
