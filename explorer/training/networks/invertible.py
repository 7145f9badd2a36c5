"""Layers that can be run backwards, and tell how much they stretch space: the parts of a normalising flow.

Each layer is a one-to-one map of pictures of features (N, C, h, w). The logarithm of the absolute determinant of its
Jacobian says by which factor it enlarges a small volume; a flow adds these up.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.training.learning.devices import in_bf16

_MOST = 2.0  # largest log-scale of one coupling, either way: numbers stay numbers, and the way back stays exact
_LEAST_SPREAD = 1e-6  # below which a channel counts as having no variance


class HaarSqueeze(nn.Module):
    """Every 2 x 2 pixels as one, of four times the channels: their mean and three differences (Haar's wavelets).

    As in "squeeze" of RealNVP (Dinh et al., 2017, section 3.6), but turned, orthonormally, so that what neighbours have
    in common is told apart at once. The log-determinant is 0.
    """

    filters: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        signs = torch.tensor([[[1, 1], [1, 1]], [[1, -1], [1, -1]], [[1, 1], [-1, -1]], [[1, -1], [-1, 1]]])
        each = torch.eye(channels)[None, :, :, None, None] * signs[:, None, None] / 2.0
        self.register_buffer("filters", each.reshape(4 * channels, channels, 2, 2), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return functional.conv2d(x, self.filters, stride=2)

    def inverse(self, x: Tensor) -> Tensor:
        """The pixels again."""
        return functional.conv_transpose2d(x, self.filters, stride=2)


class Mixing(nn.Module):
    """Activation norm and invertible 1 x 1 convolution: channels brought to one scale, then mixed.

    y = W (x * exp(s) + b) with W = P L (U + diag(exp(t))) (Kingma & Dhariwal, 2018, sections 3.1 and 3.2): P is a fixed
    permutation, L and U triangular with ones and zeros on the diagonal. Its log-determinant is h w sum(s + t).

    Parameters
    ----------
    swaps : bool
        Whether P exchanges the halves of the channels; else it is the identity.
    """

    order: Tensor

    def __init__(self, channels: int, swaps: bool) -> None:
        super().__init__()
        self.scale, self.bias = (nn.Parameter(torch.zeros(channels)) for _ in range(2))
        self.lower, self.upper = (nn.Parameter(torch.zeros(channels, channels)) for _ in range(2))
        self.diagonal = nn.Parameter(torch.zeros(channels))
        order = torch.arange(channels)
        self.register_buffer("order", order.roll(channels // 2) if swaps else order)

    @torch.no_grad()
    def settle(self, x: Tensor) -> None:
        """Let the norm give these features (N, C, h, w) mean 0 and variance 1, as it is begun with."""
        spread, mean = torch.std_mean(x, dim=(0, 2, 3))
        self.scale.copy_(-spread.clamp_min(_LEAST_SPREAD).log())
        self.bias.copy_(-mean * self.scale.exp())

    def affine(self) -> tuple[Tensor, Tensor]:
        """The whole as one matrix (C, C) and one offset (C,)."""
        lower = self.lower.tril(-1) + torch.eye(len(self.order), dtype=self.lower.dtype, device=self.lower.device)
        mixed = (lower @ (self.upper.triu(1) + self.diagonal.exp().diag()))[self.order]
        return mixed * self.scale.exp(), mixed @ self.bias

    def volume(self) -> Tensor:
        """Log-determinant at one position, a scalar."""
        return (self.scale + self.diagonal).sum()

    def forward(self, x: Tensor) -> Tensor:
        matrix, offset = self.affine()
        return functional.conv2d(x, matrix[:, :, None, None], offset)

    def fixed(self) -> FixedMixing:
        """The same, for use: with its inverse worked out, and nothing left to learn."""
        return FixedMixing(self)


class FixedMixing(nn.Module):
    """A `Mixing` that has learned: its matrix and that matrix's inverse, worked out in double precision."""

    matrix: Tensor
    offset: Tensor
    back: Tensor
    back_offset: Tensor
    at_each: Tensor

    @torch.no_grad()
    def __init__(self, learned: Mixing) -> None:
        super().__init__()
        matrix, offset = learned.affine()
        back = torch.linalg.inv(matrix.double())
        for name, value in {
            "matrix": matrix[:, :, None, None],
            "offset": offset,
            "back": back[:, :, None, None],
            "back_offset": -(back @ offset.double()),
            "at_each": learned.volume(),
        }.items():
            self.register_buffer(name, value.float(), persistent=False)

    def volume(self) -> Tensor:
        """Log-determinant at one position, a scalar."""
        return self.at_each

    def forward(self, x: Tensor) -> Tensor:
        return functional.conv2d(x, self.matrix, self.offset)

    def inverse(self, x: Tensor) -> Tensor:
        """What `forward` gave ``x`` for."""
        return functional.conv2d(x, self.back, self.back_offset)


class Coupling(nn.Module):
    """Affine coupling: half of the channels says how the other is shifted and scaled (Dinh et al., 2017, eq. 7 and 8).

    b' = (b + t(a)) * exp(s(a)), and so b = b' * exp(-s(a)) - t(a); its log-determinant is the sum of s(a). The network
    begins with 0, so that the layer begins as the identity.

    Parameters
    ----------
    width : int
        Channels inside the network.
    halves : bool
        Whether processors work in bfloat16 in it where they can. What is shifted and scaled stays as exact as it was.
    """

    def __init__(self, channels: int, width: int, halves: bool = False) -> None:
        super().__init__()
        self.kept, self.halves = channels // 2, halves
        last = nn.Conv2d(width, 2 * (channels - self.kept), 3, 1, 1)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(cast(Tensor, last.bias))
        self.network = nn.Sequential(
            nn.Conv2d(self.kept, width, 3, 1, 1), nn.ReLU(), nn.Conv2d(width, width, 1), nn.ReLU(), last
        )

    def _terms(self, kept: Tensor) -> tuple[Tensor, Tensor]:
        with in_bf16(kept.device, processors=self.halves and self.training):
            told = self.network(kept)
        shift, raw = told.float().chunk(2, 1)
        return shift, _MOST * torch.tanh(raw / _MOST)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        kept, moved = x[:, : self.kept], x[:, self.kept :]
        shift, log_scale = self._terms(kept)
        return torch.cat([kept, (moved + shift) * log_scale.exp()], 1), log_scale.sum((1, 2, 3))

    def inverse(self, x: Tensor) -> Tensor:
        """What `forward` gave ``x`` for."""
        kept, moved = x[:, : self.kept], x[:, self.kept :]
        shift, log_scale = self._terms(kept)
        return torch.cat([kept, moved * (-log_scale).exp() - shift], 1)
