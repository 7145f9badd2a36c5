"""Differentiable augmentation: seeded, gentle, and open to gradients."""

from __future__ import annotations

import torch

from explorer.training.learning.augment import augmented


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
