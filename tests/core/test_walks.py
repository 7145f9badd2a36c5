from __future__ import annotations

import numpy as np
import pytest

from explorer.core.rendering.latents import sample
from explorer.core.rendering.walks import GentleWalk, neighbours

SIZE = 256


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_a_walk_begins_where_it_is_told_and_never_jumps(distribution):
    start = sample(1, SIZE, distribution)
    walk = GentleWalk(start, 2, distribution)
    points = np.stack([walk.at(time) for time in np.arange(0, 2, 1 / 60)])
    np.testing.assert_allclose(points[0], start, atol=1e-5)
    assert np.abs(np.diff(points, axis=0)).max() < 0.1


@pytest.mark.parametrize(("distribution", "deviation"), [("normal", 1.0), ("uniform", 3**-0.5)])
def test_a_walk_stays_in_its_prior(distribution, deviation):
    walk = GentleWalk(sample(1, SIZE, distribution), 2, distribution)
    later = np.concatenate([walk.at(time) for time in (10, 100, 1000, 10_000)])
    assert later.mean() == pytest.approx(0.0, abs=0.15)
    assert later.std() == pytest.approx(deviation, rel=0.15)
    assert distribution == "normal" or np.abs(later).max() <= 1


def test_a_walk_from_far_away_comes_home():
    walk = GentleWalk(np.full(SIZE, 20.0, np.float32), 0)
    assert np.abs(walk.at(0.0)).mean() == pytest.approx(20, rel=1e-3)
    assert np.mean([np.abs(walk.at(time)).mean() for time in (50, 60, 70, 80)]) < 12


def test_a_walk_is_known_by_its_seed():
    start = sample(1, SIZE)
    assert GentleWalk(start, 5).at(3.0).tobytes() == GentleWalk(start, 5).at(3.0).tobytes()
    assert GentleWalk(start, 5).at(3.0).tobytes() != GentleWalk(start, 6).at(3.0).tobytes()


def test_neighbours_keep_a_typical_norm():
    z = sample(1, SIZE)
    for spread in (0.1, 0.5, 1.5, 9.0):
        norms = np.linalg.norm(neighbours(z, spread, 0), axis=1)
        np.testing.assert_allclose(norms, SIZE**0.5, rtol=0.2)


def test_neighbours_of_a_uniform_prior_stay_in_it():
    points = neighbours(sample(1, SIZE, "uniform"), 2.0, 0, 4, "uniform")
    assert points.shape == (4, SIZE)
    assert points.dtype == np.float32
    assert np.abs(points).max() <= 1


def test_the_wider_the_spread_the_farther_the_neighbours():
    z = sample(1, SIZE)
    distances = [np.linalg.norm(neighbours(z, spread, 0) - z, axis=1).mean() for spread in (0.0, 0.2, 0.5, 1.0)]
    assert distances[0] == pytest.approx(0, abs=1e-5)
    assert distances == sorted(distances)
