"""From a map of segments and a style to a picture: normalisation that the map decides (Park et al., 2019).

What is painted is normalised at every stage, and then stretched and shifted in each place by what the map shows there
(SPADE, equation 1): so the map is never washed away, however deep the network. The style is a vector at the bottom,
from which everything grows; all that no map tells, such as colours and light, is left to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.training.learning.stages import sides, width_at
from explorer.training.networks.convolutional import start_small
from explorer.training.networks.translators.translation import PatchCritic, norm_of

_WIDTHS = {4: 192, 8: 160, 16: 96, 32: 64, 64: 24, 128: 16, 256: 12}  # where pictures have this side
_HIDDEN = 32  # channels between a map and what it does; 128 in the paper
_SCALES = 2

Colours = Mapping[str, tuple[int, int, int]]


class SegmentPlanes(nn.Module):
    """A painted map (N, C, H, W), -1 to 1, as a plane of zeros and ones for each segment, (N, K, H, W).

    A pixel belongs to the segment whose colour is nearest: |x - c|^2 is least where 2 x c - |c|^2 is greatest.

    Parameters
    ----------
    colours : mapping of str to (r, g, b)
    channels : int
        Of the map; of a grey one the brightness tells.
    """

    colours: Tensor
    lengths: Tensor

    def __init__(self, colours: Colours, channels: int) -> None:
        super().__init__()
        table = torch.tensor(list(colours.values()), dtype=torch.float32) / 127.5 - 1.0
        if channels == 1:
            table = table @ torch.tensor([[0.299], [0.587], [0.114]])
        self.register_buffer("colours", table[:, :, None, None], persistent=False)
        self.register_buffer("lengths", table.square().sum(1), persistent=False)

    def forward(self, painted: Tensor) -> Tensor:
        nearness = functional.conv2d(painted, 2.0 * self.colours, -self.lengths)
        numbers = torch.arange(len(self.lengths), device=painted.device)[:, None, None]
        return (nearness.argmax(1, keepdim=True) == numbers).to(painted.dtype)


class SpatialNorm(nn.Module):
    """What is painted (N, C, H, W), normalised, stretched and shifted as a map (N, K, H, W) says in each place.

    Parameters
    ----------
    channels, kinds : int
        C and K.
    width : float
        Of the layer between the map and what it does, as a multiple of the usual.
    """

    def __init__(self, channels: int, kinds: int, width: float) -> None:
        super().__init__()
        hidden = max(4, round(_HIDDEN * width))
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.seen = nn.Conv2d(kinds, hidden, 3, 1, 1)
        self.stretch, self.shift = (nn.Conv2d(hidden, channels, 1) for _ in range(2))

    def forward(self, painted: Tensor, planes: Tensor) -> Tensor:
        seen = functional.relu(self.seen(planes))
        told: Tensor = self.norm(painted) * (1.0 + self.stretch(seen)) + self.shift(seen)
        return told


class _Stage(nn.Module):
    """One side of the picture: a residual convolution behind a spatial norm."""

    def __init__(self, channels: int, kinds: int, width: float) -> None:
        super().__init__()
        self.norm = SpatialNorm(channels, kinds, width)
        self.change = nn.Conv2d(channels, channels, 3, 1, 1)

    def forward(self, painted: Tensor, planes: Tensor) -> Tensor:
        found: Tensor = painted + self.change(functional.leaky_relu(self.norm(painted, planes), 0.2))
        return found


class SpadeGenerator(nn.Module):
    """A map (N, C, S, S), -1 to 1, and a style (N, d) to a picture (N, C, S, S).

    A stage sees what share of each of its pixels is of each segment: where a map is only thinned out, as in the paper,
    eyes are gone at small sides. And it has one convolution where the paper's has two.

    Parameters
    ----------
    style_size, size, channels : int
        Length of the style; side and colour channels of the pictures.
    width : float
        Channels as a multiple of the usual.
    colours : mapping or None
        The segments of the maps and their colours; None takes what is given as it is.
    """

    def __init__(self, style_size: int, size: int, channels: int, width: float, colours: Colours | None) -> None:
        super().__init__()
        steps = sides(size)
        widths = [width_at(side, _WIDTHS, width) for side in steps]
        kinds = channels if colours is None else len(colours)
        self.planes = nn.Identity() if colours is None else SegmentPlanes(colours, channels)
        self.start, self._steps = (widths[0], steps[0]), steps
        self.dense = nn.Linear(style_size, widths[0] * steps[0] ** 2)
        self.stages = nn.ModuleList(_Stage(each, kinds, width) for each in widths)
        self.narrow = nn.ModuleList(nn.Conv2d(before, after, 1) for before, after in pairwise(widths))
        self.paint = nn.Conv2d(widths[-1], channels, 3, 1, 1)
        self.apply(start_small)

    def forward(self, given: Tensor, z: Tensor) -> Tensor:
        planes = self.planes(given)
        channels, side = self.start
        painted = self.dense(z).view(-1, channels, side, side)
        for number, (stage, step) in enumerate(zip(self.stages, self._steps, strict=True)):
            if number:
                painted = functional.interpolate(self.narrow[number - 1](painted), scale_factor=2.0, mode="nearest")
            times = self._steps[-1] // step
            painted = stage(painted, functional.avg_pool2d(planes, times) if times > 1 else planes)
        return torch.tanh(self.paint(functional.leaky_relu(painted, 0.2)))


class TwoScaleCritic(nn.Module):
    """Map and picture, (N, 2C, S, S) together, to scores of patches and all layers that led to them, finest first.

    Two critics of patches, of which one sees the picture at half its size, as pix2pixHD and SPADE have them. The
    scores are the last of each critic's tensors.
    """

    def __init__(self, channels: int, width: float) -> None:
        super().__init__()
        norm = norm_of("picture")
        self.critics = nn.ModuleList(PatchCritic(channels, width, norm) for _ in range(_SCALES))

    def forward(self, pairs: Tensor) -> tuple[Tensor, ...]:
        found: list[Tensor] = []
        for number, critic in enumerate(self.critics):
            found += cast(PatchCritic, critic).layers(functional.avg_pool2d(pairs, 2) if number else pairs)
        return tuple(found)
