"""What faces are pasted over: cut-outs of other pictures, enlarged or taken to pieces, gradients and noise."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_PIECES = 4  # along a side


def grounds(pictures: Tensor, rng: torch.Generator) -> Tensor:
    """A ground for each of pictures (B, C, S, S), -1 to 1, in which there is no whole face."""
    draw = torch.rand((8, len(pictures)), generator=rng, device=pictures.device)
    kind = draw[0][:, None, None, None]
    noise = _clouds(pictures, rng)
    ground = torch.where(kind < 0.3, _enlarged(pictures, draw[1:5]), scrambled(pictures, rng))
    ground = torch.where(kind < 0.55, ground, _gradients(pictures, rng))
    ground = torch.where(kind < 0.8, ground, noise)
    return ground + noise * (0.5 * draw[5].square())[:, None, None, None]


def scrambled(pictures: Tensor, rng: torch.Generator) -> Tensor:
    """Pictures taken to pieces and put together in another order."""
    count, channels, size, _ = pictures.shape
    side = size // _PIECES
    pieces = pictures.reshape(count, channels, _PIECES, side, _PIECES, side).permute(0, 2, 4, 1, 3, 5)
    pieces = pieces.reshape(count, _PIECES**2, channels, side, side)
    order = torch.rand((count, _PIECES**2), generator=rng, device=pictures.device).argsort(1)
    pieces = pieces.gather(1, order[:, :, None, None, None].expand_as(pieces))
    pieces = pieces.view(count, _PIECES, _PIECES, channels, side, side).permute(0, 3, 1, 4, 2, 5)
    return pieces.reshape(count, channels, size, size)


def _enlarged(pictures: Tensor, draw: Tensor) -> Tensor:
    """Small parts near the upper or lower edge, where hair, clothes and walls are."""
    scale = 0.1 + 0.15 * draw[0]
    across = (2 * draw[1] - 1) * (1 - scale)
    down = torch.where(draw[2] < 0.5, -1.0, 1.0) * (1 - scale - 0.1 * draw[3])
    none = torch.zeros_like(scale)
    rows = torch.stack([scale, none, across, none, scale, down], 1).view(-1, 2, 3)
    grid = functional.affine_grid(rows, list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def _gradients(like: Tensor, rng: torch.Generator) -> Tensor:
    """From one colour to another, across and down."""
    corners = torch.rand((*like.shape[:2], 2, 2), generator=rng, device=like.device) * 2 - 1
    return functional.interpolate(corners, size=list(like.shape[2:]), mode="bilinear", align_corners=True)


def _clouds(like: Tensor, rng: torch.Generator) -> Tensor:
    """Noise of all scales, the coarse ones strongest."""
    count, channels, size, _ = like.shape
    total, strength = like.new_zeros((count, channels, 2, 2)), 0.5
    while total.shape[2] < size:
        noise = torch.randn(total.shape, generator=rng, device=like.device) * strength
        side = min(4 * total.shape[2], size)
        total = functional.interpolate(total + noise, size=[side, side], mode="bilinear", align_corners=False)
        strength *= 0.5
    return total
