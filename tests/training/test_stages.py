"""Networks climb from a few pixels to the picture."""

from __future__ import annotations

import pytest

from explorer.core.problem import Problem
from explorer.training.learning.stages import sides, width_at

USUAL = {4: 128, 16: 64, 64: 16}


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        (64, [4, 8, 16, 32, 64]),
        (28, [7, 14, 28]),
        (96, [6, 12, 24, 48, 96]),
        (20, [5, 10, 20]),
        (16, [4, 8, 16]),
    ],
)
def test_sides_are_doubled_up_to_the_picture(size: int, wanted: list[int]) -> None:
    assert sides(size) == wanted


@pytest.mark.parametrize("size", [1, 3, 8, 14, 30, 31, 36, 100, 127])
def test_sizes_that_cannot_be_halved_twice_are_refused(size: int) -> None:
    with pytest.raises(Problem, match=f"pictures of {size} x {size}"):
        sides(size)


def test_channels_are_those_of_the_nearest_side_from_below() -> None:
    assert [width_at(side, USUAL, 1.0) for side in (4, 8, 16, 32, 64, 128)] == [128, 128, 64, 64, 16, 16]
    assert width_at(2, USUAL, 1.0) == 128  # below all: the smallest side's
    assert width_at(16, USUAL, 0.6) == 40  # 38.4, to the nearest multiple of four
    assert width_at(64, USUAL, 0.1) == 4
