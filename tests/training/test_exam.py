"""The figures by which families are judged, and the exam itself."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.training.exam.lessons import LESSONS
from explorer.training.exam.nearness import Eyes, balance, classes_near, covered, precision, recall
from explorer.training.exam.sitting import Mark
from explorer.training.families import families


def cloud(centre: float, count: int = 200, seed: int = 0) -> np.ndarray:
    return np.random.RandomState(seed).normal(centre, 1.0, (count, 2)).astype(np.float32)


def test_every_family_has_a_lesson() -> None:
    assert LESSONS.keys() == families().keys()


def test_samples_of_the_same_distribution_are_precise_and_complete() -> None:
    real, made = cloud(0.0), cloud(0.0, seed=1)
    assert precision(real, made) > 0.85
    assert recall(real, made) > 0.85


def test_samples_from_elsewhere_are_neither() -> None:
    assert precision(cloud(0.0), cloud(50.0)) == 0.0
    assert recall(cloud(0.0), cloud(50.0)) == 0.0
    assert balance(0.0, 0.0) == 0.0


def test_one_mode_of_two_is_precise_and_half_complete() -> None:
    real = np.concatenate([cloud(0.0), cloud(30.0, seed=1)])
    made = cloud(0.0, 400, seed=2)
    assert precision(real, made) > 0.85
    assert recall(real, made) == pytest.approx(0.5, abs=0.1)


def test_a_collapsed_generator_has_no_recall() -> None:
    assert recall(cloud(0.0), np.zeros((200, 2), np.float32)) == 0.0
    assert balance(1.0, recall(cloud(0.0), np.zeros((200, 2), np.float32))) == 0.0


def test_balance_is_the_harmonic_mean() -> None:
    assert balance(0.5, 1.0) == pytest.approx(2 / 3)


def test_a_point_has_the_class_of_its_neighbours() -> None:
    known = np.concatenate([cloud(0.0), cloud(30.0, seed=1)])
    labels = np.repeat([0, 1], 200)
    found = classes_near(known, labels, np.concatenate([cloud(30.0, 5, seed=2), cloud(0.0, 5, seed=3)]))
    assert found.tolist() == [1] * 5 + [0] * 5


def test_a_class_counts_as_covered_from_a_fifth_of_its_part_on() -> None:
    found = np.repeat([0, 1, 2, 3], [70, 20, 9, 1])  # a quarter each would be even; a fifth of that is 5
    assert covered(found, 4) == 0.75


def test_eyes_see_distances_as_they_are_where_the_axes_hold_everything() -> None:
    pictures = np.random.RandomState(0).randint(0, 256, (40, 4, 4, 1)).astype(np.uint8)
    seen = Eyes.of(pictures).see(pictures)
    flat = pictures.reshape(40, -1).astype(np.float32)
    assert np.linalg.norm(seen[0] - seen[1]) == pytest.approx(np.linalg.norm(flat[0] - flat[1]), rel=1e-4)


@pytest.mark.parametrize(
    ("figure", "untrained", "passed"),
    [(0.6, 0.1, True), (0.4, 0.1, False), (0.6, 0.7, False), (float("nan"), 0.1, False)],
)
def test_a_family_passes_above_its_floor_and_above_its_beginning(
    figure: float, untrained: float, passed: bool
) -> None:
    assert Mark("vae", "x", 1, 1.0, 1.0, figure, untrained, 0.5).passed is passed
