"""The averaged network follows at the promised pace."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from explorer.training.learning.ema import follow, frozen_copy


def test_after_one_half_life_half_of_the_way_is_gone() -> None:
    network = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(network.weight)
    average = frozen_copy(network)
    nn.init.ones_(network.weight)
    for _ in range(10):
        follow(average, network, seen=10**9, batch_size=100, half_life=1000)
    assert average.weight.item() == pytest.approx(0.5, rel=1e-5)


def test_the_half_life_is_short_while_little_has_been_seen() -> None:
    network = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(network.weight)
    average = frozen_copy(network)
    nn.init.ones_(network.weight)
    follow(average, network, seen=0, batch_size=100, half_life=10_000)
    assert average.weight.item() == pytest.approx(0.5, rel=1e-5)


def test_buffers_are_copied_and_the_copy_takes_no_gradients() -> None:
    network = nn.BatchNorm2d(2)
    average = frozen_copy(network)
    network(torch.randn(8, 2, 3, 3))
    follow(average, network, seen=1, batch_size=1, half_life=1)
    assert torch.equal(average.running_mean, network.running_mean)
    assert not any(p.requires_grad for p in average.parameters())
    assert not average.training
