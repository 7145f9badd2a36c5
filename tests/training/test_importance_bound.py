"""The importance-weighted bound is the likelihood itself where q(z|x) is the posterior, and a bound where it is not."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.distributions import MultivariateNormal

from explorer.training.families import family_called
from explorer.training.learning.family import TrainingTask
from explorer.training.learning.importance_bound import ImportanceBound
from explorer.training.learning.whitening import Moments

_SCALES = torch.tensor([0.6, 0.3])


class Linear:
    """x = s (z1 a + z2 b) + noise, with a and b at right angles; q(z|x) is the posterior, or is off by ``shift``."""

    def __init__(self, noise: float, shift: float) -> None:
        rng = torch.Generator().manual_seed(0)
        axes, _ = torch.linalg.qr(torch.randn(16, 2, generator=rng))
        self.matrix, self.noise, self.shift = axes * _SCALES, noise, shift

    def encoded(self, networks: nn.ModuleDict, pictures: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor]:
        precision = 1.0 + _SCALES**2 / self.noise**2
        mean = pictures.flatten(1) @ self.matrix / self.noise**2 / precision
        return mean + self.shift, (-precision.log()).expand_as(mean)

    def painted(self, networks: nn.ModuleDict, z: Tensor, labels: Tensor | None) -> Tensor:
        return (z @ self.matrix.T).view(-1, 1, 4, 4)


def known_moments() -> Moments:
    moments = Moments(2)
    moments.batches.fill_(1e9)
    return moments


@pytest.mark.parametrize("shift", [0.0, 0.05])
def test_the_bound_is_exact_where_the_posterior_is_known(shift: float) -> None:
    model = Linear(0.2, shift)
    pictures = torch.rand(6, 1, 4, 4, generator=torch.Generator().manual_seed(1)) - 0.5
    bits = ImportanceBound(model, nn.ModuleDict(), known_moments(), 0.2)(pictures)
    covariance = model.matrix @ model.matrix.T + 0.04 * torch.eye(16)
    exact = MultivariateNormal(torch.zeros(16), covariance).log_prob(pictures.flatten(1))
    wanted = (-exact / 16 / np.log(2) + np.log2(127.5)).numpy()
    assert bits.numpy() == pytest.approx(wanted, abs=2e-4 if not shift else 2e-2)
    if shift:
        assert bits.mean() > wanted.mean() - 1e-3


def test_the_prior_is_that_of_the_whitened_latents() -> None:
    """Moving and stretching the latents changes nothing, if their moments say so."""
    stretch, move = torch.tensor([2.0, 1.5]), torch.tensor([1.0, -2.0])
    moments = known_moments()
    moments.mean.copy_(move)
    moments.covariance.copy_(stretch.square().diag())

    class Moved(Linear):
        def encoded(self, networks: nn.ModuleDict, pictures: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor]:
            mean, log_variance = super().encoded(networks, pictures, labels)
            return mean * stretch + move, log_variance + 2.0 * stretch.log()

        def painted(self, networks: nn.ModuleDict, z: Tensor, labels: Tensor | None) -> Tensor:
            return super().painted(networks, (z - move) / stretch, labels)

    pictures = torch.rand(6, 1, 4, 4, generator=torch.Generator().manual_seed(1)) - 0.5
    wanted = ImportanceBound(Linear(0.2, 0.0), nn.ModuleDict(), known_moments(), 0.2)(pictures)
    found = ImportanceBound(Moved(0.2, 0.0), nn.ModuleDict(), moments, 0.2)(pictures)
    assert found.numpy() == pytest.approx(wanted.numpy(), abs=1e-3)


def test_more_than_one_sample_is_nearer_than_the_evidence_bound() -> None:
    family = family_called("vae")
    learner = family.learner(family.config(width=0.1, latent_size=4), TrainingTask(16, 1), 0)
    pictures = torch.rand(9, 1, 16, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1
    nats = learner.nats(pictures, None)  # type: ignore[attr-defined]
    spread = 0.5 * np.log(2 * np.pi * 0.15**2)
    evidence = (nats / 256 + spread) / np.log(2) + np.log2(127.5)
    bits = learner.bits_per_dimension(pictures)
    assert bits is not None
    assert bits.mean() < evidence.mean()
    again = learner.bits_per_dimension(pictures[4:6])
    assert again is not None
    assert again.numpy() == pytest.approx(bits[4:6].numpy(), rel=1e-5)  # the same picture, the same bits
