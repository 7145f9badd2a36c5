"""Latents: points of the prior, and what can be calculated with them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from explorer.core.rendering.named_prior import NamedPrior

Latent = NDArray[np.float32]
"""One point of the prior, (latent_size,)."""
Latents = NDArray[np.float32]
Prior = str | NamedPrior
"""``normal`` (0, 1) or ``uniform`` (-1 to 1) for every dimension alike; or a prior of named dimensions."""
Join = Callable[[Latents, Latents, float], Latents]

LARGEST_SEED = 2**32 - 1
_FRESH_SEEDS = 1_000_000  # short enough to be read out to somebody
_GOLDEN = 0.6180339887498949
_NEARLY_PARALLEL = 0.9995  # cosine above which a line is as good as an arc, and safer
_SHELL = 512  # dimensions
_MEASURED = 4096  # latents
_OPPOSITE = 1.0 - 1e-9  # minus the cosine beyond which two vectors do not tell which great circle is meant

_Doubles = NDArray[np.float64]


def get_ready() -> None:
    """Load what draws samples, so that the first of them comes at once."""
    import numpy.random  # noqa: F401 - by itself it is loaded when it is first used


def fresh_seed() -> int:
    """A seed that nobody has seen."""
    return random.randrange(_FRESH_SEEDS)


def sample(seed: int, size: int, prior: Prior = "normal") -> Latent:
    """The latent of ``seed``: the same on every machine and device.

    Uses NumPy's ``RandomState``, whose stream is frozen for ever, as the StyleGAN tools do:
    equal seeds give equal latents there and here.

    Parameters
    ----------
    seed : int, 0 to 2**32 - 1
    size : int
        Number of dimensions; a multiple of it for as many latents in a row.
    prior : "normal", "uniform" or NamedPrior
        Standard normal, or uniform between -1 and 1, each dimension independently; or as named dimensions say.

    Returns
    -------
    (size,) float32
    """
    stream = np.random.RandomState(seed)
    if isinstance(prior, NamedPrior):
        return prior.drawn(stream, size // prior.size).reshape(-1).astype(np.float32)
    drawn = stream.uniform(-1.0, 1.0, size) if prior == "uniform" else stream.standard_normal(size)
    return drawn.astype(np.float32)


def classes_in_turn(count: int, classes: int, shares: Sequence[float] = ()) -> NDArray[np.int64]:
    """Which of ``classes`` each of ``count`` samples is of, (count,): in turn, or as often as ``shares`` say.

    Shares are spread evenly: the n-th point of the golden ratio's sequence, which leaves no gap for long, falls into
    the share of its class.
    """
    if not classes:
        return np.zeros(count, np.int64)
    if len(shares) != classes:
        return np.arange(count, dtype=np.int64) % classes
    points = (0.5 + _GOLDEN * np.arange(count)) % 1.0
    ends = np.cumsum(np.asarray(shares, np.float64))
    return np.minimum(np.searchsorted(ends / ends[-1], points, side="right"), classes - 1).astype(np.int64)


def prior_deviation(prior: Prior = "normal") -> float:
    """Standard deviation of each dimension of the prior: 1 of the normal, √(1/3) of the uniform from -1 to 1.

    Where named dimensions have one each, the root of their mean square, so that directions keep theirs.
    """
    if isinstance(prior, NamedPrior):
        return float(np.sqrt(np.square(prior.moments[1]).mean()))
    return 1.0 if prior == "normal" else float(np.sqrt(1.0 / 3.0))


def ends(size: int, prior: Prior = "normal") -> tuple[Latent, Latent]:
    """The lowest and the highest that each number may be, (d,) each; infinite where it is normal."""
    if isinstance(prior, NamedPrior):
        return prior.ends
    end = np.full(size, 1.0 if prior == "uniform" else np.inf, np.float32)
    return -end, end


def middle(size: int, prior: Prior = "normal") -> Latent:
    """What a latent is put back to, (d,): the mean; of a choice the most common one."""
    return prior.middle if isinstance(prior, NamedPrior) else np.zeros(size, np.float32)


def between(join: Join, a: Latents, b: Latents, t: float, prior: Prior = "normal") -> Latents:
    """`lerp`, `slerp` or `norm_preserving` of two latents; named dimensions that have a prior go straight.

    There is no arc between a beret and a cap, nor between two ages. What is said has no part in the angle of the rest.
    """
    joined = join(_drawn(a, prior), _drawn(b, prior), t)
    return np.where(prior.is_free, joined, lerp(a, b, t)) if isinstance(prior, NamedPrior) else joined


def step_along(vector: Latent, alpha: float, prior: Prior = "normal") -> Latent:
    """What going ``alpha`` standard deviations of the prior along a unit vector adds to a latent, (d,) float32."""
    return np.float32(alpha * prior_deviation(prior)) * vector.astype(np.float32)


def prior_word(prior: Prior) -> str:
    """What a file says of a prior, in a word."""
    return "named" if isinstance(prior, NamedPrior) else prior


def axis_name(index: int) -> str:
    """What the axis ``index`` (from 0) of a latent is called where nobody called it otherwise: counted from 1."""
    return f"axis {index + 1}"


def is_on_shell(size: int, prior: Prior = "normal") -> bool:
    """Whether latents of a prior as good as all lie at one distance from its mean: 512 normal numbers and more.

    Their norm is within a few percent of sqrt(size). Nothing nearer to the mean was ever drawn, so truncation is of no
    use, and ways between them keep to the shell.
    """
    return prior == "normal" and size >= _SHELL


def can_truncate(size: int, prior: Prior = "normal") -> bool:
    """Whether there is anything that truncation brings nearer to the mean, and use in that: not what was asked for."""
    if isinstance(prior, NamedPrior):
        return bool(prior.is_free.any())
    return not is_on_shell(size, prior)


def norm_of(z: Latents, prior: Prior = "normal") -> float:
    """The Euclidean norm of a latent (d,), the mean of several (N, d), without what is said: no chance drew that."""
    return float(np.linalg.norm(_drawn(z, prior), axis=-1).mean())


def _drawn(z: Latents, prior: Prior) -> Latents:
    """A latent with 0 for what is said."""
    return np.where(prior.is_silent, np.float32(0.0), z) if isinstance(prior, NamedPrior) else z


@lru_cache(maxsize=64)
def typical_norm(size: int, prior: Prior = "normal") -> tuple[float, float]:
    """Mean and standard deviation of the Euclidean norm of a latent of the prior.

    For the normal prior the norm is chi distributed; both values are accurate to 1 % from two dimensions on. That of
    named dimensions is measured.
    """
    if isinstance(prior, NamedPrior):
        return _measured_norm(prior)
    variance = (1.0 if prior == "normal" else np.sqrt(1.0 / 3.0)) ** 2
    fourth = 3.0 if prior == "normal" else 1.0 / 5.0
    mean_square = size * variance
    spread = size * (fourth - variance**2)  # variance of the squared norm
    mean = np.sqrt(max(mean_square - spread / (4.0 * mean_square), 0.0)) if size else 0.0
    return float(mean), float(np.sqrt(max(mean_square - mean**2, 0.0)))


@lru_cache(maxsize=16)
def _measured_norm(prior: NamedPrior) -> tuple[float, float]:
    lengths = np.linalg.norm(prior.drawn(np.random.RandomState(0), _MEASURED), axis=1)
    return float(lengths.mean()), float(lengths.std())


def lerp(a: Latents, b: Latents, t: float | NDArray[np.floating]) -> Latents:
    """The straight line from ``a`` to ``b``: (1 - t) a + t b.

    Parameters
    ----------
    a, b : (d,) or (N, d) float32
    t : float or (N,)
        0 gives ``a`` and 1 gives ``b``; several give a row each.

    Returns
    -------
    (d,) or (N, d) float32
    """
    share = _column(t)
    return ((1.0 - share) * a.astype(np.float64) + share * b.astype(np.float64)).astype(np.float32)


def slerp(a: Latents, b: Latents, t: float | NDArray[np.floating]) -> Latents:
    """The great circle from ``a`` to ``b`` (Shoemake, 1985): (sin((1 - t) w) a + sin(t w) b) / sin w.

    w is the angle between them. Where its cosine is above 0.9995, or where one of them is zero, this is
    `lerp`. Between opposite vectors every great circle is as short as the others: then it is the one through
    a perpendicular that depends on ``a`` alone. Parameters and shapes are those of `lerp`.
    """
    return _arc(a.astype(np.float64), b.astype(np.float64), _column(t)).astype(np.float32)


def norm_preserving(a: Latents, b: Latents, t: float | NDArray[np.floating]) -> Latents:
    """`slerp` of the directions times `lerp` of the norms, so that no point between is shorter or longer.

    Parameters and shapes are those of `lerp`.
    """
    start, end, share = a.astype(np.float64), b.astype(np.float64), _column(t)
    length = (1.0 - share) * _norm(start) + share * _norm(end)
    return (_unit(_arc(_unit(start), _unit(end), share)) * length).astype(np.float32)


def _column(t: float | NDArray[np.floating]) -> _Doubles:
    return np.asarray(t, np.float64)[..., None]


def _norm(vectors: _Doubles) -> _Doubles:
    lengths: _Doubles = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return lengths


def _unit(vectors: _Doubles) -> _Doubles:
    """The vectors at length 1; those of length zero stay zero."""
    lengths = _norm(vectors)
    return vectors / np.where(lengths > 0.0, lengths, 1.0)


def _arc(a: _Doubles, b: _Doubles, share: _Doubles) -> _Doubles:
    cosine = (_unit(a) * _unit(b)).sum(axis=-1, keepdims=True)
    parallel = (cosine > _NEARLY_PARALLEL) | (_norm(a) == 0.0) | (_norm(b) == 0.0)
    opposite = ~parallel & (cosine < -_OPPOSITE)
    line = (1.0 - share) * a + share * b
    arc = np.where(parallel, line, _circle(a, b, cosine, share))
    if not opposite.any():
        return arc
    return np.where(opposite, line if a.shape[-1] == 1 else _half_turn(a, b, share), arc)


def _half_turn(a: _Doubles, b: _Doubles, share: _Doubles) -> _Doubles:
    """Two quarters of a circle, from ``a`` to its opposite ``b``."""
    middle = _perpendicular(a) * (_norm(a) + _norm(b)) / 2.0
    right = np.zeros(1)  # the cosine of a right angle
    first = _circle(a, middle, right, 2.0 * share)
    return np.where(share < 0.5, first, _circle(middle, b, right, 2.0 * share - 1.0))


def _circle(a: _Doubles, b: _Doubles, cosine: _Doubles, share: _Doubles) -> _Doubles:
    angle = np.arccos(cosine.clip(-_OPPOSITE, _NEARLY_PARALLEL))
    point: _Doubles = (np.sin((1.0 - share) * angle) * a + np.sin(share * angle) * b) / np.sin(angle)
    return point


def _perpendicular(a: _Doubles) -> _Doubles:
    """The direction perpendicular to ``a`` nearest to the axis along which ``a`` is shortest."""
    unit = _unit(a)
    smallest = np.abs(unit).argmin(axis=-1, keepdims=True)
    axis = np.zeros_like(unit)
    np.put_along_axis(axis, smallest, 1.0, axis=-1)
    return _unit(axis - np.take_along_axis(unit, smallest, axis=-1) * unit)
