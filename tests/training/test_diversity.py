"""Distances of pictures, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.training.runs.diversity import distances, diversity, nearest_classes, spread, thumbnails


def grey(*levels: int) -> np.ndarray:
    return np.stack([np.full((8, 8, 3), level, np.uint8) for level in levels])


def test_a_thumbnail_is_the_mean_of_squares_and_channels() -> None:
    picture = np.zeros((1, 32, 32, 3), np.uint8)
    picture[0, :2, :2] = [0, 153, 255]
    picture[0, 0, 2] = 255
    small = thumbnails(picture)[0]
    assert small.shape == (256,)
    assert small[:2] == pytest.approx([0.8 * 2 / 3, 0.25], abs=1e-3)
    assert not small[2:].any()
    assert thumbnails(np.zeros((2, 40, 33, 1), np.uint8)).shape == (2, 256)


def test_distances_are_root_mean_squares() -> None:
    thumbs = np.float32([[0, 0], [0.6, 0.8]])
    assert distances(thumbs, thumbs) == pytest.approx(np.float32([[0, 0.5**0.5], [0.5**0.5, 0]]), abs=1e-4)


def test_diversity_is_the_mean_distance_of_two() -> None:
    assert diversity(grey(0, 0, 255)) == pytest.approx(2 / 3, abs=1e-3)
    assert diversity(grey(51, 102)) == pytest.approx(0.2, abs=1e-3)


def test_pictures_of_unknown_class_are_nobodys_neighbours() -> None:
    labels = np.array([2, -1, 0])
    assert nearest_classes(grey(90, 210), grey(0, 90, 200), labels).tolist() == [2, 0]


def test_pictures_that_are_looked_at_are_spread_over_all() -> None:
    assert [int(picture[0, 0, 0]) for picture in spread(grey(*range(9)), 3)] == [0, 4, 8]
    assert len(spread(grey(1, 2), 3)) == 2
    assert len(spread(grey(1)[:0])) == 0
