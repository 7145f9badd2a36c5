"""Truncation: latents pulled towards the mean, which makes pictures more usual and less varied."""

from __future__ import annotations

import numpy as np

from explorer.core.rendering.latents import Latent, Latents, Prior
from explorer.core.rendering.named_prior import NamedPrior


def truncate(z: Latent, psi: float, prior: Prior = "normal") -> Latent:
    """``z`` pulled towards the prior's mean: psi z, as the mean of both priors is zero.

    The z-space form of the truncation trick (Karras et al., 2019, eq. in section B): psi = 1 leaves z,
    psi = 0 gives the mean. Named dimensions that have a prior stay as they were asked for.
    """
    pulled: Latent = (np.float32(psi) * z).astype(np.float32)
    return np.where(prior.is_free, pulled, z) if isinstance(prior, NamedPrior) else pulled


def truncate_styles(w: Latents, mean: Latent, psi: float) -> Latents:
    """Points of W pulled towards their mean: w_avg + psi (w - w_avg) (Karras et al., 2019, section B).

    Parameters
    ----------
    w : (..., style_size) float32
    mean : (style_size,) float32
    psi : float
        1 leaves the points, 0 gives the mean.
    """
    if psi == 1.0:
        return w
    pulled: Latents = mean + np.float32(psi) * (w - mean)
    return pulled
