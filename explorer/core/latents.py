"""Latents: points of the prior, and what can be calculated with them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.core.scene import Latent

Latents = NDArray[np.float32]

LARGEST_SEED = 2**32 - 1
_NEARLY_PARALLEL = 0.9995  # |cos| above which the sine of the angle is too small to divide by


def sample(seed: int, size: int, distribution: str = "normal") -> Latent:
    """The latent of ``seed``: the same on every machine and device.

    Uses NumPy's ``RandomState``, whose stream is frozen for ever, as the StyleGAN tools do:
    equal seeds give equal latents there and here.

    Parameters
    ----------
    seed : int, 0 to 2**32 - 1
    size : int
        Number of dimensions.
    distribution : {"normal", "uniform"}
        Standard normal, or uniform between -1 and 1, each dimension independently.

    Returns
    -------
    (size,) float32
    """
    stream = np.random.RandomState(seed)
    drawn = stream.uniform(-1.0, 1.0, size) if distribution == "uniform" else stream.standard_normal(size)
    return drawn.astype(np.float32)


def truncate(z: Latent, psi: float) -> Latent:
    """``z`` pulled towards the prior's mean: psi z, as the mean of both priors is zero.

    The z-space form of the truncation trick (Karras et al., 2019, eq. in section B): psi = 1 leaves z,
    psi = 0 gives the mean.
    """
    return (np.float32(psi) * z).astype(np.float32)


def typical_norm(size: int, distribution: str = "normal") -> tuple[float, float]:
    """Mean and standard deviation of the Euclidean norm of a latent of the prior.

    For the normal prior the norm is chi distributed; both values are accurate to 1 % from two dimensions on.
    """
    variance = 1.0 if distribution == "normal" else 1.0 / 3.0
    fourth = 3.0 if distribution == "normal" else 1.0 / 5.0
    mean_square = size * variance
    spread = size * (fourth - variance**2)  # variance of the squared norm
    mean = np.sqrt(max(mean_square - spread / (4.0 * mean_square), 0.0)) if size else 0.0
    return float(mean), float(np.sqrt(max(mean_square - mean**2, 0.0)))


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

    w is the angle between them. Where they are nearly parallel or one of them is zero this is `lerp`. Nearly
    opposite vectors, between which every great circle is as short, are joined through a perpendicular that
    depends on ``a`` alone; the length then goes evenly from one to the other.

    Parameters
    ----------
    a, b : (d,) or (N, d) float32
    t : float or (N,)

    Returns
    -------
    (d,) or (N, d) float32
    """
    start, end, share = a.astype(np.float64), b.astype(np.float64), _column(t)
    cosine = _cosine(start, end)
    angle = np.arccos(cosine.clip(-_NEARLY_PARALLEL, _NEARLY_PARALLEL))
    arc = (np.sin((1.0 - share) * angle) * start + np.sin(share * angle) * end) / np.sin(angle)
    line = (1.0 - share) * start + share * end
    result = np.where(np.abs(cosine) > _NEARLY_PARALLEL, line, arc)
    if start.shape[-1] > 1:
        result = np.where(cosine < -_NEARLY_PARALLEL, _half_turn(start, end, share), result)
    arrived: Latents = result.astype(np.float32)
    return arrived


def norm_preserving(a: Latents, b: Latents, t: float | NDArray[np.floating]) -> Latents:
    """`slerp` of the directions times `lerp` of the norms: no frame is shorter than its neighbours.

    Parameters and shapes are those of `slerp`.
    """
    start, end, share = a.astype(np.float64), b.astype(np.float64), _column(t)
    norms = [np.linalg.norm(end_point, axis=-1, keepdims=True) for end_point in (start, end)]
    directions = slerp(_unit(start).astype(np.float32), _unit(end).astype(np.float32), t).astype(np.float64)
    moved: Latents = (_unit(directions) * ((1.0 - share) * norms[0] + share * norms[1])).astype(np.float32)
    return moved


def _column(t: float | NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(t, np.float64)[..., None]


def _unit(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """The vectors at length 1; those of length zero stay zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: NDArray[np.float64] = vectors / np.where(lengths > 0.0, lengths, 1.0)
    return unit


def _cosine(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the angle between them, (..., 1); 1 where one of them is zero."""
    cosine = (_unit(a) * _unit(b)).sum(axis=-1, keepdims=True)
    something = a.any(axis=-1, keepdims=True) & b.any(axis=-1, keepdims=True)
    known: NDArray[np.float64] = np.where(something, cosine, 1.0)
    return known


def _half_turn(
    a: NDArray[np.float64], b: NDArray[np.float64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """From ``a`` to its opposite ``b`` through a fixed perpendicular, the length changing evenly."""
    direction, across = _unit(a), _unit(_perpendicular(a))
    length = (1.0 - share) * np.linalg.norm(a, axis=-1, keepdims=True) + share * np.linalg.norm(
        b, axis=-1, keepdims=True
    )
    turn = np.pi * share
    return (np.cos(turn) * direction + np.sin(turn) * across) * length


def _perpendicular(a: NDArray[np.float64]) -> NDArray[np.float64]:
    """The part perpendicular to ``a`` of the axis along which it is shortest."""
    unit = _unit(a)
    axis = np.zeros_like(unit)
    smallest = np.abs(unit).argmin(axis=-1, keepdims=True)
    np.put_along_axis(axis, smallest, 1.0, axis=-1)
    across: NDArray[np.float64] = axis - np.take_along_axis(unit, smallest, axis=-1) * unit
    return across
