"""Latents brought to the prior that they are sampled from: mean 0, covariance the identity."""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor, nn

_SLOWNESS = 0.995  # of the running moments, a batch


class Moments(nn.Module):
    """Running mean and covariance of latents, an exponential average over the batches.

    Parameters
    ----------
    size : int
        Dimensions of the latent.
    """

    mean: Tensor
    covariance: Tensor
    batches: Tensor

    def __init__(self, size: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("covariance", torch.eye(size))
        self.register_buffer("batches", torch.zeros(()))

    @torch.no_grad()
    def see(self, z: Tensor) -> None:
        """Take latents (B, d) of one batch into account; the first batches count fully."""
        self.batches += 1
        share = torch.clamp(1.0 / self.batches, min=1.0 - _SLOWNESS)
        self.mean.lerp_(z.mean(0), share)
        apart = z - self.mean
        self.covariance.lerp_(apart.T @ apart / len(z), share)

    def factor(self) -> Tensor:
        """Lower triangle L, (d, d), with L L' the covariance: the latent m + L z of z ~ N(0, I) spreads as was seen.

        After few batches the covariance is hardly known, so it is mixed with the identity (shrinkage).
        """
        size = len(self.mean)
        trust = self.batches / (self.batches + 10.0)
        ridge = torch.eye(size, device=self.mean.device)
        known = torch.lerp(ridge, self.covariance, trust)
        factor: Tensor = torch.linalg.cholesky(known + 1e-4 * ridge)
        return factor


def unwhitening(layer: nn.Linear, moments: Moments) -> nn.Linear:
    """A copy of a layer that takes latents, which now takes whitened ones: W (m + L z) + b.

    What the layer takes after the latent, such as a class, is left as it is.
    """
    size, found = len(moments.mean), deepcopy(layer)
    latent = layer.weight[:, :size]
    with torch.no_grad():
        found.weight[:, :size] = latent @ moments.factor()
        found.bias.add_(latent @ moments.mean)
    return found


def whitening(layer: nn.Linear, moments: Moments) -> nn.Linear:
    """A copy of a layer that gives latents, which now gives whitened ones: L^-1 (W x + b - m)."""
    found, factor = deepcopy(layer), moments.factor()
    with torch.no_grad():
        found.weight.copy_(torch.linalg.solve_triangular(factor, layer.weight, upper=False))
        bias = (layer.bias - moments.mean)[:, None]
        found.bias.copy_(torch.linalg.solve_triangular(factor, bias, upper=False)[:, 0])
    return found
