"""Latents brought to the prior that they are sampled from: mean 0, covariance the identity."""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor, nn

_SLOWNESS = 0.995  # of the running moments, a batch, where a prior keeps latents in their place


class Moments(nn.Module):
    """Running mean and covariance of latents, an exponential average over the batches.

    Parameters
    ----------
    size : int
        Dimensions of the latent.
    slowness : float
        What is left of the past after a batch, 0 to 1.
    """

    mean: Tensor
    covariance: Tensor
    batches: Tensor

    def __init__(self, size: int, slowness: float = _SLOWNESS) -> None:
        super().__init__()
        self._slowness = slowness
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("covariance", torch.eye(size))
        self.register_buffer("batches", torch.zeros(()))

    @torch.no_grad()
    def see(self, z: Tensor) -> None:
        """Take latents (B, d) of one batch into account; the first batches count fully."""
        self.batches += 1
        share = torch.clamp(1.0 / self.batches, min=1.0 - self._slowness)
        self.mean.lerp_(z.mean(0), share)
        apart = z - self.mean
        self.covariance.lerp_(apart.T @ apart / len(z), share)

    def factor(self, unit: Tensor | float = 1.0) -> Tensor:
        """Lower triangle L, (d, d), with L L' the covariance: the latent m + L z of z ~ N(0, I) spreads as was seen.

        After few batches the covariance is hardly known, so it is mixed with ``unit`` times the identity (shrinkage):
        the variance that is expected of a dimension, 1 where a prior holds the latents.
        """
        size = len(self.mean)
        trust = self.batches / (self.batches + 10.0)
        ridge = unit * torch.eye(size, device=self.mean.device)
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


def layers_between(mean: Tensor, factor: Tensor) -> tuple[nn.Linear, nn.Linear]:
    """A layer from latents (N, d) to whitened ones, L^-1 (x - m), and one back, m + L z; L is lower triangular."""
    size = len(mean)
    there, back = nn.Linear(size, size), nn.Linear(size, size)
    with torch.no_grad():
        inverse = torch.linalg.solve_triangular(factor, torch.eye(size, device=factor.device), upper=False)
        there.weight.copy_(inverse)
        there.bias.copy_(-inverse @ mean)
        back.weight.copy_(factor)
        back.bias.copy_(mean)
    return there.to(mean.device), back.to(mean.device)
