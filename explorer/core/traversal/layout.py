"""The map: many samples laid out in two dimensions, those that are alike near each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.generator import Generator
from explorer.core.latents import LARGEST_SEED, Latents, sample
from explorer.core.problem import Problem
from explorer.core.scene import Latent, Scene

Points = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class PcaMap:
    """The two directions in which a set of latents varies most, and the way back.

    Attributes
    ----------
    mean : (d,) float32
    components : (2, d) float32
        Of length 1 and at right angles; zero where the latents do not vary in a second direction.
    explained : (float, float)
        Share of the whole variance along each.
    points : (N, 2) float32
        Where the latents lie.
    """

    mean: Latent
    components: Latents
    explained: tuple[float, float]
    points: Points

    @classmethod
    def fit(cls, latents: Latents) -> PcaMap:
        """The map of latents, (N, d); the same latents always give the same map.

        Raises
        ------
        Problem
            There are fewer than three.
        """
        check_count(len(latents))
        mean = latents.mean(axis=0, dtype=np.float64)
        centred = latents - mean
        _, sizes, rows = np.linalg.svd(centred, full_matrices=False)
        components = np.zeros((2, latents.shape[1]))
        found = min(2, len(rows))
        components[:found] = rows[:found]
        components *= _signs(components)[:, None]
        shares = np.zeros(2)
        shares[:found] = sizes[:found] ** 2 / max(float((sizes**2).sum()), np.finfo(np.float64).tiny)
        return cls(
            mean.astype(np.float32),
            components.astype(np.float32),
            (float(shares[0]), float(shares[1])),
            (centred @ components.T).astype(np.float32),
        )

    def point_of(self, z: Latent) -> tuple[float, float]:
        """Where any latent lies."""
        x, y = self.components @ (z - self.mean)
        return float(x), float(y)

    def latent_at(self, x: float, y: float, around: Latent | None = None) -> Latent:
        """The latent that lies at a point, (d,) float32.

        Of all those that do, the nearest to the mean, or to ``around`` where that is given.
        """
        start = self.mean if around is None else around
        apart = np.array([x, y], np.float32) - np.array(self.point_of(start), np.float32)
        return start + apart @ self.components


def sample_points(generator: Generator, count: int, seed: int = 0, truncation: float = 1.0) -> list[Scene]:
    """``count`` samples with seeds that count up from ``seed``; a conditional model's classes take turns.

    Raises
    ------
    Problem
        There are too few or too many, or the seed is out of range.
    """
    check_count(count)
    if not 0 <= seed <= LARGEST_SEED - count:
        raise Problem(f"The seed {seed} is out of range.", f"Seeds run from 0 to {LARGEST_SEED}.")
    card = generator.card
    return [
        Scene(
            generator.hash,
            card.name,
            sample(seed + index, card.latent_size, card.distribution),
            index % len(card.classes) if card.classes else None,
            truncation,
            seed + index,
        )
        for index in range(count)
    ]


MOST_POINTS = 10_000


def check_count(count: int) -> None:
    """Refuse a map of fewer than three points, or of more than ten thousand.

    Raises
    ------
    Problem
    """
    if count < 3:
        raise Problem(f"A map of {count} points shows nothing.", "Ask for at least three.")
    if count > MOST_POINTS:
        raise Problem(f"A map cannot have {count:,} points.", f"Ask for at most {MOST_POINTS:,}.")


def _signs(components: NDArray[np.float64]) -> NDArray[np.float64]:
    """-1 where the largest entry of a component is negative: which way an axis points is otherwise left open."""
    largest = np.take_along_axis(components, np.abs(components).argmax(axis=1)[:, None], axis=1)[:, 0]
    return np.where(largest < 0.0, -1.0, 1.0)
