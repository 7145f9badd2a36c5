"""Mixtures are densities, their parts are what the books say, and EM makes pictures likelier."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal

from explorer.training.families.densities.gmm import Config, GaussianMixture
from explorer.training.families.densities.mfa import FactorAnalysers
from explorer.training.learning.family import Batch, TrainingTask
from explorer.training.learning.mixtures import Mixture
from explorer.training.networks.factor_mixture import (
    FactorMixture,
    LatentMean,
    PictureBits,
    PixelSurprise,
    Responsibilities,
)


def drawn_mixture(components: int, factors: int, values: int, *, by_value: bool = True, seed: int = 0) -> FactorMixture:
    rng = torch.Generator().manual_seed(seed)
    found = FactorMixture(components, factors, values, by_value=by_value)
    with torch.no_grad():
        found.shares.copy_(torch.softmax(torch.randn(components, generator=rng), 0))
        found.means.copy_(torch.randn(found.means.shape, generator=rng) * 0.5)
        found.factors.copy_(torch.randn(found.factors.shape, generator=rng) * 0.4)
        found.noise.copy_(0.05 + 0.3 * torch.rand(found.noise.shape, generator=rng))
    return found


def gaussians(mixture: FactorMixture) -> MixtureSameFamily:
    """The same density by torch, with whole covariance matrices."""
    factors, noise = mixture.factors.double(), mixture.noise.double().expand_as(mixture.means)
    covariance = factors @ factors.transpose(1, 2) + torch.diag_embed(noise)
    each = MultivariateNormal(mixture.means.double().detach(), covariance.detach())
    return MixtureSameFamily(Categorical(mixture.shares.double().detach()), each)


@pytest.mark.parametrize("by_value", [True, False])
def test_the_density_is_that_of_gaussians_with_whole_covariances(by_value: bool) -> None:
    mixture = drawn_mixture(3, 2, 9, by_value=by_value)
    rows = torch.randn(20, 9, generator=torch.Generator().manual_seed(1))
    wanted = gaussians(mixture).log_prob(rows.double())
    pictures = rows.view(20, 1, 3, 3)
    bits = PictureBits(mixture)(pictures)
    assert bits.numpy() == pytest.approx((math.log2(127.5) - wanted / 9 / math.log(2)).numpy(), abs=1e-5)
    again = PictureBits(mixture.finished())(pictures)  # turned and in another order, it is the same density
    assert again.numpy() == pytest.approx(bits.numpy(), abs=1e-4)


def test_the_density_integrates_to_one() -> None:
    mixture = drawn_mixture(2, 1, 2)
    side = torch.linspace(-8, 8, 401)
    rows = torch.cartesian_prod(side, side)
    joint, _ = mixture.prepared().joint(rows)
    assert float(joint.exp().sum() * (16 / 400) ** 2) == pytest.approx(1.0, abs=1e-4)


def test_a_pixel_costs_what_it_costs_once_the_others_are_known() -> None:
    mixture = drawn_mixture(3, 2, 4)
    row = torch.randn(1, 4, generator=torch.Generator().manual_seed(2))
    side = torch.linspace(-9, 9, 3601)
    density = gaussians(mixture)
    for value in range(4):
        line = row.repeat(len(side), 1)
        line[:, value] = side
        others = density.log_prob(line.double()).exp().sum() * (18 / 3600)  # p of the other three
        wanted = -(density.log_prob(row.double())[0] - others.log())
        found = mixture.prepared().costs(row)[0, value]
        assert float(found) == pytest.approx(float(wanted), abs=1e-4)
    surprise = PixelSurprise(drawn_mixture(2, 2, 12))(torch.zeros(1, 3, 2, 2))
    assert surprise.shape == (1, 1, 2, 2)


def test_responsibilities_and_latents_are_the_posteriors() -> None:
    mixture = drawn_mixture(3, 2, 9)
    rows = torch.randn(6, 9, generator=torch.Generator().manual_seed(3))
    found = gaussians(mixture)
    each = found.component_distribution.log_prob(rows.double()[:, None]) + mixture.shares.double().log()
    wanted = torch.softmax(each, 1).detach().numpy()
    assert Responsibilities(mixture)(rows.view(6, 1, 3, 3)).numpy() == pytest.approx(wanted, abs=1e-5)
    one = drawn_mixture(1, 2, 9)
    factors, noise = one.factors[0].double(), one.noise[0].double()
    covariance = factors @ factors.T + torch.diag(noise)
    z = (rows.double() - one.means[0]) @ torch.linalg.inv(covariance) @ factors  # E(z|x) of a joint Gaussian
    assert LatentMean(one)(rows.view(6, 1, 3, 3)).numpy() == pytest.approx(z.detach().numpy(), abs=1e-5)


def pictures_of(density: MixtureSameFamily, count: int, side: int) -> Tensor:
    torch.manual_seed(4)
    return density.sample((count,)).float().view(count, 1, side, side)


def taught(kind: type[Mixture], pictures: Tensor, steps: int, **more: object) -> tuple[Mixture, list[float]]:
    size = pictures.shape[2]
    learner = kind(Config(batch_size=200, **more), TrainingTask(size, 1, steps=steps), 0)
    draw, told = np.random.RandomState(0), []
    for _ in range(steps):
        chosen = draw.choice(len(pictures), 200)
        told.append(float(learner.step(Batch(pictures[chosen]))["bits per dimension"]))
        learner.done_steps += 1
    return learner, told


@pytest.mark.parametrize("kind", [GaussianMixture, FactorAnalysers])
def test_em_finds_the_mixture_that_pictures_were_drawn_from(kind: type[Mixture]) -> None:
    truth = drawn_mixture(3, 2, 64, by_value=kind is FactorAnalysers, seed=7)
    with torch.no_grad():
        truth.means *= 2.0
    pictures = pictures_of(gaussians(truth), 3000, 8)
    learner, told = taught(kind, pictures[:2000], 100, components=3, factors=2, seeding=8)
    best = float(PictureBits(truth)(pictures[2000:]).mean())
    found = float(learner.bits_per_dimension(pictures[2000:]).mean())
    assert best < found < best + 0.05
    assert told[-1] < told[8] < told[0]
    shares = learner.class_shares
    assert list(shares) == pytest.approx(sorted(truth.shares.tolist(), reverse=True), abs=0.05)
    assert learner.classes == ("component 1", "component 2", "component 3")


def test_a_single_gaussian_finds_the_principal_components() -> None:
    truth = drawn_mixture(1, 2, 64, by_value=False, seed=3)
    pictures = pictures_of(gaussians(truth), 2000, 8)
    learner, _ = taught(GaussianMixture, pictures, 120, components=1, factors=2, seeding=1)
    rows = pictures.flatten(1).double()
    values, axes = torch.linalg.eigh(torch.cov(rows.T))
    noise = values[:-2].mean()
    assert learner.mixture.noise.item() == pytest.approx(float(noise), rel=0.1)
    factors = learner.mixture.finished().factors[0].double().detach()
    wanted = axes[:, -2:] * (values[-2:] - noise).sqrt()  # Tipping & Bishop, eq. 15
    whole = wanted @ wanted.T
    assert (factors @ factors.T - whole).norm() < 0.1 * whole.norm()
    assert learner.classes == ()
    assert {"encoder", "generator", "likelihood", "surprise"} == learner.exports().keys()


def test_a_component_that_no_picture_belongs_to_is_put_to_use() -> None:
    pictures = pictures_of(gaussians(drawn_mixture(2, 2, 64, seed=7)), 1000, 8)
    learner, _ = taught(GaussianMixture, pictures, 4, components=4, factors=2, seeding=1)
    with torch.no_grad():
        for sums in learner.sums.buffers():
            sums[2] *= 1e-6
        learner.mixture.means[2] = 50.0
    learner.task = TrainingTask(8, 1, steps=200)
    for _ in range(30):
        learner.step(Batch(pictures[:200]))
        learner.done_steps += 1
    assert learner.mixture.shares.min().item() > 0.01
    assert learner.mixture.means.abs().max().item() < 5.0


def test_fewer_pictures_than_components_are_no_trouble(tmp_path: Path) -> None:
    torch.manual_seed(0)
    learner, told = taught(FactorAnalysers, torch.rand(3, 1, 8, 8) * 2 - 1, 12, components=6, factors=2, seeding=2)
    assert np.isfinite(told).all()
    assert all(bool(value.isfinite().all()) for value in learner.mixture.state_dict().values())
    assert learner.pictures(torch.zeros(2, 2), torch.tensor([0, -1])).shape == (2, 1, 8, 8)
