"""Numbers become pixels without a bias, and sheets come in a rhythm."""

from __future__ import annotations

import torch

from explorer.training.runs.sample_sheets import is_in_rhythm
from explorer.training.runs.samples import to_uint8


def test_pixels_are_rounded_to_the_nearest_and_clipped() -> None:
    levels = torch.tensor([0, 1, 127, 128, 254, 255])
    values = levels / 127.5 - 1
    for off, wanted in ((0.0, levels), (0.4, levels), (-0.4, levels), (0.6, levels + 1)):
        shown = to_uint8((values + off / 127.5).reshape(1, 1, 2, 3))
        assert shown.shape == (1, 2, 3, 1)
        assert shown.reshape(-1).tolist() == wanted.clamp(0, 255).tolist()
    assert to_uint8(torch.tensor([[[[-9.0]], [[9.0]], [[0.0]]]])).tolist() == [[[[0, 255, 128]]]]


def test_the_rhythm_is_one_two_and_five() -> None:
    assert [step for step in range(1, 1001) if is_in_rhythm(step)] == [
        1,
        2,
        5,
        10,
        20,
        50,
        100,
        200,
        500,
        1000,
    ]
