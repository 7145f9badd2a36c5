from __future__ import annotations

import math
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from explorer.training.toy_models.coverage import Coverage
from explorer.training.toy_models.plane_vae import PlaneVAE
from explorer.training.toy_models.point_sets import drawn, point_set
from explorer.training.toy_models.snapshot import GRID
from explorer.training.toy_models.vae_settings import PlaneVAEConfig
from explorer.training.toy_models.vae_terms import kl_from_prior, log_likelihood, terms
from explorer.training.toy_models.vae_verdict import VAEObservation, VAEWatch

SMALL = PlaneVAEConfig(batch_size=16, width=8)


def vae(config: PlaneVAEConfig, seed: int = 0) -> PlaneVAE:
    return PlaneVAE(config, point_set(config.data), seed)


def test_the_kl_and_the_likelihood_are_those_of_torch():
    rng = torch.Generator().manual_seed(0)
    mean, spread = torch.randn(9, 2, generator=rng), torch.rand(9, 2, generator=rng) + 0.1
    prior = torch.distributions.Normal(torch.zeros(2), torch.ones(2))
    known = torch.distributions.kl_divergence(torch.distributions.Normal(mean, spread), prior).sum(1)
    assert torch.allclose(kl_from_prior(mean, spread), known, atol=1e-5)
    known = torch.distributions.Normal(spread, 0.3).log_prob(mean).sum(1)
    assert torch.allclose(log_likelihood(mean, spread, 0.3), known, atol=1e-4)


def test_the_evidence_of_a_linear_decoder_is_found_and_the_gap_is_the_kl_from_the_true_posterior():
    """p(x) is known where the decoder is linear: x = a z + noise, so N(0, a^2 + noise^2) in each coordinate."""
    a, noise = 0.5, 0.3
    real = 0.6 * torch.randn(50, 2, generator=torch.Generator().manual_seed(1))
    shrink, width = a / (a**2 + noise**2), noise / math.sqrt(a**2 + noise**2)
    epsilon = torch.randn(500, 50, 2, generator=torch.Generator().manual_seed(2))
    exact = log_likelihood(real, torch.zeros_like(real), math.sqrt(a**2 + noise**2)).mean()
    true = (shrink * real, torch.full_like(real, width))
    found = terms(real, true, lambda z: a * z, noise, epsilon)
    assert found["evidence"] == pytest.approx(float(exact), abs=1e-4)
    assert found["ELBO"] == pytest.approx(found["evidence"], abs=0.05)
    wrong = (shrink * real + 0.3, torch.full_like(real, width))
    off = terms(real, wrong, lambda z: a * z, noise, epsilon)
    left = (0.3 / width) ** 2  # KL of two normals of one width, 0.3 apart in two coordinates
    assert off["evidence"] == pytest.approx(float(exact), abs=0.05)
    assert off["evidence"] - off["ELBO"] == pytest.approx(left, abs=0.1)
    assert off["ELBO"] == pytest.approx(off["reconstruction"] - off["KL"])


@pytest.mark.parametrize("latent", ["1-D", "2-D"])
def test_both_networks_learn_and_everything_is_seen(latent):
    one = vae(replace(SMALL, latent=latent))
    before = [p.detach().clone() for net in (one.encoder, one.decoder) for p in net.parameters()]
    start, then = islice(one.steps(3), 2)
    after = [p for net in (one.encoder, one.decoder) for p in net.parameters()]
    assert sum(not a.equal(b) for a, b in zip(before, after, strict=True)) >= 10  # of 12
    assert (start.step, then.step) == (0, 3)
    assert then.is_finite
    size = int(latent[0])
    assert then.means.shape == then.spreads.shape == then.codes.shape == (400, size)
    assert then.grid.shape == ((GRID, GRID, 2) if size == 2 else (1, 121, 2))
    assert then.terms["ELBO"] == pytest.approx(then.terms["reconstruction"] - then.terms["KL"])
    assert then.terms["evidence"] >= then.terms["ELBO"] - 0.05


def test_the_seed_decides_everything_and_looking_changes_nothing():
    first, second = vae(SMALL, seed=5), vae(SMALL, seed=5)
    seen = list(islice(first.steps(2), 4))
    second.learn(6)
    assert np.array_equal(seen[-1].made, second.snapshot().made)
    assert not np.array_equal(seen[-1].made, vae(SMALL, seed=6).snapshot().made)


def test_only_the_one_whose_turn_it_is_learns_and_the_encoder_closes_the_gap():
    one = vae(SMALL)
    one.learn(200)
    before = one.snapshot()
    one.learn(turn="encoder")
    assert np.array_equal(one.snapshot().grid, before.grid)
    assert not np.array_equal(one.snapshot().means, before.means)
    before = one.snapshot()
    one.learn(turn="decoder")
    assert np.array_equal(one.snapshot().means, before.means)
    one.learn(10, turn="decoder")
    gaps = []
    for _ in range(2):
        now = one.snapshot().terms
        gaps.append(now["evidence"] - now["ELBO"])
        one.learn(150, turn="encoder")
    assert gaps[1] < gaps[0]


def test_beta_and_the_noise_change_without_a_new_beginning_and_other_networks_ask_for_one():
    one = vae(SMALL)
    assert one.can_adjust(replace(SMALL, beta=4.0, noise=0.2, rate=1e-4))
    assert not one.can_adjust(replace(SMALL, width=16))
    assert not one.can_adjust(replace(SMALL, latent="1-D"))
    one.adjust(replace(SMALL, rate=0.0), drawn(np.array([[0.1, 0.9]], np.float32)))
    before = one.snapshot()
    one.learn(2)
    assert np.array_equal(one.snapshot().means, before.means)
    assert before.real.mean(axis=0) == pytest.approx([0.1, 0.9], abs=0.02)


def test_without_a_point_drawn_nothing_is_learned():
    one = vae(replace(SMALL, data="drawn"))
    one.learn(3)
    assert one.step == 0
    assert one.snapshot().verdict.kinds == {"empty"}
    assert not len(one.snapshot().real)


@pytest.mark.parametrize(
    ("step", "kl", "said"),
    [
        (0, 0.5, "Not started"),
        (20, 0.01, "do not tell the points apart yet"),
        (80, 0.5, "begin to tell the points apart"),
    ],
)
def test_before_a_step_nothing_is_said_to_have_been_learned(step, kl, said):
    start = vae(SMALL).snapshot()
    assert start.step == 0
    assert "Not started" in start.verdict.words
    known = Coverage(8, 1, 0.1, 1.0, 0.9, 0.1)
    now = VAEObservation(step, known, known, {"KL": kl})
    assert said in VAEWatch().verdict(now).words
