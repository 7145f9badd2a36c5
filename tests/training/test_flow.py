"""Flows: one-to-one, with the determinant that autograd finds, and a likelihood that is one."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
import torch
from torch import nn

from explorer.training.families.densities.flow import Config, FlowLearner
from explorer.training.learning.family import Batch, TrainingTask
from explorer.training.networks.flow import GlowNetwork, pictures_of, values_of
from explorer.training.networks.invertible import Coupling, HaarSqueeze, Mixing


def stirred(network: nn.Module, amount: float = 0.1) -> nn.Module:
    """The network with weights that are nobody's, so that no layer is the identity any more."""
    rng = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in network.parameters():
            weight += amount * torch.randn(weight.shape, generator=rng)
    return network


def flow(size: int = 16, channels: int = 3, steps: int = 2) -> GlowNetwork:
    torch.manual_seed(0)
    return cast(GlowNetwork, stirred(GlowNetwork(size, channels, steps, 0.25)))


def noise(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(("size", "channels", "steps"), [(16, 3, 2), (28, 1, 3)])
def test_the_way_back_leads_to_where_it_began(size: int, channels: int, steps: int) -> None:
    there = flow(size, channels, steps).fixed()
    pictures = 0.3 * noise(4, channels, size, size)
    z, _ = there(pictures)
    assert z.shape == (4, channels * size * size)
    assert not torch.allclose(z.std(), pictures.std(), rtol=0.1)
    assert (there.inverse(z) - pictures).abs().max() < 1e-4
    again, _ = there(there.inverse(z))
    assert (again - z).abs().max() < 1e-3


@pytest.mark.parametrize("is_fixed", [False, True])
def test_the_log_determinant_is_that_of_the_jacobian_that_autograd_finds(is_fixed: bool) -> None:
    small = flow(16, 1, 1).double()
    small = small.fixed().double() if is_fixed else small
    pictures = 0.3 * noise(2, 1, 16, 16).double()
    _, told = small(pictures)
    for picture, volume in zip(pictures, told, strict=True):
        jacobian = torch.autograd.functional.jacobian(lambda x: small(x[None])[0][0], picture)
        _, wanted = torch.linalg.slogdet(jacobian.reshape(256, 256))
        assert volume.item() == pytest.approx(wanted.item(), abs=1e-3)
    assert told[0] != told[1]


def test_a_squeeze_turns_space_without_stretching_it() -> None:
    squeeze, pictures = HaarSqueeze(3), noise(2, 3, 8, 8)
    told = squeeze(pictures)
    assert told.shape == (2, 12, 4, 4)
    assert told.square().sum() == pytest.approx(pictures.square().sum().item(), rel=1e-5)
    assert torch.allclose(told[:, :3], 2 * nn.functional.avg_pool2d(pictures, 2), atol=1e-6)
    assert torch.allclose(squeeze.inverse(told), pictures, atol=1e-6)


def test_a_mixing_settles_on_mean_0_and_variance_1_and_its_inverse_undoes_it() -> None:
    mixing, x = Mixing(6, swaps=True), 3.0 * noise(8, 6, 4, 4) + 2.0
    mixing.settle(x)
    made = mixing(x)
    assert torch.allclose(made.mean((0, 2, 3)), torch.zeros(6), atol=1e-4)
    assert torch.allclose(made.std((0, 2, 3)), torch.ones(6), atol=1e-3)
    assert (made[:, :3] * x[:, 3:]).mean() > 2.5  # the halves have changed places
    stirred(mixing)
    fixed = mixing.fixed()
    assert torch.allclose(fixed(x), mixing(x), atol=1e-5)
    assert torch.allclose(fixed.inverse(mixing(x)), x, atol=1e-4)


def test_a_channel_without_variance_does_not_break_the_norm() -> None:
    mixing, x = Mixing(4, swaps=False), noise(4, 4, 2, 2)
    x[:, 1] = 0.5
    mixing.settle(x)
    assert mixing(x).isfinite().all()


def test_a_coupling_scales_by_no_more_than_its_bound_whatever_it_sees() -> None:
    coupling = cast(Coupling, stirred(Coupling(8, 8), 3.0))
    x = 1e4 * noise(3, 8, 4, 4)
    made, volume = coupling(x)
    assert volume.abs().max() <= 2.0 * 4 * 16 + 1e-3
    assert made.isfinite().all()
    assert torch.equal(made[:, :4], x[:, :4])


def learner(rate: float = 1e-3) -> FlowLearner:
    config = Config(batch_size=16, width=0.25, steps=2, learning_rate=rate, ema_half_life=16)
    return FlowLearner(config, TrainingTask(16, 1, steps=40), 0)


def slopes(count: int, seed: int = 0) -> torch.Tensor:
    """Pictures (N, 1, 16, 16) of bytes that rise from one side to the other."""
    tilts = np.random.RandomState(seed).uniform(-1, 1, (count, 2, 1, 1))
    rows = np.linspace(-1, 1, 16)
    pictures = (tilts[:, 0] * rows[:, None] + tilts[:, 1] * rows) / 2
    return torch.tensor(np.round((pictures + 1) * 127.5) / 127.5 - 1, dtype=torch.float32)[:, None]


def test_learning_lowers_the_bits_of_pictures_that_were_not_learned_from() -> None:
    taught, held_out = learner(0.1), slopes(32, seed=1)
    for number in range(20):
        told = taught.step(Batch(slopes(16, seed=2 + number)))
        taught.done_steps += 1
        assert all(value.isfinite() for value in told.values())
        if number == 0:
            first = taught.bits_per_dimension(held_out).mean()
    assert taught.bits_per_dimension(held_out).mean() < first - 0.2


def test_a_flow_that_only_turns_gives_pictures_the_density_of_a_normal_distribution() -> None:
    fresh, pictures = learner(), slopes(3)
    values = values_of(pictures, fresh.likelihood().shares)
    nats = -torch.distributions.Normal(0.0, 1.0).log_prob(values).sum((1, 2, 3)) / 256
    assert torch.allclose(fresh.bits_per_dimension(pictures), nats / np.log(2) + 8, atol=1e-4)


def test_norms_settle_once_and_a_run_that_goes_on_keeps_them() -> None:
    taught = learner()
    taught.step(Batch(slopes(16)))
    state = {name: value.clone() for name, value in taught.flow.state_dict().items()}
    taught.flow.settle(values_of(3.0 * slopes(16, seed=5), taught.noise()))
    assert all(torch.equal(value, state[name]) for name, value in taught.flow.state_dict().items())


def test_bytes_come_back_from_latents_as_they_were() -> None:
    taught = learner()
    taught.step(Batch(slopes(16)))
    bytes_ = torch.tensor([0, 1, 127, 254, 255]).float()
    halves = torch.full((5,), 0.5)
    assert torch.allclose(pictures_of(values_of(bytes_ / 127.5 - 1, halves)), bytes_ / 127.5 - 1, atol=1e-6)
    strange = torch.randint(0, 256, (3, 1, 16, 16), generator=torch.Generator().manual_seed(2)).float()
    again = taught.reconstructions(strange / 127.5 - 1)
    assert again is not None
    assert torch.equal(((again + 1) * 127.5).round(), strange)


def test_latents_of_pictures_are_as_long_as_those_of_the_prior() -> None:
    taught = learner()
    taught.step(Batch(slopes(16)))
    z = taught.exports()["encoder"].module(slopes(16))
    assert z.square().mean() == pytest.approx(1.0, abs=0.1)
