"""How likely an autoencoder says that pictures are: an importance-weighted bound (Burda, Grosse & Salakhutdinov, 2016).

With S latents drawn from q(z|x), eq. 8 of the paper,

    log p(x) >= E log 1/S sum_s p(x|z_s) p(z_s) / q(z_s|x)

which is the evidence lower bound for S = 1 and comes nearer to log p(x) as S grows. The draws are constants: the same
picture always gets the same number. p(z) is the prior that samples of the exported decoder are drawn from, N(m, L L')
of the latents as they were learned (`explorer.training.learning.whitening`).
"""

from __future__ import annotations

import math
from typing import Protocol

import torch
from torch import Tensor, nn

from explorer.training.learning.whitening import Moments

SAMPLES = 64
_DENSITY_TO_BITS = math.log2(127.5)  # a density of values in -1 to 1 becomes one of steps of 1/255


class LatentModel(Protocol):
    """What the bound is a bound of: q(z|x) and p(x|z), as `Variational` has them."""

    def encoded(self, networks: nn.ModuleDict, pictures: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of q(z|x), (N, d) each."""

    def painted(self, networks: nn.ModuleDict, z: Tensor, labels: Tensor | None) -> Tensor:
        """Means of p(x|z)."""


class ImportanceBound(nn.Module):
    """Pictures (N, C, H, W), -1 to 1, and classes where there are some, to bits per dimension, (N,): an upper bound.

    Parameters
    ----------
    model : LatentModel
    networks : nn.ModuleDict
        Of the model, with the latents as they were learned.
    moments : Moments
        Of those latents.
    noise : float
        Standard deviation of the decoder's normal distribution.
    """

    draws: Tensor
    centre: Tensor
    inverse: Tensor

    def __init__(self, model: LatentModel, networks: nn.ModuleDict, moments: Moments, noise: float) -> None:
        super().__init__()
        self._model, self.networks, self._noise = model, networks, noise
        size, factor = len(moments.mean), moments.factor().double()
        rng = torch.Generator().manual_seed(0)
        self.register_buffer("draws", torch.randn(SAMPLES, size, generator=rng).to(moments.mean))
        self.register_buffer("centre", moments.mean.clone())
        inverse = torch.linalg.solve_triangular(factor, torch.eye(size).to(factor), upper=False)
        self.register_buffer("inverse", inverse.float())
        self._log_scale = float(factor.diagonal().log().sum())

    def forward(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor:
        mean, log_variance = self._model.encoded(self.networks, pictures, labels)
        z = mean[:, None] + (0.5 * log_variance).exp()[:, None] * self.draws[None]
        white = (z - self.centre) @ self.inverse.T
        drawn = self.draws.square().sum(1) + log_variance.sum(1, keepdim=True)
        weight = 0.5 * (drawn - white.square().sum(2)) - self._log_scale  # log p(z) / q(z|x)
        rows = pictures.shape[0] * SAMPLES  # said, as the exporter cannot tell that two sizes are one
        told = None if labels is None else labels[:, None].repeat(1, SAMPLES).reshape(rows)
        again = self._model.painted(self.networks, z.reshape(rows, z.shape[2]), told)
        numbers = again[0].numel()
        error = (again.reshape(pictures.shape[0], SAMPLES, numbers) - pictures.flatten(1)[:, None]).square().sum(2)
        likely = torch.logsumexp(weight - error / (2.0 * self._noise**2), 1) - math.log(SAMPLES)
        spread = 0.5 * math.log(2.0 * math.pi * self._noise**2)
        return (spread - likely / numbers) / math.log(2.0) + _DENSITY_TO_BITS
