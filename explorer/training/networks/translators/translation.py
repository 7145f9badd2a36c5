"""From picture to picture: a U-Net (Ronneberger et al., 2015) and a critic of patches, as pix2pix has them.

The U-Net goes down to the smallest side and up again; at each side what was seen on the way down is laid beside what
comes up, so that a line that is given can stay where it is. Its last stage resizes and convolves, which leaves no
checkerboard. Normalisation, where there is any, is per picture: what one picture becomes depends on no other, in
training as in use.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor, nn

from explorer.training.learning.stages import sides, width_at
from explorer.training.networks.convolutional import start_small

_WIDTHS = {4: 224, 8: 160, 16: 96, 32: 48, 64: 32, 128: 20, 256: 16}  # where pictures have this side
_CRITIC = (32, 64, 128)

Norm = Callable[[int], nn.Module]


def norm_of(normalisation: str) -> Norm:
    """The normalisation of this name: ``picture`` takes each channel of each picture by itself."""
    return _per_picture if normalisation == "picture" else nn.Identity


def _per_picture(channels: int) -> nn.Module:
    return nn.GroupNorm(channels, channels)


class TranslatingNetwork(nn.Module):
    """Picture (N, C, S, S), -1 to 1, to picture of the same shape.

    Parameters
    ----------
    size, channels : int
        Side and colour channels of the pictures.
    width : float
        Channels as a multiple of the usual.
    norm : callable
        Gives the normalisation for so many channels.
    answers : int, optional
        Channels of what comes out, where they are others than those of the pictures.
    """

    def __init__(self, size: int, channels: int, width: float, norm: Norm, answers: int | None = None) -> None:
        super().__init__()
        steps = sides(size)[::-1]
        widths = [width_at(side, _WIDTHS, width) for side in steps]
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        entering = [channels, *widths[1:-1]]
        for number, (before, after) in enumerate(zip(entering, widths[1:], strict=True)):
            is_plain = number in (0, len(widths) - 2)  # nothing of the given picture's own light is taken away
            level = nn.Identity if is_plain else norm
            convolution = nn.Conv2d(before, after, 4, 2, 1, bias=level is nn.Identity)
            self.down.append(nn.Sequential(convolution, level(after), nn.LeakyReLU(0.2)))
        given, biased = widths[-1], norm is nn.Identity
        for _, after in pairwise(widths[:0:-1]):
            stage = nn.ConvTranspose2d(given, after, 4, 2, 1, bias=biased)
            self.up.append(nn.Sequential(stage, norm(after), nn.ReLU()))
            given = 2 * after  # with what was seen on the way down
        last = nn.Conv2d(given, widths[0], 3, 1, 1, bias=biased)
        self.last = nn.Sequential(nn.Upsample(scale_factor=2, mode="nearest"), last, norm(widths[0]), nn.ReLU())
        self.paint = nn.Conv2d(widths[0] + channels, answers or channels, 3, 1, 1)
        self.apply(start_small)

    def forward(self, given: Tensor) -> Tensor:
        seen = []
        found = given
        for stage in self.down:
            found = stage(found)
            seen.append(found)
        for stage, beside in zip(self.up, seen[-2::-1], strict=True):
            found = torch.cat([stage(found), beside], 1)
        return torch.tanh(self.paint(torch.cat([self.last(found), given], 1)))


class PatchCritic(nn.Module):
    """Given picture and answer, (N, 2C, S, S) together, to a score for each patch of 26 pixels, (N, 1, S/4, S/4).

    With ``pictures`` = 1 it sees one picture, (N, C, S, S).
    """

    def __init__(self, channels: int, width: float, norm: Norm, pictures: int = 2) -> None:
        super().__init__()
        stages: list[nn.Module] = []
        before, activation = pictures * channels, partial(nn.LeakyReLU, 0.2)
        for number, usual in enumerate(_CRITIC):
            after = max(4, round(usual * width))
            is_last = number == len(_CRITIC) - 1
            level = norm if number else nn.Identity
            form = (3, 1, 1) if is_last else (4, 2, 1)
            stages += [nn.Conv2d(before, after, *form, bias=level is nn.Identity), level(after), activation()]
            before = after
        self.stages = nn.Sequential(*stages, nn.Conv2d(before, 1, 3, 1, 1))
        self.apply(start_small)

    def layers(self, pairs: Tensor) -> list[Tensor]:
        """What is seen after each activation, (N, C, H, W) each, the finest first; the scores are the last."""
        found: list[Tensor] = []
        for stage in self.stages:
            pairs = stage(pairs)
            found += [pairs] if isinstance(stage, nn.LeakyReLU) else []
        return [*found, pairs]

    def forward(self, pairs: Tensor) -> Tensor:
        scores: Tensor = self.stages(pairs)
        return scores
