"""Latents brought to the prior."""

from __future__ import annotations

import torch
from torch import nn

from explorer.training.learning.whitening import Moments, unwhitening, whitening


def seen(batches: int = 400) -> tuple[Moments, torch.Tensor, torch.Tensor]:
    rng = torch.Generator().manual_seed(0)
    mix, shift = (
        torch.tensor([[2.0, 0.0, 0.0], [1.0, 0.5, 0.0], [0.0, 0.3, 1.0]]),
        torch.tensor([1.0, -2.0, 0.5]),
    )
    moments = Moments(3)
    for _ in range(batches):
        moments.see(torch.randn(256, 3, generator=rng) @ mix.T + shift)
    return moments, mix, shift


def test_moments_come_to_those_of_the_latents() -> None:
    moments, mix, shift = seen()
    assert torch.allclose(moments.mean, shift, atol=0.05)
    assert torch.allclose(moments.covariance, mix @ mix.T, atol=0.15)


def test_whitened_latents_have_mean_0_and_covariance_1_and_are_painted_alike() -> None:
    moments, mix, shift = seen()
    rng = torch.Generator().manual_seed(1)
    encoder, decoder = nn.Linear(3, 3), nn.Linear(5, 4)
    with torch.no_grad():
        encoder.weight.copy_(mix)
        encoder.bias.copy_(shift)
        x = torch.randn(4000, 3, generator=rng)
        told = torch.randn(4000, 2, generator=rng)
        z = whitening(encoder, moments)(x)
        assert torch.allclose(z.mean(0), torch.zeros(3), atol=0.08)
        assert torch.allclose(torch.cov(z.T), torch.eye(3), atol=0.12)
        again = unwhitening(decoder, moments)(torch.cat([z, told], 1))
        assert torch.allclose(again, decoder(torch.cat([encoder(x), told], 1)), atol=1e-4)


def test_before_anything_was_seen_nothing_changes() -> None:
    layer = nn.Linear(3, 3)
    with torch.no_grad():
        assert torch.allclose(whitening(layer, Moments(3)).weight, layer.weight, atol=1e-3)
        assert torch.allclose(unwhitening(layer, Moments(3)).bias, layer.bias, atol=1e-6)


def test_after_few_batches_half_of_the_identity_is_mixed_in() -> None:
    moments, _, _ = seen(10)
    factor = moments.factor()
    wanted = 0.5 * torch.eye(3) + 0.5 * moments.covariance
    assert torch.allclose(factor @ factor.T, wanted, atol=1e-3)
    assert not torch.allclose(moments.covariance, wanted, atol=0.3)
