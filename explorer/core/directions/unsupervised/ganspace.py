"""Directions along which random latents differ most in what they bring about (GANSpace, Härkönen et al., 2020)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.direction import Direction, pointed, unit
from explorer.core.directions.unsupervised.effects import Effect, activation_effect, picture_effect
from explorer.core.inference.generator import Generator
from explorer.core.inference.threads import one_thread
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latents, prior_deviation, sample

SAMPLES = 2000
_AT_ONCE = 128
_WEAK = 0.25  # share of a component below which its direction may be chance

Watched = Literal["activations", "pictures"]


def ganspace_directions(
    generator: Generator,
    count: int = 10,
    samples: int = SAMPLES,
    seed: int = 0,
    watched: Watched = "activations",
    label: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Direction, ...] | None:
    """The principal components of what latents bring about, carried back to latent space.

    As in the paper (section 2.2), latents are sampled, the activations y of an early layer are analysed by PCA, and
    each component is carried back by linear regression of the latents on the components' coordinates x (eq. 2).
    It departs from the paper in that

    - the layer is the first non-linearity behind the first affine layer, whatever the network; where that cannot be
      had cheaply, and where ``watched`` says so, pictures of 16 by 16 pixels take its place;
    - PCA and regression see every sample once, so that neither activations nor latents need to be kept;
    - directions have length 1 instead of the components' standard deviation.

    Parameters
    ----------
    generator : Generator
    count : int
        How many are wanted; fewer where latent or effect are smaller.
    samples : int
        How many latents are sampled.
    seed : int
        Of the samples.
    watched : {"activations", "pictures"}
    label : int or None
        The class drawn, for models that have some.
    progress, cancelled : callable, optional
        Told (done, total) after every 128 samples or so; asked several times for each of those.

    Returns
    -------
    tuple of Direction, or None
        ``pca 1`` and so on; ``share`` of the variance, ``deviation``, ``samples``, ``seed`` and ``linear`` (share of
        the component that a linear function of the latent explains) in details. None where it was cancelled.

    Raises
    ------
    Problem
        Too few samples are asked for, all latents do the same, or the generator fails.
    """
    card = generator.card
    effect = activation_effect(generator, label) if watched == "activations" else None
    source = f"activations of {card.name}" if effect else f"pictures of {card.name}"
    check_samples(samples, card.latent_size, "latent")
    latents = sample(seed, samples * card.latent_size, card.prior).reshape(samples, -1)
    found = effect_components(effect or picture_effect(generator, label), latents, count, progress, cancelled)
    if found is None:
        return None
    variance = prior_deviation(card.prior) ** 2
    return tuple(
        _direction(rank, *component, variance, source, {"samples": samples, "seed": seed})
        for rank, component in enumerate(zip(*found, strict=True), 1)
    )


def check_samples(samples: int, size: int, what: str) -> None:
    """Refuse fewer samples than tell the components of ``what``, of ``size`` numbers."""
    if samples < 2 * size:
        raise Problem(f"{samples:,} samples are too few for a {what} of {size:,}.", f"Take at least {2 * size:,}.")


def _direction(
    rank: int,
    step: NDArray[np.float64],
    deviation: float,
    share: float,
    variance: float,
    source: str,
    details: dict[str, Any],
) -> Direction:
    linear = min(float(step @ step) * float(deviation) ** 2 / variance, 1.0)
    weak = f"Only {linear:.0%} of this component follows the latent in a straight line."
    return Direction(
        name=f"pca {rank}",
        vector=unit(step),
        method="pca",
        source=source,
        notes=(weak,) if linear < _WEAK else (),
        details={"share": float(share), "deviation": float(deviation), "linear": linear, **details},
    )


_Found = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


@one_thread()
def effect_components(
    effect: Effect,
    latents: Latents,
    count: int,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> _Found | None:
    """Principal components of an effect as steps in latent space.

    Parameters
    ----------
    effect : callable
        From latents (n, d) to what they bring about, (n, numbers).
    latents : (N, d) float32
    count : int
    progress, cancelled : callable, optional

    Returns
    -------
    (count, d), (count,), (count,) float64, or None
        For each component, largest first: the step in latent space that goes with one step along it, its standard
        deviation and its share of the variance. Each step makes its largest number positive. None where it was
        cancelled.
    """
    from sklearn.decomposition import IncrementalPCA

    stopped = cancelled or (lambda: False)
    pca: Any = None
    sums = _Sums()
    done = 0
    for part in np.array_split(latents, max(len(latents) // max(_AT_ONCE, 2 * count), 1)):
        if stopped():
            return None
        given = effect(part).astype(np.float64)
        if not np.isfinite(given).all():
            raise Problem("What these latents give is not finite.", "Choose another model.")
        if stopped():
            return None
        if pca is None:
            pca = IncrementalPCA(max(min(count, *given.shape, latents.shape[1]), 1))
        with np.errstate(invalid="ignore", divide="ignore"):  # where all is the same; said below
            pca.partial_fit(given)
        if stopped():
            return None
        sums.add(part.astype(np.float64), given)
        done += len(part)
        if progress is not None:
            progress(done, len(latents))
    return _carried_back(pca, sums)


class _Sums:
    """What must be known of all latents and effects seen to regress one on the other: memory d times numbers."""

    def __init__(self) -> None:
        self.count = 0
        self.latents: Any = 0.0
        self.effects: Any = 0.0
        self.products: Any = 0.0

    def add(self, latents: NDArray[np.float64], effects: NDArray[np.float64]) -> None:
        """Take in some more of both."""
        self.count += len(latents)
        self.latents = self.latents + latents.sum(0)
        self.effects = self.effects + effects.sum(0)
        self.products = self.products + latents.T @ effects

    def covariance(self) -> NDArray[np.float64]:
        """Between latents and effects, (d, numbers)."""
        outer = np.outer(self.latents, self.effects) / self.count
        covariance: NDArray[np.float64] = (self.products - outer) / max(self.count - 1, 1)
        return covariance


def _carried_back(pca: Any, sums: _Sums) -> _Found:
    """Least squares of latents on coordinates: their covariance over the variance of each coordinate.

    The coordinates of a PCA are uncorrelated, so that each can be regressed on by itself.
    """
    variances = np.asarray(pca.explained_variance_, np.float64)
    kept = variances > 1e-9 * max(float(variances[0]), 1e-12)
    if not kept.any() or variances[0] < 1e-12:
        raise Problem("All latents give the same result.", "Choose another model or class.")
    steps = (sums.covariance() @ pca.components_[kept].T).T / variances[kept, None]
    shares = np.asarray(pca.explained_variance_ratio_, np.float64)[kept]
    return pointed(steps), np.sqrt(variances[kept]), shares
