"""The map: many samples laid out in two dimensions, those that are alike near each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.direction import pointed
from explorer.core.inference.generator import Generator, Pictures
from explorer.core.problem import Problem
from explorer.core.rendering.latents import LARGEST_SEED, Latent, Latents, classes_in_turn, sample
from explorer.core.rendering.picture_files import fitted
from explorer.core.rendering.scene import Scene

Points = NDArray[np.float32]

MOST_POINTS = 10_000
_GLANCE = 16  # pixels
_TINY = 1e-30

_Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PcaMap:
    """Two directions in latent space that lay latents out, and the way back from any point to a latent.

    Attributes
    ----------
    mean : (d,) float32
        The latent at the map's zero.
    components : (2, d) float32
        Of length 1 and at right angles; zero where nothing varies in a second direction.
    explained : (float, float)
        Share of the variance, of the latents or of what else the map was made from, that the points' first
        coordinate foretells by linear regression, and what the second adds to it.
    points : (N, 2) float32
        Where the latents lie.
    """

    mean: Latent
    components: Latents
    explained: tuple[float, float]
    points: Points

    @classmethod
    def fit(cls, latents: Latents, features: NDArray[np.floating] | None = None) -> PcaMap:
        """The map of latents; the same latents always give the same map.

        Parameters
        ----------
        latents : (N, d) float32
        features : (N, f) or None
            None takes the principal components of the latents. Samples of a prior have none worth the name;
            given what is to be told apart, such as the `features` of their pictures, the map lies along
            the latent directions that foretell its principal components best, by linear regression as in
            GANSpace (Härkönen et al., 2020, section 2.2).

        Raises
        ------
        Problem
            There are fewer than three latents, or too many.
        """
        check_count(len(latents))
        mean = latents.mean(axis=0, dtype=np.float64)
        centred = latents - mean
        told = centred if features is None else features - features.mean(axis=0, dtype=np.float64)
        directions = _principal(told)
        if features is not None:
            directions = _upright(np.linalg.lstsq(centred, told @ directions.T, rcond=None)[0].T)
        components = pointed(directions)
        points = centred @ components.T
        explained = _explained(told, points)
        return cls(mean.astype(np.float32), components.astype(np.float32), explained, points.astype(np.float32))

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

    Where the model says how common they are, they come so often.

    Raises
    ------
    Problem
        There are too few or too many, or the seed is out of range.
    """
    check_count(count)
    if not 0 <= seed <= LARGEST_SEED - count:
        raise Problem(f"The seed {seed} is out of range.", f"Seeds run from 0 to {LARGEST_SEED}.")
    card = generator.card
    labels = classes_in_turn(count, len(card.classes), card.class_shares)
    return [
        Scene(
            generator.hash,
            card.name,
            sample(seed + index, card.latent_size, card.prior),
            int(labels[index]) if card.classes else None,
            truncation,
            seed + index,
        )
        for index in range(count)
    ]


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


def features(pictures: Pictures) -> NDArray[np.float32]:
    """What tells pictures apart at a glance: each at 16 by 16, as one row.

    Parameters
    ----------
    pictures : (N, height, width, channels) uint8

    Returns
    -------
    (N, f) float32, 0 to 1
    """
    height, width = (min(side, _GLANCE) for side in pictures.shape[1:3])
    small = [fitted(picture, height, width, picture.shape[2]) for picture in pictures]
    return np.stack(small).reshape(len(pictures), -1).astype(np.float32) / np.float32(255.0)


def _principal(centred: _Doubles) -> _Doubles:
    """The first two principal components of rows whose mean is zero, (2, f)."""
    directions = np.linalg.svd(centred, full_matrices=False)[2][:2]
    components = np.zeros((2, centred.shape[1]))
    components[: len(directions)] = directions
    return components


def _explained(centred: _Doubles, points: _Doubles) -> tuple[float, float]:
    """The share of the rows' variance that the points' first coordinate foretells, and what the second adds."""
    first, second = points.T
    second = second - (second @ first) / max(float(first @ first), _TINY) * first
    whole = max(float(np.square(centred).sum()), _TINY)
    told = [float(np.square(axis @ centred).sum()) / max(float(axis @ axis), _TINY) for axis in (first, second)]
    return told[0] / whole, told[1] / whole


def _upright(directions: _Doubles) -> _Doubles:
    """Two directions at length 1, the second turned at a right angle to the first."""
    first = directions[0] / max(float(np.linalg.norm(directions[0])), _TINY)
    second = directions[1] - (directions[1] @ first) * first
    return np.stack([first, second / max(float(np.linalg.norm(second)), _TINY)])
