"""What there is to learn of a made picture."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.quiz.artefacts import deviation, doubts, nearest


def _smooth(seed: int, count: int, size: int = 32, channels: int = 3) -> np.ndarray:
    draw = np.random.RandomState(seed)
    small = draw.randint(0, 256, (count, 4, 4, channels))
    return np.repeat(np.repeat(small, size // 4, axis=1), size // 4, axis=2).astype(np.uint8)


def test_the_nearest_of_a_set_that_holds_the_picture_is_itself() -> None:
    reals = _smooth(0, 40)
    assert all(nearest(reals[index], reals) == index for index in (0, 7, 39))


def test_a_little_noise_does_not_change_who_is_nearest() -> None:
    reals = _smooth(1, 40)
    noisy = np.clip(reals[11].astype(int) + np.random.RandomState(2).randint(-20, 21, reals[11].shape), 0, 255)
    assert nearest(noisy.astype(np.uint8), reals) == 11


def test_pictures_that_are_passed_over_are_never_the_nearest() -> None:
    reals = _smooth(5, 40)
    assert nearest(reals[7], reals, but=[7]) != 7
    assert nearest(reals[7], reals, but=[place for place in range(40) if place != 11]) == 11


def test_grey_pictures_are_compared_with_coloured_ones() -> None:
    reals = _smooth(3, 20)
    grey = np.round(reals[5] @ np.array([0.299, 0.587, 0.114]))[:, :, None].astype(np.uint8)
    assert nearest(grey, np.repeat(reals.mean(axis=3, keepdims=True).astype(np.uint8), 3, axis=3)) == 5


def test_pictures_of_an_odd_size_can_be_compared() -> None:
    reals = _smooth(4, 12)[:, :29, :29]
    assert nearest(reals[3], reals) == 3


def test_the_largest_deviation_is_where_the_pictures_differ() -> None:
    real = np.full((32, 32, 3), 100, np.uint8)
    made = real.copy()
    made[8:12, 20:24] = 200
    heat = deviation(made, real)
    assert heat.shape == (8, 8)
    assert np.unravel_index(heat.argmax(), heat.shape) == (2, 5)
    assert heat.max() == 1.0
    assert np.count_nonzero(heat) == 1


def test_equal_pictures_deviate_nowhere() -> None:
    made = _smooth(5, 1)[0]
    assert deviation(made, made).max() == 0.0


def test_a_critic_doubts_the_part_that_costs_most() -> None:
    made = np.full((32, 32, 3), 90, np.uint8)
    made[4:8, 12:16] = 255  # what this critic dislikes is brightness

    def scores(pictures: np.ndarray) -> np.ndarray:
        return -pictures.reshape(len(pictures), -1).max(axis=1).astype(np.float32)

    heat = doubts(made, scores)
    assert np.unravel_index(heat.argmax(), heat.shape) == (1, 3)
    assert heat[heat < 1.0].max() == 0.0


def test_a_critic_that_is_content_doubts_nothing() -> None:
    made = _smooth(6, 1)[0]
    assert doubts(made, lambda pictures: np.zeros(len(pictures), np.float32)).max() == 0.0


@pytest.mark.parametrize("side", [4, 7])
def test_pictures_smaller_than_the_parts_have_a_part_a_pixel(side: int) -> None:
    made, real = np.zeros((side, side, 1), np.uint8), np.full((side, side, 1), 9, np.uint8)
    assert deviation(made, real).shape == (side, side)
