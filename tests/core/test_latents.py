"""Latents are the same everywhere and for ever."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from explorer.core.rendering.latents import LARGEST_SEED, sample, typical_norm
from explorer.core.rendering.truncation import truncate


def test_a_seed_gives_these_numbers_for_ever() -> None:
    assert sample(0, 4).tolist() == np.float32([1.7640524, 0.4001572, 0.978738, 2.2408931]).tolist()
    uniform = np.float32([0.09762701, 0.43037874, 0.20552675, 0.08976637])
    assert sample(0, 4, "uniform").tolist() == uniform.tolist()


@pytest.mark.parametrize(
    ("seed", "distribution", "digest"),
    [(7, "normal", "a2009ad500b1cf6d"), (LARGEST_SEED, "uniform", "a7bad44699116644")],
)
def test_long_latents_are_pinned_too(seed: int, distribution: str, digest: str) -> None:
    assert hashlib.sha256(sample(seed, 512, distribution).astype("<f4").tobytes()).hexdigest()[:16] == digest


def test_samples_follow_their_prior() -> None:
    normal, uniform = sample(1, 100_000), sample(1, 100_000, "uniform")
    assert normal.dtype == uniform.dtype == np.float32
    assert (normal.mean(), normal.std()) == (pytest.approx(0, abs=0.02), pytest.approx(1, abs=0.02))
    assert -1 <= uniform.min() < -0.99 < 0.99 < uniform.max() <= 1


def test_truncation_pulls_towards_the_mean() -> None:
    z = sample(2, 8)
    assert truncate(z, 1.0).tobytes() == z.tobytes()
    assert (truncate(z, 0.0) == 0).all()
    assert truncate(z, 0.5) == pytest.approx(z / 2)
    assert truncate(z, 0.7).dtype == np.float32


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
@pytest.mark.parametrize("size", [2, 8, 64, 512])
def test_the_typical_norm_is_that_of_many_samples(size: int, distribution: str) -> None:
    norms = np.linalg.norm(sample(0, 4000 * size, distribution).reshape(4000, size), axis=1)
    mean, deviation = typical_norm(size, distribution)
    assert mean == pytest.approx(norms.mean(), rel=0.03)
    assert deviation == pytest.approx(norms.std(), rel=0.1)
