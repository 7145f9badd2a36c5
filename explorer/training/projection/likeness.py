"""How alike pictures are to a target: by pixels at several scales, and by what the critic's layers see."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from explorer.core.problem import Problem
from explorer.training.projection.differentiable_generator import Painter

_SCALES = 4  # the picture and three halvings of it
_SMALLEST_SIDE, _LARGEST_SIDE = 4, 256


class Likeness:
    """What distinguishes pictures (N, C, H, W), -1 to 1, from a target (1, C, H, W)."""

    def __init__(self, painter: Painter, target: Tensor) -> None:
        self._critic, self._target = painter.critic, target
        self._pyramid = list(_pyramid(target))
        self._seen = None if self._critic is None else self._critic.activations(target)

    def pixels(self, pictures: Tensor) -> Tensor:
        """(N,): squared distance, averaged over scales; what is whiter than white is white."""
        beyond = (self._target.abs() == 1.0) & (pictures * self._target > 1.0)
        pairs = zip(_pyramid(torch.where(beyond, self._target, pictures)), self._pyramid, strict=True)
        return torch.stack([(x - t).square().flatten(1).mean(1) for x, t in pairs]).mean(0)

    def features(self, pictures: Tensor) -> Tensor:
        """(N,): relative squared distance of what the critic sees, averaged over its layers; 0 without a critic."""
        if self._critic is None or not self._seen:
            return pictures.new_zeros(len(pictures))
        pairs = zip(self._critic.activations(pictures), self._seen, strict=True)
        apart = [(a - b).square().flatten(1).mean(1) / b.square().mean().clamp_min(1e-8) for a, b in pairs]
        return torch.stack(apart).mean(0)

    def error(self, picture: Tensor) -> float:
        """Mean absolute difference of a picture (C, H, W) that is seen, as a share of the range."""
        return float((picture - self._target[0]).abs().mean()) / 2


def checked_target(painter: Painter, target: NDArray[np.uint8]) -> Tensor:
    """A picture (height, width, C) of the generator's size as (1, C, H, W); a Problem where it is of another."""
    card = painter.card
    wanted = (card.height, card.width, card.channels)
    if target.shape != wanted:
        sizes = [" × ".join(map(str, shape)) for shape in (wanted, target.shape)]
        raise Problem(f"{card.name} draws pictures of {sizes[0]}, not {sizes[1]}.", "Align the picture first.")
    pixels = torch.from_numpy(np.ascontiguousarray(target).astype(np.float32))
    return pixels.permute(2, 0, 1)[None] / 127.5 - 1.0


def _pyramid(pictures: Tensor) -> Iterator[Tensor]:
    """Pictures (N, C, H, W), of at most 256 pixels a side, and the same halved again and again."""
    while max(pictures.shape[2:]) > _LARGEST_SIDE and min(pictures.shape[2:]) >= 2 * _SMALLEST_SIDE:
        pictures = functional.avg_pool2d(pictures, 2)
    yield pictures
    for _ in range(_SCALES - 1):
        if min(pictures.shape[2:]) < 2 * _SMALLEST_SIDE:
            return
        pictures = functional.avg_pool2d(pictures, 2)
        yield pictures


def as_bytes(picture: Tensor) -> NDArray[np.uint8]:
    """A picture (C, H, W), -1 to 1, as it is shown: (height, width, C)."""
    pixels: NDArray[np.uint8] = ((picture + 1.0) * 127.5).round().to(torch.uint8).permute(1, 2, 0).numpy()
    return np.ascontiguousarray(pixels)
