"""What all style-based generators share: a mapping from z to w, and that a synthesis takes a w for each layer.

Networks here are meant for weights that were trained elsewhere, and hold them as they take effect: what equalises
learning rates is multiplied in when they are read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

SLOPES = {"lrelu": 0.2, "relu": 0.0, "linear": 1.0}  # of the activations below zero
GAINS = {"lrelu": math.sqrt(2), "relu": math.sqrt(2), "linear": 1.0}
EPSILON = 1e-8


class MappingNetwork(nn.Module):
    """z (N, z_size), and where there are classes label (N,) int64, to w (N, w_size).

    Parameters
    ----------
    z_size : int
    widths : sequence of int
        Outputs of the dense layers; the last is w_size.
    classes, class_size : int
        How many classes there are, 0 for none, and how many numbers stand for one.
    has_mean : bool
        Whether ``w_mean`` (w_size,), the mean of w, is known.
    """

    def __init__(
        self,
        z_size: int,
        widths: Sequence[int],
        *,
        classes: int = 0,
        class_size: int = 0,
        activation: str = "lrelu",
        has_mean: bool = True,
    ) -> None:
        super().__init__()
        self.z_size, self.w_size, self.classes = z_size, widths[-1], classes
        self.slope, self.gain = SLOPES[activation], GAINS[activation]
        sizes = (z_size + (class_size if classes else 0), *widths)
        self.layers = nn.ModuleList(nn.Linear(before, after) for before, after in pairwise(sizes))
        self.embedding: Tensor | None
        self.w_mean: Tensor | None
        self.register_buffer("embedding", torch.zeros(classes, class_size) if classes else None)
        self.register_buffer("w_mean", torch.zeros(self.w_size) if has_mean else None)

    def forward(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        x = normalised(z)
        if self.embedding is not None:
            if label is None:
                raise ValueError("this mapping needs a class")
            x = torch.cat([x, normalised(self.embedding)[label]], dim=1)
        for layer in self.layers:
            x = functional.leaky_relu(layer(x), self.slope) * self.gain
        return x


class Styled(nn.Module):
    """What makes a picture of a w for each of its layers: w (N, styles, w_size) to picture (N, C, H, W).

    Attributes
    ----------
    styles, w_size : int
    sides : (int, int)
        Height and width of the pictures.
    picture_channels : int
    told : mapping of str to value
        How it is built, for a card.
    """

    styles: int
    w_size: int
    sides: tuple[int, int]
    picture_channels: int
    told: Mapping[str, Any]


class Whole(nn.Module):
    """z (N, z_size), and label (N,) where there are classes, straight to pictures, all layers of one style.

    Parameters
    ----------
    mapping : MappingNetwork
    synthesis : Styled
    truncation : float
        How far w is from its mean, as a share of how far it was; 1 where the mean is not known.
    """

    def __init__(self, mapping: MappingNetwork, synthesis: Styled, truncation: float = 1.0) -> None:
        super().__init__()
        self.mapping, self.synthesis, self.truncation = mapping, synthesis, truncation

    def forward(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        w: Tensor = self.mapping(z, label)
        if self.mapping.w_mean is not None:
            w = self.mapping.w_mean.lerp(w, self.truncation)
        picture: Tensor = self.synthesis(w[:, None].repeat(1, self.synthesis.styles, 1))
        return picture


def normalised(x: Tensor) -> Tensor:
    """Rows (N, d) of length sqrt(d)."""
    return x * torch.rsqrt(x.square().mean(dim=1, keepdim=True) + EPSILON)
