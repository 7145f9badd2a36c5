"""The synthesis of StyleGAN3 (Karras et al., 2021): Fourier features, and layers that filter what they bend.

As that of StyleGAN2 here, it holds weights as they take effect, for those that were trained elsewhere; the mapping
from z to w is the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.training.networks.style import EPSILON, Styled

SLOPE = 0.2
_MOST_FINE = 2**25  # numbers of the fine grid that are held at once, 128 MiB: at 1024 pixels all of them are 3 GB


@dataclass(frozen=True)
class FilteredShape:
    """How one layer is built.

    Attributes
    ----------
    before, after : int
        Channels.
    kernel : int
        Side of the convolution's kernel.
    into, out : int
        Side of what goes in and comes out.
    up, down : int
        How much finer the grid is on which the activation works than those of what goes in and comes out.
    up_taps, down_taps : int
        Lengths of the filters; 1 where there is none.
    radial : bool
        Whether the second filter is one of two dimensions.
    paints : bool
        Whether it gives colours: then it is neither demodulated nor bent.
    clamp : float or None
        Largest activation, on either side of zero.
    """

    before: int
    after: int
    kernel: int
    into: int
    out: int
    up: int
    down: int
    up_taps: int
    down_taps: int
    radial: bool = False
    paints: bool = False
    clamp: float | None = 256.0

    @property
    def pads(self) -> tuple[int, int]:
        """Pixels of the fine grid to add before and behind; below zero to take away (appendix C.3)."""
        total = (self.out - 1) * self.down + 1 - (self.into + self.kernel - 1) * self.up
        total += self.up_taps + self.down_taps - 2
        before = (total + self.up) // 2
        return before, total - before

    @property
    def crops(self) -> tuple[int, int]:
        """Pixels to take away before and behind of all that the transposed convolution with the filter gives."""
        before, behind = self.pads
        return self.up_taps - 1 - before, self.up_taps - self.up - behind

    @property
    def shares(self) -> list[int]:
        """How many channels are on the fine grid at the same time, one share after the other."""
        fine = (self.out - 1) * self.down + self.down_taps
        most = max(_MOST_FINE // fine**2, 1)
        return [min(most, self.after - done) for done in range(0, self.after, most)]


class FilteredSynthesis(Styled):
    """w (N, styles, w_size) to picture (N, C, H, W), about -1 to 1.

    Parameters
    ----------
    w_size : int
    side : int
        Of the Fourier features.
    rate : float
        Of their sampling: pixels in a unit of length.
    layers : tuple of FilteredShape
    scale : float
        Of the picture.
    """

    def __init__(
        self, w_size: int, side: int, rate: float, layers: tuple[FilteredShape, ...], scale: float = 0.25
    ) -> None:
        super().__init__()
        last, self.shapes = layers[-1], layers
        self.w_size, self.styles, self.scale = w_size, len(layers) + 1, scale
        self.sides, self.picture_channels = (last.out, last.out), last.after
        self.told = {"layers": len(layers), "channels": [layer.after for layer in layers]}
        self.features = FourierFeatures(w_size, layers[0].before, side, rate)
        self.layers = nn.ModuleList(FilteredLayer(w_size, layer) for layer in layers)

    def forward(self, w: Tensor) -> Tensor:
        x: Tensor = self.features(w[:, 0])
        for number, layer in enumerate(self.layers, 1):
            x = layer(x, w[:, number])
        return x * self.scale

    def middle(self, least: int = 64) -> FilteredSynthesis:
        """The same weights and filters for the middle of the picture alone, of at least ``least`` pixels a side.

        Every layer leaves out as many pixels as it would have made of those that are left out before it, so that its
        filters have their places; what lies around the picture is nearer.
        """
        finer = Fraction(1)
        for shape in self.shapes:
            finer *= Fraction(shape.up, shape.down)
        whole = self.shapes[-1].out
        out = whole - (whole - least) // finer * finer
        made: list[FilteredShape] = []
        for shape in reversed(self.shapes):
            into = shape.into - (shape.out - out) * Fraction(shape.down, shape.up)
            made.insert(0, replace(shape, into=int(into), out=int(out)))
            out = into
        side = made[0].into + self.features.side - self.shapes[0].into
        network = FilteredSynthesis(self.w_size, side, self.features.rate, tuple(made), self.scale)
        network.load_state_dict(self.state_dict(), assign=True)
        return network.eval().requires_grad_(False)


class FourierFeatures(nn.Module):
    """Waves over the plane, turned and shifted by w: (N, w_size) to (N, channels, side, side)."""

    grid: Tensor

    def __init__(self, w_size: int, channels: int, side: int, rate: float) -> None:
        super().__init__()
        self.side, self.rate = side, rate
        self.style = nn.Linear(w_size, 4)
        self.weight = nn.Parameter(torch.empty(channels, channels))
        self.frequencies = nn.Parameter(torch.empty(channels, 2))
        self.phases = nn.Parameter(torch.empty(channels))
        line = (torch.arange(side) + 0.5 - side / 2) / rate
        rows, columns = torch.meshgrid(line, line, indexing="ij")
        points = torch.stack([columns, rows, torch.ones_like(rows)], dim=-1)
        self.register_buffer("grid", points.reshape(-1, 3), persistent=False)

    def edits(self) -> tuple[Tensor, Tensor]:
        """What makes (N, 4) cosine, sine and shifts into waves (N, 3 channels): a matrix, and what is added."""
        across, down = self.frequencies.T
        none = torch.zeros_like(across)
        rows = [[across, down, none], [down, -across, none], [none, none, across], [none, none, down]]
        return torch.stack([torch.cat(row) for row in rows]), torch.cat([none, none, self.phases])

    def forward(self, w: Tensor) -> Tensor:
        turn = self.style(w)
        turn = turn / turn[:, :2].square().sum(dim=1, keepdim=True).sqrt()
        cosine, sine, right, low = turn.split(1, dim=1)
        moved = torch.cat([cosine, sine, sine * low - cosine * right, -sine * right - cosine * low], dim=1)
        matrix, added = self.edits()
        waves = (moved @ matrix + added).reshape(-1, 3, len(self.phases))
        x = torch.sin(self.grid @ waves * (2 * math.pi)) @ self.weight.T
        return x.transpose(1, 2).reshape(-1, len(self.phases), self.side, self.side)


class FilteredLayer(nn.Module):
    """A modulated convolution, and a leaky ReLU on a finer grid between two low-pass filters (figure 4b)."""

    gain: Tensor
    up_filter: Tensor
    down_filter: Tensor

    def __init__(self, w_size: int, shape: FilteredShape) -> None:
        super().__init__()
        if min(shape.crops) < 0 if shape.up > 1 else shape.up_taps > 1:
            raise ValueError(f"a layer from {shape.into} to {shape.out} pixels with a filter that does not fit")
        self.shape = shape
        self.style = nn.Linear(w_size, shape.before)
        self.weight = nn.Parameter(torch.empty(shape.after, shape.before, shape.kernel, shape.kernel))
        self.bias = nn.Parameter(torch.empty(shape.after))
        self.register_buffer("gain", torch.ones(()))
        self.register_buffer("up_filter", torch.ones(shape.up_taps))
        taps = shape.down_taps
        self.register_buffer("down_filter", torch.ones((taps, taps) if shape.radial else taps))

    def energy(self) -> Tensor:
        """Squares of the weights (after, before), by which outputs are brought to unit variance."""
        return self.weight.square().sum(dim=(2, 3))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        style, shape = self.style(w), self.shape
        x = functional.conv2d(x * style[:, :, None, None], self.weight, padding=shape.kernel - 1)
        scale = self.gain if shape.paints else self.gain * self._demodulation(style)[:, :, None, None]
        x = x * scale + self.bias[:, None, None]
        return torch.cat([self._bent(share) for share in torch.split(x, shape.shares, dim=1)], dim=1)

    def _bent(self, x: Tensor) -> Tensor:
        """The activation of some channels, on the finer grid."""
        shape, x = self.shape, self._finer(x)
        if not shape.paints:
            x = functional.leaky_relu(x, SLOPE)
        if shape.clamp is not None:
            x = x.clamp(-shape.clamp, shape.clamp)
        return self._coarser(x)

    def _demodulation(self, style: Tensor) -> Tensor:
        return torch.rsqrt(style.square() @ self.energy().T + EPSILON)

    def _finer(self, x: Tensor) -> Tensor:
        shape = self.shape
        if shape.up == 1:
            return functional.pad(x, [*shape.pads, *shape.pads])
        channels, taps = x.shape[1], self.up_filter * shape.up
        first, last = shape.crops
        for axis in (2, 3):
            stride, kernel = ((shape.up, 1), taps[:, None]) if axis == 2 else ((1, shape.up), taps[None])
            x = functional.conv_transpose2d(
                x, kernel.expand(channels, 1, *kernel.shape), stride=stride, groups=channels
            )
            x = x.narrow(axis, first, x.shape[axis] - first - last)
        return x

    def _coarser(self, x: Tensor) -> Tensor:
        shape, channels = self.shape, x.shape[1]
        if shape.down_taps == shape.down == 1:
            return x
        if shape.radial:
            kernel = self.down_filter.flip(0, 1)
            return functional.conv2d(x, kernel.expand(channels, 1, *kernel.shape), stride=shape.down, groups=channels)
        taps = self.down_filter.flip(0)
        for kernel, stride in ((taps[:, None], (shape.down, 1)), (taps[None], (1, shape.down))):
            x = functional.conv2d(x, kernel.expand(channels, 1, *kernel.shape), stride=stride, groups=channels)
        return x
