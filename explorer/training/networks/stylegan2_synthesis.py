"""The synthesis of StyleGAN2 (Karras et al., 2020): pictures from a w for each layer.

Styles scale the activations before a convolution and demodulation scales those after it (section 2.2), so that the
batch may have any size. The noise is fixed, unless other noise is handed in. Weights are held as they take effect, as
`style` tells.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.training.networks.style import EPSILON, GAINS, SLOPES, Styled


@dataclass(frozen=True)
class SynthesisShape:
    """How a synthesis is built.

    Attributes
    ----------
    w_size : int
        Length of one w.
    start : (int, int)
        Height and width of the learnt constant.
    channels : tuple of int
        Of the activations, one entry a block, each block twice as large as the one before.
    picture_channels : int
    architecture : str
        ``skip`` adds a picture of every block, ``resnet`` adds activations past every block, ``orig`` does neither.
    taps : int
        Side of the smoothing filter, an even number.
    activation : str
        A key of `SLOPES`.
    clamp : float or None
        Largest activation, on either side of zero.
    """

    w_size: int
    start: tuple[int, int]
    channels: tuple[int, ...]
    picture_channels: int
    architecture: str = "skip"
    taps: int = 4
    activation: str = "lrelu"
    clamp: float | None = None

    @property
    def styles(self) -> int:
        """How many w a picture is made of."""
        return 2 * len(self.channels)

    def side(self, block: int) -> tuple[int, int]:
        """Height and width of what a block makes."""
        height, width = self.start
        return height << block, width << block


class Synthesis(Styled):
    """w (N, styles, w_size) to picture (N, C, H, W), about -1 to 1.

    After w there may come noise, one (N, 1, H, W) for each of the `convolutions`, to take the place of what they hold.

    Raises
    ------
    ValueError
        The shape cannot be: an odd filter, or an unknown activation or architecture.
    """

    filter: Tensor

    def __init__(self, shape: SynthesisShape) -> None:
        super().__init__()
        if shape.taps < 2 or shape.taps % 2:
            raise ValueError(f"a filter of {shape.taps} taps has no middle between two pixels")
        if shape.activation not in SLOPES or shape.architecture not in ("skip", "resnet", "orig"):
            raise ValueError(f"no {shape.architecture} synthesis with {shape.activation} is known")
        self.shape, self.styles, self.w_size = shape, shape.styles, shape.w_size
        self.sides, self.picture_channels = shape.side(len(shape.channels) - 1), shape.picture_channels
        self.told = {"architecture": shape.architecture, "channels": list(shape.channels)}
        self.start = nn.Parameter(torch.empty(shape.channels[0], *shape.start))
        self.register_buffer("filter", smoothing_filter(shape.taps))
        self.blocks = nn.ModuleList(Block(shape, number) for number in range(len(shape.channels)))

    def convolutions(self) -> list[StyledConvolution]:
        """Its convolutions with noise, in their order."""
        return [module for module in self.modules() if isinstance(module, StyledConvolution)]

    def forward(self, w: Tensor, *noise: Tensor) -> Tensor:
        x: Tensor = self.start[None]
        picture: Tensor | None = None
        for number, block in enumerate(self.blocks):
            first = first_style(number)
            x, picture = block(x, picture, w[:, first:], self.filter, *noise[first:])
        assert picture is not None  # the last block always paints
        return picture


def first_style(block: int) -> int:
    """Which w a block takes first: each convolution has one, and a block's colours share the next block's first."""
    return max(2 * block - 1, 0)


class Block(nn.Module):
    """One resolution: one convolution that doubles it, but in the first block, one that keeps it, and a picture."""

    def __init__(self, shape: SynthesisShape, number: int) -> None:
        super().__init__()
        before, after = shape.channels[max(number - 1, 0)], shape.channels[number]
        residual = shape.architecture == "resnet" and number > 0
        self.grow = StyledConvolution(shape, before, after, number, up=True) if number else None
        self.refine = StyledConvolution(shape, after, after, number, gain=math.sqrt(0.5) if residual else 1.0)
        self.skip = nn.Conv2d(before, after, 1, bias=False) if residual else None
        paints = shape.architecture == "skip" or number == len(shape.channels) - 1
        self.paint = ToColours(shape, after) if paints else None
        self.convolutions, self.picture_channels = (2 if number else 1), shape.picture_channels

    def forward(
        self, x: Tensor, picture: Tensor | None, w: Tensor, taps: Tensor, *noise: Tensor
    ) -> tuple[Tensor, Tensor | None]:
        past = doubled(self.skip(x), taps) if self.skip is not None else None
        if self.grow is not None:
            x = self.grow(x, w[:, 0], taps, *noise[:1])
        last = self.convolutions - 1
        x = self.refine(x, w[:, last], taps, *noise[last : last + 1])
        if past is not None:
            x = x + past
        if picture is not None:
            picture = doubled(picture, taps)
        if self.paint is not None:
            painted = self.paint(x, w[:, self.convolutions])
            picture = painted if picture is None else picture + painted
        return x, picture


class StyledConvolution(nn.Module):
    """A modulated and demodulated 3x3 convolution with noise, bias and activation."""

    noise: Tensor

    def __init__(
        self,
        shape: SynthesisShape,
        before: int,
        after: int,
        number: int,
        *,
        up: bool = False,
        gain: float = 1.0,
    ) -> None:
        super().__init__()
        self.up, self.gain = up, gain * GAINS[shape.activation]
        self.slope = SLOPES[shape.activation]
        self.clamp = None if shape.clamp is None else shape.clamp * gain
        self.style = nn.Linear(shape.w_size, before)
        self.weight = nn.Parameter(torch.empty(after, before, 3, 3))
        self.bias = nn.Parameter(torch.empty(after))
        self.register_buffer("noise", torch.zeros(shape.side(number)))

    def forward(self, x: Tensor, w: Tensor, taps: Tensor, noise: Tensor | None = None) -> Tensor:
        style = self.style(w)
        x = x * style[:, :, None, None]
        if self.up:
            x = smoothed(functional.conv_transpose2d(x, self.weight.transpose(0, 1), stride=2), taps * 4)
        else:
            x = functional.conv2d(x, self.weight, padding=1)
        # Leaky ReLU lets a positive factor pass, so that it costs nothing on this side.
        # In the precision of the convolution, where that is less than the weights'.
        x = x * (self.gain * torch.rsqrt(style.square() @ self.energy().T + EPSILON))[:, :, None, None].to(x.dtype)
        x = x + (self.gain * (self.noise if noise is None else noise)).to(x.dtype)
        x = x + (self.gain * self.bias[:, None, None]).to(x.dtype)
        x = functional.leaky_relu(x, self.slope)
        return x if self.clamp is None else x.clamp(-self.clamp, self.clamp)

    def energy(self) -> Tensor:
        """Squares of the weights (after, before), by which outputs are brought to unit variance (equation 3)."""
        return self.weight.square().sum(dim=(2, 3))


class ToColours(nn.Module):
    """Activations to colours, by a modulated 1x1 convolution that is not demodulated."""

    def __init__(self, shape: SynthesisShape, before: int) -> None:
        super().__init__()
        self.clamp = shape.clamp
        self.style = nn.Linear(shape.w_size, before)
        self.weight = nn.Parameter(torch.empty(shape.picture_channels, before, 1, 1))
        self.bias = nn.Parameter(torch.empty(shape.picture_channels))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        painted = functional.conv2d(x * self.style(w)[:, :, None, None], self.weight, self.bias)
        return painted if self.clamp is None else painted.clamp(-self.clamp, self.clamp)


def smoothing_filter(taps: int) -> Tensor:
    """The binomial filter (taps, taps) with sum 1: of 4 taps, 1 3 3 1 in either direction."""
    row = torch.tensor([float(math.comb(taps - 1, k)) for k in range(taps)])
    return torch.outer(row, row) / row.sum() ** 2


def smoothed(x: Tensor, taps: Tensor) -> Tensor:
    """Every channel of (N, C, H+1, W+1) convolved with a filter (k, k), k even: (N, C, H, W)."""
    channels, side = x.shape[1], taps.shape[0]
    kernel = taps.flip(0, 1).expand(channels, 1, side, side)
    return functional.conv2d(x, kernel, padding=side // 2 - 1, groups=channels)


def doubled(x: Tensor, taps: Tensor) -> Tensor:
    """(N, C, H, W) with zeros put between its pixels, then smoothed by a filter (k, k), k even: (N, C, 2H, 2W)."""
    channels, side = x.shape[1], taps.shape[0]
    kernel = (taps * 4).expand(channels, 1, side, side)
    return functional.conv_transpose2d(x, kernel, stride=2, padding=side // 2 - 1, groups=channels)
