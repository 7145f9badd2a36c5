"""Latents: points of the prior, and what can be calculated with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:  # the scene checks its seed with this module
    from explorer.core.scene import Latent

LARGEST_SEED = 2**32 - 1


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
