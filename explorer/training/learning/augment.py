"""Differentiable augmentation: the critic sees altered pictures, real and made alike."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_SHIFT = 1 / 8  # largest translation, as a share of the side
_CUT = 1 / 2  # side of the square that is cut out, as a share of the side


def augmented(pictures: Tensor, rng: torch.Generator) -> Tensor:
    """Pictures with random colour, translation and cutout (DiffAugment; Zhao et al., 2020).

    Applied to real and generated pictures before the critic, it lets a GAN learn from about a thousand pictures
    without the critic memorising them; gradients pass through.

    Parameters
    ----------
    pictures : (B, C, H, W), -1 to 1

    Returns
    -------
    (B, C, H, W)
        May leave -1 to 1; cut-out parts are 0 (mid-grey).
    """
    return _cut(_shifted(_coloured(pictures, rng), rng), rng)


def _uniform(pictures: Tensor, rng: torch.Generator) -> Tensor:
    return torch.rand((len(pictures), 1, 1, 1), generator=rng, device=rng.device).to(pictures.dtype)


def _coloured(pictures: Tensor, rng: torch.Generator) -> Tensor:
    brightness, saturation, contrast = (_uniform(pictures, rng) for _ in range(3))
    pictures = pictures + (brightness - 0.5) * 0.6
    if pictures.shape[1] == 3:
        grey = pictures.mean(1, keepdim=True)
        pictures = grey + (pictures - grey) * (saturation * 2)
    mean = pictures.mean((1, 2, 3), keepdim=True)
    return mean + (pictures - mean) * (contrast + 0.5)


def _shifted(pictures: Tensor, rng: torch.Generator) -> Tensor:
    count, _, height, width = pictures.shape
    reach = max(1, round(height * _SHIFT))
    shift = torch.randint(2 * reach + 1, (2, count), generator=rng, device=rng.device)
    padded = functional.pad(pictures, (reach, reach, reach, reach), mode="reflect").permute(0, 2, 3, 1)
    rows = torch.arange(height, device=pictures.device)[None, :] + shift[0][:, None]
    columns = torch.arange(width, device=pictures.device)[None, :] + shift[1][:, None]
    which = torch.arange(count, device=pictures.device)[:, None, None]
    return padded[which, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def _cut(pictures: Tensor, rng: torch.Generator) -> Tensor:
    count, _, height, width = pictures.shape
    side = round(height * _CUT)
    # The square's centre may lie anywhere, so that it often hangs over the edge.
    top = torch.randint(height + 1, (count, 1), generator=rng, device=rng.device) - side // 2
    left = torch.randint(width + 1, (count, 1), generator=rng, device=rng.device) - side // 2
    rows = torch.arange(height, device=pictures.device)[None, :]
    columns = torch.arange(width, device=pictures.device)[None, :]
    inside_rows = (rows >= top) & (rows < top + side)
    inside_columns = (columns >= left) & (columns < left + side)
    hole = inside_rows[:, None, :, None] & inside_columns[:, None, None, :]
    return pictures.masked_fill(hole, 0.0)
