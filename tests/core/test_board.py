"""Latent arithmetic: what slots add up to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.core.arithmetic.board import Board, Exemplar, Slot, example
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent, lerp, norm_preserving, sample, typical_norm
from explorer.core.rendering.scene import Scene

D = 32
Z = [sample(seed, D) for seed in range(9)]


def slot(latents: list[Latent], weight: float = 1.0, name: str = "") -> Slot:
    return Slot(tuple(Exemplar(Scene("m", "M", z)) for z in latents), weight, name)


WOMAN = Board((slot(Z[:3], 1, "smiling woman"), slot(Z[3:6], -1, "woman"), slot(Z[6:], 1, "man")))


def test_the_result_is_the_weighted_sum_of_means() -> None:
    expected = np.mean(Z[:3], 0) - np.mean(Z[3:6], 0) + np.mean(Z[6:], 0)
    assert WOMAN.result() == pytest.approx(expected, abs=1e-6)
    assert WOMAN.result().dtype == np.float32
    half = Board((slot(Z[:1]), slot(Z[1:2], 0.5)))
    assert half.result() == pytest.approx(Z[0] + 0.5 * Z[1], abs=1e-6)


def test_results_of_latents_on_a_shell_are_as_long_as_their_pictures_and_one_alone_stays_as_it_is() -> None:
    short = [0.8 * sample(seed, 600) for seed in range(3)]  # as of a temperature, or of photos
    assert Board((slot(short[:1]),)).result() == pytest.approx(short[0], abs=1e-5)
    found = Board((slot(short[:1]), slot(short[1:2], -1), slot(short[2:]))).result()
    assert np.linalg.norm(found) == pytest.approx(np.mean([np.linalg.norm(z) for z in short]), rel=1e-5)


def test_empty_slots_count_for_nothing() -> None:
    assert (Board((Slot(), *WOMAN.slots, Slot((), -1))).result() == WOMAN.result()).all()


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_a_result_that_keeps_the_norm_is_as_long_as_a_sample(distribution: str) -> None:
    found = replace(WOMAN, keeps_norm=True).result(distribution)
    assert np.linalg.norm(found) == pytest.approx(typical_norm(D, distribution)[0], rel=1e-5)
    cosine = found @ WOMAN.result() / np.linalg.norm(found) / np.linalg.norm(WOMAN.result())
    assert cosine == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("around", [False, True])
def test_a_strip_leads_from_what_gains_something_to_the_result(around: bool) -> None:
    strip = Board((Slot(), *WOMAN.slots)).strip(5, around=around)
    start, end = WOMAN.slots[2].mean, WOMAN.result()
    assert strip.shape == (5, D)
    assert strip[0] == pytest.approx(start, abs=1e-6)
    assert strip[-1] == pytest.approx(end, abs=1e-5)
    join = norm_preserving if around else lerp
    assert strip[1] == pytest.approx(join(start, end, 0.25), abs=1e-6)


def test_a_strip_of_what_is_only_taken_away_leads_from_the_first_slot() -> None:
    board = Board((slot(Z[:1], -1), slot(Z[1:2], -1)))
    assert board.strip(3)[0] == pytest.approx(Z[0], abs=1e-6)


def test_an_example_takes_pictures_that_lack_what_is_added() -> None:
    scenes = [Scene("m", "M", z, seed=seed) for seed, z in enumerate(Z)]
    direction = np.zeros(D, np.float32)
    direction[3] = 1.0
    board = example("smile", scenes, {"smile": direction}, "normal")
    taken = [exemplar.scene.seed for place in (1, 2) for exemplar in board.slots[place].exemplars]
    assert taken == sorted(range(9), key=lambda seed: Z[seed][3])[:4]
    assert board.result() == pytest.approx(Z[taken[-1]] + 2.5 * direction, abs=1e-5)


def test_both_ends_of_a_strip_that_keeps_the_norm_are_typical() -> None:
    strip = replace(WOMAN, keeps_norm=True).strip(4, around=True)
    assert np.linalg.norm(strip, axis=1) == pytest.approx(typical_norm(D)[0], rel=1e-4)


def test_what_cannot_be_calculated_is_a_problem() -> None:
    with pytest.raises(Problem, match="latents of 3 and 32 numbers"):
        Board((slot(Z[:1]), slot([sample(0, 3)]))).result()
    with pytest.raises(Problem, match="cannot have 1 pictures"):
        WOMAN.strip(1)
    with pytest.raises(ValueError, match="no mean"):
        _ = Slot().mean
