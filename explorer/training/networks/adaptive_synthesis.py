"""The synthesis of the first StyleGAN (Karras et al., 2018): each layer's activations are normalised and styled by w.

Weights are held as they take effect. The noise is fixed.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.training.networks.style import Styled

_SLOPE, _EPSILON = 0.2, 1e-5


@dataclass(frozen=True)
class AdaptiveShape:
    """How a layer is built.

    Attributes
    ----------
    before, after, side : int
        Channels before and after, and the side of what it gives.
    way : str
        ``start`` for the learnt constant, ``keep`` for a 3x3 convolution, ``repeat`` for one behind repeated pixels,
        ``transpose`` for a transposed 4x4 one of stride 2.
    blurs : bool
        Whether it is smoothed behind the convolution.
    """

    before: int
    after: int
    side: int
    way: str
    blurs: bool = False


class AdaptiveLayer(nn.Module):
    """A convolution, noise, an activation, and adaptive instance normalisation (equation 1)."""

    noise: Tensor
    taps: Tensor

    def __init__(self, shape: AdaptiveShape, w_size: int) -> None:
        super().__init__()
        kernel = 4 if shape.way == "transpose" else 3
        self.shape = shape
        if shape.way != "start":
            across = (shape.before, shape.after) if shape.way == "transpose" else (shape.after, shape.before)
            self.weight = nn.Parameter(torch.empty(*across, kernel, kernel))
            self.bias = nn.Parameter(torch.empty(shape.after))
        self.style = nn.Linear(w_size, 2 * shape.after)
        self.register_buffer("noise", torch.zeros(shape.side, shape.side))
        self.strength = nn.Parameter(torch.empty(shape.after))
        taps = torch.tensor([1.0, 2.0, 1.0]) / 4
        self.register_buffer("taps", torch.outer(taps, taps).repeat(shape.after, 1, 1, 1), persistent=False)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """(N, before, h, w) and (N, w_size) to (N, after, side, side)."""
        x = self._convolved(x)
        if self.shape.blurs:
            x = functional.conv2d(x, self.taps, padding=1, groups=self.shape.after)
        x = functional.leaky_relu(x + self.strength[:, None, None] * self.noise, _SLOPE)
        x = x - x.mean((2, 3), keepdim=True)
        x = x * torch.rsqrt(x.square().mean((2, 3), keepdim=True) + _EPSILON)
        scale: Tensor
        shift: Tensor
        scale, shift = self.style(w)[:, :, None, None].chunk(2, 1)
        return scale * x + shift

    def _convolved(self, x: Tensor) -> Tensor:
        if self.shape.way == "start":
            return x
        if self.shape.way == "transpose":
            return functional.conv_transpose2d(x, self.weight, self.bias, stride=2, padding=1)
        if self.shape.way == "repeat":
            x = functional.interpolate(x, scale_factor=2.0, mode="nearest")
        return functional.conv2d(x, self.weight, self.bias, padding=1)


class AdaptiveSynthesis(Styled):
    """w (N, styles, w_size) to picture (N, C, H, W), about -1 to 1."""

    def __init__(self, layers: tuple[AdaptiveShape, ...], w_size: int, picture_channels: int) -> None:
        super().__init__()
        self.styles, self.w_size, self.picture_channels = len(layers), w_size, picture_channels
        self.sides = (layers[-1].side, layers[-1].side)
        self.told = {"channels": [layer.after for layer in layers]}
        self.start = nn.Parameter(torch.empty(1, layers[0].after, layers[0].side, layers[0].side))
        self.layers = nn.ModuleList([AdaptiveLayer(shape, w_size) for shape in layers])
        self.colours = nn.Conv2d(layers[-1].after, picture_channels, 1)

    def forward(self, w: Tensor) -> Tensor:
        """The picture."""
        x = self.start.expand(w.shape[0], -1, -1, -1)  # not len(w), which the exporter takes for a constant
        for number, layer in enumerate(self.layers):
            x = layer(x, w[:, number])
        picture: Tensor = self.colours(x)
        return picture
