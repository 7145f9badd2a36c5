"""Paths through latents, point to point, as a function of time and as frames."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from explorer.core.problem import Problem
from explorer.core.rendering.latents import Join, Latent, Latents, Prior, between, lerp, norm_preserving, slerp
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.walks import ClosedWalk

Kind = Literal["lerp", "slerp", "norm-preserving"]
Easing = Literal["linear", "smooth", "in-out"]

KINDS: tuple[Kind, ...] = ("lerp", "slerp", "norm-preserving")
EASINGS: tuple[Easing, ...] = ("linear", "smooth", "in-out")
MOST_FRAMES = 20_000
_REACHED = 1e-6  # share of a stretch: a key this close has been reached

_JOINS: dict[str, Join] = {
    "lerp": lerp,
    "slerp": slerp,
    "norm-preserving": norm_preserving,
}


@dataclass(frozen=True, eq=False)
class LatentPath:
    """A path from latent to latent, each stretch taking the same time.

    Attributes
    ----------
    keys : sequence of (d,) float32
        What it passes through; at least one.
    kind : {"lerp", "slerp", "norm-preserving"}
        How two keys are joined.
    easing : {"linear", "smooth", "in-out"}
        ``linear`` keeps its pace, ``smooth`` rests at every key, ``in-out`` only at the beginning and the end.
    loop : bool
        From the last key back to the first.
    prior : "normal", "uniform" or NamedPrior
        Of the latents; named dimensions go straight from key to key.

    Raises
    ------
    Problem
        There is no key, or the keys are of unlike size.
    """

    keys: Sequence[Latent]
    kind: Kind = "slerp"
    easing: Easing = "linear"
    loop: bool = False
    prior: Prior = "normal"

    def __post_init__(self) -> None:
        if not self.keys:
            raise Problem("There are no points yet.", "Choose at least one bookmark or seed.")
        if len({key.shape for key in self.keys}) > 1:
            raise Problem("The points of this path are latents of different sizes.", "Choose points of one model.")

    @property
    def is_loop(self) -> bool:
        """Whether it ends where it began."""
        return self.loop

    def time_of_key(self, index: int) -> float:
        """When it passes the key ``index``, from 0 to 1: `at` that time it is there, whatever its easing."""
        share = index / max(self._stretches, 1)
        return uneased(share) if self.easing == "in-out" else share

    def stretch_at(self, time: float) -> int:
        """Which key the stretch at ``time`` comes from: the one that was passed last, or is just reached."""
        return int(self._place_at(time) + _REACHED) % len(self.keys)

    def at(self, time: float) -> Latent:
        """Where the path is at ``time``, from 0 (its beginning) to 1 (its end); others are held there.

        Returns
        -------
        (d,) float32
        """
        first, second, share = self.between_at(time)
        if first == second:
            return self.keys[first].copy()
        return between(_JOINS[self.kind], self.keys[first], self.keys[second], share, self.prior)

    def between_at(self, time: float) -> tuple[int, int, float]:
        """Between which keys it is at ``time``, and how far on the way from the first to the second, 0 to 1."""
        if self._stretches == 0:
            return 0, 0, 0.0
        place = self._place_at(time)
        index = min(int(place), self._stretches - 1)
        share = ease(place - index) if self.easing == "smooth" else place - index
        return index, (index + 1) % len(self.keys), share

    def _place_at(self, time: float) -> float:
        """How many stretches lie behind it at ``time``."""
        time = min(max(float(time), 0.0), 1.0)
        return (ease(time) if self.easing == "in-out" else time) * self._stretches

    @property
    def _stretches(self) -> int:
        return len(self.keys) - (0 if self.loop and len(self.keys) > 1 else 1)


Trajectory = LatentPath | ClosedWalk
"""What leads through latent space, from its beginning at the time 0 to its end at 1."""


def frames(course: Trajectory, count: int) -> Latents:
    """Equal steps of time along a course, (count, d) float32.

    A loop does not repeat its first frame at the end, so that it plays seamlessly.

    Raises
    ------
    Problem
        There are none, or too many.
    """
    if not 1 <= count <= MOST_FRAMES:
        raise Problem(f"A path cannot have {count:,} frames.", f"Choose from 1 to {MOST_FRAMES:,}.")
    steps = count if course.is_loop else max(count - 1, 1)
    return np.stack([course.at(index / steps) for index in range(count)])


def scenes_along(base: Scene, latents: Latents) -> list[Scene]:
    """A scene for each latent, everything else being as in ``base``."""
    return [replace(base, z=z.copy(), seed=None) for z in latents]


def ease(share: float) -> float:
    """Smoothstep, 3 s^2 - 2 s^3: from 0 to 1, at rest at both."""
    return share * share * (3.0 - 2.0 * share)


def uneased(eased: float) -> float:
    """The share, 0 to 1, that `ease` makes ``eased`` of."""
    return min(max(0.5 - math.sin(math.asin(1.0 - 2.0 * eased) / 3.0), 0.0), 1.0)
