"""A slow, steady copy of a network that gives better pictures than the network itself."""

from __future__ import annotations

from copy import deepcopy
from typing import TypeVar

import torch
from torch import Tensor, nn

Network = TypeVar("Network", bound=nn.Module)


def frozen_copy(network: Network) -> Network:
    """A copy in evaluation mode that takes no gradients."""
    copy = deepcopy(network).eval()
    return copy.requires_grad_(False)


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module, *, seen: int, batch_size: int, half_life: int) -> None:
    """Move ``average`` one step towards ``network``: an exponential moving average of its weights.

    The half-life, in pictures, is min(``half_life``, 100 + 0.05 seen), so that the average does not drag the
    first, bad networks along (Karras et al., 2020, warm up it likewise). Buffers are copied.

    Parameters
    ----------
    seen : int
        Pictures the network has learned from so far.
    """
    decay = 0.5 ** (batch_size / min(float(half_life), 100 + 0.05 * seen))
    averages: list[Tensor] = list(average.parameters())
    torch._foreach_lerp_(averages, list(network.parameters()), 1 - decay)
    for kept, current in zip(average.buffers(), network.buffers(), strict=True):
        kept.copy_(current)
