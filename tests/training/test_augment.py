"""Differentiable augmentation: seeded, gentle, and open to gradients."""

from __future__ import annotations

import pytest
import torch

from explorer.training.learning.augment import augmented
from explorer.training.learning.distortion import Distortion


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(3)


def test_equal_seeds_give_equal_pictures_and_others_do_not() -> None:
    pictures = torch.rand(4, 3, 16, 16) * 2 - 1
    once, again = augmented(pictures, rng()), augmented(pictures, rng())
    assert torch.equal(once, again)
    assert once.shape == pictures.shape
    assert not torch.equal(once, augmented(pictures, torch.Generator().manual_seed(4)))


def test_gradients_reach_the_pictures_except_where_they_were_cut() -> None:
    pictures = (torch.rand(8, 1, 16, 16) * 2 - 1).requires_grad_(True)
    augmented(pictures, rng()).square().sum().backward()
    touched = (pictures.grad != 0).float().mean((1, 2, 3))
    assert pictures.grad is not None
    assert (touched > 0.3).all()


def test_at_most_a_quarter_of_a_picture_is_cut_out() -> None:
    pictures = torch.full((64, 3, 16, 16), 0.5)
    cut = (augmented(pictures, rng()) == 0).all(1).float().mean((1, 2))
    assert 0.05 < cut.mean() < 0.25
    assert cut.max() <= 0.2501


def slopes() -> torch.Tensor:
    """Five pictures of three slopes each, none of them like its mirror image."""
    row = torch.linspace(-1, 0.8, 16)
    three = torch.stack([row[:, None].expand(16, 16), row.square()[None, :].expand(16, 16), row[:, None] * row])
    return three[None] * torch.tensor([1.0, 0.8, 0.6, 0.9, 0.5])[:, None, None, None, None][:, 0]


def told(pictures: torch.Tensor) -> list[float]:
    """Of each picture its mean, its size, and where down and across its values lie."""
    row = torch.linspace(-1, 1, 16)
    parts = [pictures, pictures.abs(), pictures * row[:, None], pictures * row]
    return [round(value, 3) for part in parts for value in part.flatten(1).mean(1).tolist()]


def test_pictures_are_altered_as_ever() -> None:
    """By chance of a seed; whoever alters them otherwise on purpose writes the new numbers down."""
    assert told(augmented(slopes(), rng())) == pytest.approx(
        [
            -0.107,
            -0.232,
            -0.06,
            -0.178,
            0.021,
            0.131,
            0.411,
            0.152,
            0.306,
            0.124,
            0.058,
            0.105,
            0.032,
            0.048,
            0.014,
            0.0,
            0.013,
            -0.012,
            -0.009,
            -0.015,
        ],
        abs=2e-3,
    )
    assert told(augmented(slopes()[:, :1], rng())) == pytest.approx(
        [
            -0.141,
            -0.431,
            -0.123,
            -0.407,
            -0.032,
            0.35,
            0.523,
            0.171,
            0.435,
            0.102,
            0.253,
            0.295,
            0.107,
            0.212,
            0.069,
            0.038,
            0.065,
            0.007,
            0.083,
            -0.012,
        ],
        abs=2e-3,
    )


@pytest.mark.parametrize(
    ("how", "numbers"),
    [
        (
            Distortion(1.0, 0.0),
            [
                0.052,
                0.091,
                0.072,
                0.097,
                0.065,
                0.369,
                0.258,
                0.227,
                0.344,
                0.18,
                0.072,
                0.062,
                0.058,
                0.078,
                0.05,
                -0.086,
                -0.035,
                -0.027,
                -0.051,
                -0.016,
            ],
        ),
        (
            Distortion(0.0, 1.0),
            [
                -0.112,
                -0.064,
                0.105,
                -0.159,
                -0.193,
                0.234,
                0.294,
                0.124,
                0.214,
                0.208,
                0.077,
                0.071,
                0.031,
                0.07,
                0.051,
                -0.026,
                -0.024,
                -0.01,
                -0.023,
                -0.017,
            ],
        ),
        (
            Distortion(0.0, 0.0, blur=0.2),
            [
                0.074,
                0.06,
                0.04,
                0.068,
                0.038,
                0.338,
                0.276,
                0.17,
                0.311,
                0.173,
                0.099,
                0.082,
                0.049,
                0.092,
                0.051,
                -0.033,
                -0.027,
                -0.016,
                -0.031,
                -0.017,
            ],
        ),
        (
            Distortion(0.0, 0.0, cut=0.6),
            [
                0.058,
                0.055,
                0.045,
                0.089,
                0.013,
                0.31,
                0.266,
                0.202,
                0.235,
                0.148,
                0.095,
                0.083,
                0.061,
                0.076,
                0.035,
                -0.026,
                -0.023,
                -0.02,
                -0.025,
                -0.036,
            ],
        ),
        (
            Distortion(),
            [
                -0.034,
                0.013,
                0.091,
                -0.028,
                -0.062,
                0.281,
                0.269,
                0.163,
                0.241,
                0.159,
                0.077,
                0.067,
                0.045,
                0.074,
                0.051,
                -0.058,
                -0.029,
                -0.019,
                -0.041,
                -0.017,
            ],
        ),
    ],
)
def test_pictures_are_distorted_as_ever(how: Distortion, numbers: list[float]) -> None:
    assert told(how.of(slopes(), rng())) == pytest.approx(numbers, abs=2e-3)


def test_without_strength_nothing_is_distorted() -> None:
    assert torch.equal(Distortion(0.0, 0.0).of(slopes(), rng()), slopes())
    half, whole = (Distortion(0.0, strength).of(slopes(), rng()) - slopes() for strength in (0.25, 0.5))
    assert 0.3 < (half.abs().mean() / whole.abs().mean()) < 0.7
