"""Lines and great circles between latents, against their closed forms."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from explorer.core.rendering.latents import lerp, norm_preserving, sample, slerp

Join = Callable[..., np.ndarray]
every_join = pytest.mark.parametrize("join", [lerp, slerp, norm_preserving])


def unit(z: np.ndarray) -> np.ndarray:
    return z / np.linalg.norm(z)


def test_lerp_is_the_straight_line() -> None:
    a, b = sample(1, 6), sample(2, 6)
    for t in (0.0, 0.25, 1.0):
        assert lerp(a, b, t) == pytest.approx((1 - t) * a + t * b, abs=1e-6)


@pytest.mark.parametrize("degrees", [5, 60, 90, 150, 179])
def test_slerp_turns_evenly_in_the_plane_of_both(degrees: float) -> None:
    w = np.radians(degrees)
    a = np.array([3.0, 0, 0, 0], np.float32)
    b = np.array([3 * np.cos(w), 3 * np.sin(w), 0, 0], np.float32)
    for t in np.linspace(0, 1, 7):
        expected = [3 * np.cos(t * w), 3 * np.sin(t * w), 0, 0]
        assert slerp(a, b, float(t)) == pytest.approx(expected, abs=2e-5)


def test_slerp_of_unlike_lengths_follows_shoemakes_formula() -> None:
    a, b = sample(3, 32), 2 * sample(4, 32)
    w = np.arccos(np.dot(unit(a.astype(float)), unit(b.astype(float))))
    for t in (0.1, 0.5, 0.8):
        expected = (np.sin((1 - t) * w) * a + np.sin(t * w) * b) / np.sin(w)
        assert slerp(a, b, t) == pytest.approx(expected, abs=1e-6)


@every_join
def test_the_ends_are_the_very_latents(join: Join) -> None:
    a, b = sample(5, 64), sample(6, 64)
    assert join(a, b, 0.0).tobytes() == a.tobytes()
    assert join(a, b, 1.0).tobytes() == b.tobytes()
    assert join(a, b, 0.3).dtype == np.float32


def test_between_nearly_parallel_latents_slerp_is_the_line() -> None:
    a = sample(7, 16)
    near = (a + np.float32(1e-3) * sample(8, 16)).astype(np.float32)
    for t in (0.0, 0.4, 1.0):
        assert slerp(a, a, t) == pytest.approx(a)
        assert slerp(a, 2 * a, t) == pytest.approx((1 + t) * a)
        assert slerp(a, near, t).tobytes() == lerp(a, near, t).tobytes()


@pytest.mark.parametrize("size", [2, 3, 64])
def test_between_opposite_latents_slerp_keeps_the_length_on_a_defined_circle(size: int) -> None:
    a = sample(9, size)
    shares = np.linspace(0, 1, 9)
    along = np.stack([slerp(a, -a, float(t)) for t in shares]).astype(float)
    assert np.linalg.norm(along, axis=1) == pytest.approx(np.full(9, np.linalg.norm(a)), rel=1e-5)
    assert along @ unit(a.astype(float)) == pytest.approx(np.cos(np.pi * shares) * np.linalg.norm(a), abs=1e-5)
    assert along[-1] == pytest.approx(-a)
    assert np.linalg.matrix_rank(along, tol=1e-4) == 2
    assert (slerp(a, -a, 0.5) == slerp(a, -a, 0.5)).all()


def test_opposite_latents_of_unlike_length_are_reached_too() -> None:
    a = sample(10, 8)
    b = (-3 * a).astype(np.float32)
    assert slerp(a, b, 0.0) == pytest.approx(a)
    assert slerp(a, b, 1.0) == pytest.approx(b)
    halves = norm_preserving(a, b, 0.5)
    assert np.linalg.norm(halves) == pytest.approx(2 * np.linalg.norm(a), rel=1e-5)


@every_join
def test_zero_and_one_dimensional_latents_survive(join: Join) -> None:
    zero, z = np.zeros(5, np.float32), sample(11, 5)
    for a, b in ((zero, z), (z, zero), (zero, zero), (z[:1], -z[:1]), (z[:0], z[:0])):
        for t in (0.0, 0.5, 1.0):
            found = join(a, b, t)
            assert np.isfinite(found).all()
            assert found.shape == a.shape
    assert join(zero, z, 1.0) == pytest.approx(z)


def test_norm_preserving_goes_evenly_from_one_length_to_the_other() -> None:
    a, b = sample(12, 16), 4 * sample(13, 16)
    norms = np.linalg.norm([a, b], axis=1)
    for t in np.linspace(0, 1, 11):
        z = norm_preserving(a, b, float(t))
        assert np.linalg.norm(z) == pytest.approx((1 - t) * norms[0] + t * norms[1], rel=1e-5)
        assert unit(z) == pytest.approx(unit(slerp(unit(a), unit(b), float(t))), abs=1e-5)


@every_join
def test_a_batch_is_its_rows(join: Join) -> None:
    a = np.stack([sample(seed, 7) for seed in range(5)])
    b = np.stack([sample(9, 7), -a[1], a[2], np.zeros(7, np.float32), sample(10, 7)])
    t = np.array([0.1, 0.4, 0.5, 0.7, 1.0])
    rows = np.stack([join(a[i], b[i], float(t[i])) for i in range(5)])
    assert join(a, b, t) == pytest.approx(rows, abs=1e-6)
    assert join(a, b, 0.5).shape == (5, 7)
    assert join(a[0], b[0], t).shape == (5, 7)


def test_a_half_turn_of_unlike_lengths_has_its_quarters_in_the_first_and_the_second_latent() -> None:
    a = np.array([2.0, 0, 0], np.float32)
    root = np.sqrt(0.5)
    assert slerp(a, -3 * a, 0.25) == pytest.approx([2 * root, 4 * root, 0], abs=1e-5)
    assert slerp(a, -3 * a, 0.5) == pytest.approx([0, 4, 0], abs=1e-5)
    assert slerp(a, -3 * a, 0.75) == pytest.approx([-6 * root, 4 * root, 0], abs=1e-5)
