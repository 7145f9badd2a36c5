"""Driving: a car on a drawn road, seen from behind, that is steered and given gas; rewards and ends.

Of a car ``x`` half road widths right of the middle, at a speed of ``v`` metres a frame where the road has the
curvature k, the next frame has

    x + 0.14 (v / 2.5) s - 0.85 k v^2,    v + 0.15 gas - 0.06 v,

with the steering wheel s following what is asked for: bends push outwards, the faster the harder. Grass slows down and
earns nothing, a car or a cone that is hit costs, and who strays too far from the road has lost.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.core.worlds.painting import AHEAD_M, VIEW_SIZE, painted
from explorer.core.worlds.track import CONE, ROUND_M, Track

ACTIONS = ("steer", "gas")
"""What a driver says, from -1 (left, brake) to 1 (right, full)."""

FRAMES_A_SECOND = 15
TOP_SPEED = 2.5
"""Metres a frame."""

LOST = 2.0
"""How far from the middle one has lost, in half road widths."""

_SLOWEST = 0.3
_PUSH, _TURN = 0.85, 0.14
_WAY_M, _WIDE = 1.3, {True: 0.34, False: 0.24}  # what a hit is: so near, in metres and half road widths; a cone is slim
_COST = {True: 3.0, False: 1.0}  # of hitting a car, and a cone
_LOSS = 5.0
_STARTS = 77_777  # so that where a car starts is drawn by other numbers than its road

Views = NDArray[np.float32]


class Drive:
    """One or many cars, each on a road of its own.

    Parameters
    ----------
    seeds : sequence of int
        One for each car, which decides its road and where it starts.
    size : int
        Side of the frames in pixels.

    Attributes
    ----------
    x, speed, steer : (E,) float64
        Half road widths from the middle, metres a frame, and where the steering wheel is.
    place_m : (E,) float64
        How far each has come.
    """

    def __init__(self, seeds: Sequence[int], size: int = 64) -> None:
        self.size, count = size, len(seeds)
        self.tracks: list[Track] = [Track.drawn(seed) for seed in seeds]
        self.x, self.speed, self.steer, self.place_m = np.zeros((4, count))
        self._frames = np.zeros(count)
        self._hit: list[set[int]] = [set() for _ in seeds]
        for car, seed in enumerate(seeds):
            self._place(car, seed)

    def restart(self, car: int, seed: int) -> None:
        """Put one of the cars on another road."""
        self.tracks[car] = Track.drawn(seed)
        self._place(car, seed)

    def _place(self, car: int, seed: int) -> None:
        chance = np.random.RandomState((seed + _STARTS) % 2**32)
        self.x[car], self.speed[car] = chance.uniform(-0.6, 0.6), chance.uniform(0.9, 1.6)
        self.place_m[car] = chance.uniform(0.0, ROUND_M)
        self.steer[car] = self._frames[car] = 0.0
        self._hit[car] = set()

    def step(self, actions: NDArray[np.floating]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """One frame on; the rewards and whether each car has lost, (E,) each.

        Parameters
        ----------
        actions : (E, 2)
            Steering and gas, -1 to 1; what is beyond is cut.
        """
        asked = np.clip(np.nan_to_num(actions), -1.0, 1.0)
        bend = np.array([float(t.curvature_at(np.array(p))) for t, p in zip(self.tracks, self.place_m, strict=True)])
        on_road = np.abs(self.x) < 1.0
        self.steer += 0.6 * (asked[:, 0] - self.steer)
        self.x += _TURN * self.speed / TOP_SPEED * self.steer - _PUSH * bend * self.speed**2
        self.speed += 0.15 * asked[:, 1] - 0.06 * self.speed - np.where(on_road, 0.0, 0.06 * self.speed)
        self.speed = np.maximum(self.speed, _SLOWEST)
        self.place_m += self.speed
        self._frames += 1
        rewards = np.where(np.abs(self.x) < 1.0, 2.0 * self.speed / TOP_SPEED, -0.5)
        lost = np.abs(self.x) > LOST
        rewards -= _LOSS * lost + np.array([self._bumped(car) for car in range(len(self.x))])
        return rewards.astype(np.float32), lost

    def _bumped(self, car: int) -> float:
        """What a car pays for what it has run into in this frame; it loses its speed, too."""
        track, cost = self.tracks[car], 0.0
        ahead = self._distances(car)
        for thing in np.flatnonzero(np.minimum(ahead, ROUND_M - ahead) < _WAY_M):
            is_car = bool(track.kinds[thing] < CONE)
            if abs(track.lanes[thing] - self.x[car]) < _WIDE[is_car] and thing not in self._hit[car]:
                cost += _COST[is_car]
                self.speed[car] *= 0.4 if is_car else 0.7
                self._hit[car].add(int(thing))
        self._hit[car] = {thing for thing in self._hit[car] if min(ahead[thing], ROUND_M - ahead[thing]) < 30.0}
        return cost

    def _distances(self, car: int) -> NDArray[np.float64]:
        """How far ahead each thing in the way is, 0 to a round."""
        track = self.tracks[car]
        found: NDArray[np.float64] = np.mod(
            track.places + track.speeds * self._frames[car] - self.place_m[car], ROUND_M
        )
        return found

    def views(self) -> Views:
        """All that the frames show, as numbers, (E, VIEW_SIZE): see `explorer.core.worlds.painting`."""
        return np.stack([self._view(car) for car in range(len(self.x))])

    def _view(self, car: int) -> Views:
        track, place = self.tracks[car], float(self.place_m[car])
        view = np.zeros(VIEW_SIZE, np.float32)
        view[:6] = self.x[car], self.speed[car], self.steer[car], place % 48.0, track.heading_at(place), track.dusk
        ahead = self._distances(car)
        nearest = [thing for thing in np.argsort(ahead)[:2] if ahead[thing] < AHEAD_M[-1]]
        for slot, thing in enumerate(nearest):
            view[6 + 3 * slot : 9 + 3 * slot] = ahead[thing], track.lanes[thing], track.kinds[thing]
        view[12:] = track.curvature_at(place + AHEAD_M)
        return view

    def frames(self) -> NDArray[np.uint8]:
        """What is seen now, (E, size, size, 3) uint8."""
        return painted(self.views(), self.size)
