"""What should not change an attribute: pictures moved, tinted, blurred and partly hidden at random.

Every strength may be 0, and then leaves the pictures, and the random numbers of the others, as they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

_SHIFT = 0.12  # largest translation, as a share of the side
_TURN = math.radians(10)
_ZOOM = 0.12


@dataclass(frozen=True)
class Distortion:
    """How much pictures are changed.

    Attributes
    ----------
    movement : float
        Shifts by up to 12 % of the side, turns by 10 degrees and zooms by 12 %, times this.
    colour : float
        Brightness up to +-0.3, saturation and contrast from half to half as much again, times this.
    blur : float
        Largest standard deviation of a Gaussian blur, as a share of the side; half of the pictures stay sharp.
    cut : float
        Side of the largest square that is greyed out, as a share of the picture's.
    """

    movement: float = 0.5
    colour: float = 0.5
    blur: float = 0.0
    cut: float = 0.0

    @torch.no_grad()
    def of(self, pictures: Tensor, rng: torch.Generator) -> Tensor:
        """Changed copies of pictures (B, C, H, W), -1 to 1; they may leave that range a little."""
        draw = torch.rand((12, len(pictures)), generator=rng, device=rng.device)
        if self.movement:
            pictures = _moved(pictures, (2 * draw[:4] - 1) * self.movement)
        if self.blur:
            sharp = draw[4] < 0.5
            spread = (2 * draw[4] - 1).clamp(min=0) * self.blur * pictures.shape[2]
            pictures = torch.where(sharp[:, None, None, None], pictures, _blurred(pictures, spread))
        if self.colour:
            pictures = _tinted(pictures, (2 * draw[5:8] - 1) * self.colour)
        if self.cut:
            pictures = _hidden(pictures, draw[8:11], self.cut)
        return pictures


def _moved(pictures: Tensor, draw: Tensor) -> Tensor:
    """Shifted, turned and zoomed by (4, B) draws of -1 to 1; what was outside is the mirrored inside."""
    turn, zoom = draw[2] * _TURN, 1 + draw[3] * _ZOOM
    across, up = torch.cos(turn) * zoom, torch.sin(turn) * zoom
    rows = torch.stack([across, -up, 2 * _SHIFT * draw[0], up, across, 2 * _SHIFT * draw[1]], dim=1)
    grid = functional.affine_grid(rows.view(-1, 2, 3), list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def _blurred(pictures: Tensor, spread: Tensor) -> Tensor:
    """Blurred with a Gaussian of its own (B,) standard deviation in pixels each; the edges keep their weight."""
    places = torch.arange(pictures.shape[2], device=pictures.device, dtype=pictures.dtype)
    apart = (places[:, None] - places[None, :]).square()
    weights = torch.exp(-apart / (2 * spread.clamp(min=0.05).square()[:, None, None]))
    weights = (weights / weights.sum(2, keepdim=True))[:, None]
    blurred: Tensor = weights @ pictures @ weights.transpose(2, 3)
    return blurred


def _tinted(pictures: Tensor, draw: Tensor) -> Tensor:
    brightness, saturation, contrast = draw[:, :, None, None, None]
    if pictures.shape[1] == 3:
        grey = pictures.mean(1, keepdim=True)
        pictures = grey + (pictures - grey) * (1 + 0.5 * saturation)
    mean = pictures.mean((1, 2, 3), keepdim=True)
    tinted: Tensor = mean + (pictures - mean) * (1 + 0.5 * contrast) + 0.3 * brightness
    return tinted


def _hidden(pictures: Tensor, draw: Tensor, largest: float) -> Tensor:
    """With a square of a random side up to ``largest`` greyed out, its centre anywhere."""
    height, width = pictures.shape[2:]
    reach = draw[2][:, None] * largest / 2
    rows = (torch.arange(height, device=pictures.device)[None, :] + 0.5) / height
    columns = (torch.arange(width, device=pictures.device)[None, :] + 0.5) / width
    inside_rows = (rows - draw[0][:, None]).abs() < reach
    inside_columns = (columns - draw[1][:, None]).abs() < reach
    return pictures.masked_fill(inside_rows[:, None, :, None] & inside_columns[:, None, None, :], 0.0)
