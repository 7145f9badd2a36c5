"""Sets of points in the unit square for a GAN to learn: those of GAN Lab, rings and grids, and drawn ones.

The line, the two Gaussians, the ring and the three blobs are those of GAN Lab (Kahng et al., 2018). Points are
(N, 2) float32; most lie between 0 and 1. This needs no torch, so that a window can draw the sets at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]
Random = np.random.RandomState

_DRAWN_SPREAD: Final = 0.012  # how far points stray from what a hand drew


@dataclass(frozen=True, eq=False)
class PointSet:
    """Where real points come from.

    Attributes
    ----------
    name, title, help : str
        What it is called in files, on a button, and what it is good for.
    draw : callable
        So many points, (N, 2), with a source of chance.
    modes : (K, 2)
        The middles of its clusters; empty where it has none.
    spread : float
        The standard deviation of a cluster.
    is_empty : bool
        Whether there is nothing to learn yet: nobody has drawn a point.
    """

    name: str
    title: str
    help: str
    draw: Callable[[Random, int], NDArray[np.float64]]
    modes: Points
    spread: float = 0.02
    is_empty: bool = False

    def points(self, rng: Random, count: int) -> Points:
        """``count`` points, (N, 2)."""
        return self.draw(rng, count).astype(np.float32)


def line(rng: Random, count: int) -> NDArray[np.float64]:
    """(0.8 - 0.75 r, 0.6 + 0.3 r), a little blurred."""
    r = rng.uniform(size=(count, 1))
    return np.hstack([0.8 - 0.75 * r, 0.6 + 0.3 * r]) + 0.01 * rng.normal(size=(count, 2))


def two_gaussians(rng: Random, count: int) -> NDArray[np.float64]:
    """A round cloud and an upright one, equally many points in each."""
    middles, spreads = np.array([[0.3, 0.7], [0.7, 0.4]]), np.array([[0.1, 0.1], [0.05, 0.2]])
    which = rng.randint(2, size=count)
    return middles[which] + spreads[which] * rng.normal(size=(count, 2))


def ring(rng: Random, count: int) -> NDArray[np.float64]:
    """An ellipse."""
    angle = 2 * np.pi * rng.uniform(size=(count, 1))
    around = np.hstack([0.5 + 0.3 * np.cos(angle), 0.45 + 0.25 * np.sin(angle)])
    return around + 0.025 * rng.normal(size=(count, 2))


def moons(rng: Random, count: int) -> NDArray[np.float64]:
    """Two half circles that reach into each other."""
    angle, upper = np.pi * rng.uniform(size=count), rng.randint(2, size=count) == 1
    x = np.where(upper, 0.37 + 0.25 * np.cos(angle), 0.63 - 0.25 * np.cos(angle))
    y = np.where(upper, 0.42 + 0.3 * np.sin(angle), 0.58 - 0.3 * np.sin(angle))
    return np.stack([x, y], 1) + 0.02 * rng.normal(size=(count, 2))


def spiral(rng: Random, count: int) -> NDArray[np.float64]:
    """One arm that winds outwards, evenly dense along its length."""
    turn = np.sqrt(rng.uniform(0.02, 1.0, size=count))
    angle = 3.5 * np.pi * turn
    arm = np.stack([np.cos(angle), np.sin(angle)], 1) * (0.4 * turn)[:, None]
    return 0.5 + arm + 0.012 * rng.normal(size=(count, 2))


def clusters(name: str, title: str, help: str, modes: NDArray[np.float64], spread: float) -> PointSet:
    """Round Gaussians around ``modes``, equally likely."""
    return PointSet(name, title, help, _near(modes, spread), modes.astype(np.float32), spread)


def _near(middles: NDArray[np.float64], spread: float) -> Callable[[Random, int], NDArray[np.float64]]:
    def draw(rng: Random, count: int) -> NDArray[np.float64]:
        which = rng.randint(len(middles), size=count)
        near: NDArray[np.float64] = middles[which] + spread * rng.normal(size=(count, 2))
        return near

    return draw


def _around(count: int, radius: float) -> NDArray[np.float64]:
    angle = 2 * np.pi * np.arange(count) / count
    return 0.5 + radius * np.stack([np.cos(angle), np.sin(angle)], 1)


def _checked(count: int) -> NDArray[np.float64]:
    places = np.linspace(0.1, 0.9, count)
    return np.stack(np.meshgrid(places, places), 2).reshape(-1, 2)


NO_MODES: Final[Points] = np.zeros((0, 2), np.float32)
_PAIRS = np.array([[0.2, 0.38], [0.2, 0.62], [0.8, 0.38], [0.8, 0.62]])
_BLOBS = np.array([[0.35, 0.75], [0.75, 0.6], [0.45, 0.35]])
POINT_SETS: Final = (
    PointSet("line", "Line", "The easiest: one latent number is enough for it.", line, NO_MODES),
    PointSet("two", "Two clouds", "Two Gaussians of different shapes.", two_gaussians, NO_MODES),
    PointSet("ring", "Ring", "Connected, but with a hole that no smooth map of a square has.", ring, NO_MODES),
    clusters("blobs", "Three blobs", "Three clusters: does the generator find all?", _BLOBS, 0.025),
    clusters("pairs", "Two pairs", "Four clusters, two and two close together: blur merges a pair.", _PAIRS, 0.025),
    clusters("eight", "Ring of 8", "Eight clusters: the usual test for mode collapse.", _around(8, 0.35), 0.02),
    clusters("grid", "Grid of 25", "Twenty-five clusters: hard to find them all.", _checked(5), 0.02),
    PointSet("moons", "Two moons", "Two bent shapes that no straight line separates.", moons, NO_MODES),
    PointSet("spiral", "Spiral", "Long and wound up: needs time and a wide network.", spiral, NO_MODES),
)
DRAWN: Final = PointSet(
    "drawn", "Draw", "Draw your own points with the mouse.", lambda _rng, count: np.full((count, 2), 0.5),
    NO_MODES, is_empty=True,
)  # fmt: skip


def point_set(name: str) -> PointSet:
    """The set called ``name``."""
    return next(each for each in (*POINT_SETS, DRAWN) if each.name == name)


def drawn(dots: Points) -> PointSet:
    """Points near the dots (N, 2) that a hand left; the middle of the plane where it left none."""
    return replace(DRAWN, draw=_near(dots.astype(np.float64), _DRAWN_SPREAD), is_empty=False) if len(dots) else DRAWN
