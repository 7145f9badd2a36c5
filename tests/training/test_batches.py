"""Batches depend on the step alone."""

from __future__ import annotations

import numpy as np
import torch

from explorer.training.learning.batches import Batches

CPU = torch.device("cpu")


def numbered(count: int, size: int, *, mirror: bool = False, seed: int = 0) -> Batches:
    """Pictures whose left pixel tells their number."""
    pictures = np.zeros((count, 2, 2, 1), np.uint8)
    pictures[:, :, 0, 0] = np.arange(count)[:, None]
    labels = np.arange(count)
    return Batches(pictures, labels, size=size, mirror=mirror, seed=seed, device=CPU)


def test_an_epoch_shows_every_picture_once() -> None:
    batches = numbered(10, 5)
    for epoch in range(3):
        labels = [batches.batch(2 * epoch + half).labels.tolist() for half in range(2)]
        assert sorted(labels[0] + labels[1]) == list(range(10))


def test_a_batch_may_span_epochs_and_exceed_the_set() -> None:
    stream = [n for step in range(3) for n in numbered(3, 7).batch(step).labels.tolist()]
    assert [sorted(stream[i : i + 3]) for i in range(0, 21, 3)] == [[0, 1, 2]] * 7


def test_epochs_and_seeds_differ_in_order() -> None:
    orders = [numbered(50, 50, seed=seed).batch(step).labels.tolist() for seed in (0, 1) for step in (0, 1)]
    assert len({tuple(order) for order in orders}) == 4


def test_a_batch_is_the_same_whatever_came_before() -> None:
    fresh, used = numbered(10, 4, mirror=True), numbered(10, 4, mirror=True)
    for step in range(9):
        used.batch(step)
    assert torch.equal(fresh.batch(9).pictures, used.batch(9).pictures)


def test_pictures_become_minus_one_to_one_in_channels_first() -> None:
    pictures = np.array([0, 255], np.uint8).reshape(1, 1, 2, 1).repeat(3, axis=3)
    batch = Batches(pictures, None, size=1, mirror=False, seed=0, device=CPU).batch(0)
    assert batch.pictures.shape == (1, 3, 1, 2)
    assert batch.pictures[0, :, 0].tolist() == [[-1.0, 1.0]] * 3
    assert batch.labels is None


def test_mirroring_flips_about_half_of_the_pictures() -> None:
    pictures = np.zeros((1, 1, 2, 1), np.uint8)
    pictures[0, 0, 0, 0] = 255
    batch = Batches(pictures, None, size=400, mirror=True, seed=0, device=CPU).batch(0)
    flipped = int((batch.pictures[:, 0, 0, 1] == 1.0).sum())
    assert 160 < flipped < 240
    assert torch.equal(batch.pictures[:, 0, 0].sum(1), torch.zeros(400))


def test_only_chosen_pictures_are_shown() -> None:
    pictures = np.zeros((10, 2, 2, 1), np.uint8)
    chosen = np.array([1, 4, 7])
    batches = Batches(pictures, np.arange(10), chosen=chosen, size=3, mirror=False, seed=0, device=CPU)
    for step in range(4):
        assert sorted(batches.batch(step).labels.tolist()) == [1, 4, 7]
