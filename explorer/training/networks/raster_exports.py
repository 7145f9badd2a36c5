"""What others use a raster model for: the logits of a step, the bits of a picture, and the bits of each pixel.

Each has a form for models that are told the class and for those that are not, which are told of an unknown one.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

UNKNOWN = -1
"""The class of a picture whose class is not known: the last row of every table."""


def nearest_levels(pictures: Tensor, count: int) -> Tensor:
    """The numbers of the nearest of ``count`` levels, evenly spaced from -1 to 1, int64 of the same shape."""
    return ((pictures + 1.0) * ((count - 1) / 2.0) + 0.5).floor().clamp(0, count - 1).long()


def value_bits(logits: Tensor, indices: Tensor) -> Tensor:
    """What values cost, (N, C, H, W) bits, by logits (N, L, C, H, W) of levels and the numbers of theirs."""
    return functional.cross_entropy(logits, indices, reduction="none") / math.log(2.0)


class RasterNetwork(nn.Module):
    """A network of pictures (N, C, H, W) and classes (N,), as others call it.

    Parameters
    ----------
    network : nn.Module
        Gives logits (N, L, C, H, W).
    levels : (L,) float32
        The values that there are, evenly spaced from -1 to 1.
    """

    levels: Tensor

    def __init__(self, network: nn.Module, levels: Tensor) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("levels", levels)

    def logits(self, pictures: Tensor, label: Tensor | None) -> Tensor:
        """Logits (N, L, C, H, W) of pictures of these levels."""
        if label is None:
            label = torch.full_like(pictures[:, 0, 0, 0], UNKNOWN, dtype=torch.int64)
        found: Tensor = self.network(pictures, label)
        return found

    def bits(self, picture: Tensor, label: Tensor | None) -> Tensor:
        """What the values of any pictures cost, each taken as its nearest level, (N, C, H, W)."""
        indices = nearest_levels(picture, len(self.levels))
        chances = functional.log_softmax(self.logits(self.levels[indices], label), 1)
        return chances.gather(1, indices[:, None]).squeeze(1) * (-1.0 / math.log(2.0))


class RasterStep(RasterNetwork):
    """What is painted so far to the logits of every value, which heed only the values before it."""

    def forward(self, x: Tensor, label: Tensor | None = None) -> Tensor:
        return self.logits(x, label)


class RasterLikelihood(RasterNetwork):
    """Pictures to bits per dimension, (N,)."""

    def forward(self, picture: Tensor, label: Tensor | None = None) -> Tensor:
        return self.bits(picture, label).mean((1, 2, 3))


class RasterSurprise(RasterNetwork):
    """Pictures to the bits of each pixel, all channels together, (N, 1, H, W)."""

    def forward(self, picture: Tensor, label: Tensor | None = None) -> Tensor:
        return self.bits(picture, label).sum(1, keepdim=True)
