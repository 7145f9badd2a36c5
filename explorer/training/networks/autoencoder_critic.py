"""A critic that is an autoencoder: what it cannot paint again it takes for made (Zhao et al., 2017)."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.training.learning.stages import sides
from explorer.training.networks.convolutional import critic_channels, start_small


class AutoencoderCritic(nn.Module):
    """Picture (N, C, H, W), -1 to 1, to score (N,): minus its energy, the error with which it is painted again.

    Strided convolutions lead down to a code and, from there, resizing and convolutions back to the picture.

    Parameters
    ----------
    size, channels : int
        Side and colour channels of the pictures.
    width : float
        Channels as a multiple of the usual.
    code_size : int
        Length of the code; the shorter, the less of a picture that is unlike the data can pass.
    power : int
        The error is the mean over the pixels of the difference to this power: 1 or 2.
    """

    def __init__(self, size: int, channels: int, width: float, code_size: int, power: int) -> None:
        super().__init__()
        steps = sides(size)[:-1]
        widths = [critic_channels(side, width) for side in steps]
        self.power, self.start = power, (widths[0], steps[0])
        down: list[nn.Module] = []
        for before, after in pairwise([channels, *widths[::-1]]):
            down += [nn.Conv2d(before, after, 4, 2, 1), nn.ELU()]
        flat = widths[0] * steps[0] ** 2
        self.down = nn.Sequential(*down, nn.Flatten(), nn.Linear(flat, code_size))
        self.dense = nn.Linear(code_size, flat)
        up: list[nn.Module] = []
        for before, after in pairwise([*widths, widths[-1]]):
            up += [nn.Upsample(scale_factor=2, mode="nearest"), nn.Conv2d(before, after, 3, 1, 1), nn.ELU()]
        self.up = nn.Sequential(*up)
        self.paint = nn.Conv2d(widths[-1], channels, 3, 1, 1)
        self.apply(_start_level)
        start_small(self.paint)

    def encoded(self, pictures: Tensor) -> Tensor:
        """The code, (N, code)."""
        code: Tensor = self.down(pictures)
        return code

    def again(self, pictures: Tensor) -> Tensor:
        """The pictures as they are painted again, of the same shape."""
        channels, side = self.start
        seen = functional.elu(self.dense(self.encoded(pictures))).view(-1, channels, side, side)
        painted: Tensor = self.paint(self.up(seen))
        return painted

    def forward(self, pictures: Tensor) -> Tensor:
        off = (self.again(pictures) - pictures).abs()
        return -torch.pow(off, self.power).mean((1, 2, 3))


def _start_level(module: nn.Module) -> None:
    """Weights that keep the size of what passes: so many layers would else paint one grey, whatever they see."""
    if isinstance(module, nn.Conv2d | nn.Linear):
        nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        if module.bias is not None:
            nn.init.zeros_(module.bias)
