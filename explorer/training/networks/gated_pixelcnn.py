"""A gated PixelCNN (van den Oord et al., 2016): every pixel's levels from those before it, row by row.

Two stacks of convolutions see what has been painted. The vertical one sees the rows above, at full breadth and so
without a blind spot; the horizontal one sees what lies to the left in the row itself, and at each layer is told by the
vertical one. Nothing is masked: the picture is moved down by a row, or right by a pixel, before the first convolution,
and all convolutions reach only up, or only left. A layer is (eq. 2 and figure 2 of the paper)

    y = tanh(W_f * x + U_f v + V_f s)  (.)  sigma(W_g * x + U_g v + V_g s)

with v what the vertical stack has at the same place, and s a map of its own for each class, which says where in the
picture one is (eq. 4 and the remark after it). Convolutions reach 1, 2, 4, 1, 2, 4 … pixels far, so that few layers see
most of what is above. Values of one pixel come in turn too: the head of a channel is told the channels before it.

Because padding is no part of a layer, the same layers also work on one row (`PixelCNNRow`) or on one pixel
(`PixelCNNPixel`) at a time, with what they need of earlier ones handed in and out: pictures are painted with the work
of one whole run instead of one for every pixel.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

SEEN_ROWS, SEEN_LEFT = 3, 3
"""Rows above, and pixels to the left, that the first convolutions see."""

_DILATIONS = (1, 2, 4)
MAPS = 8  # channels of the map of a class
_HEAD = 64  # channels of the head, for each channel of the picture


class GatedLayer(nn.Module):
    """One layer of both stacks.

    Parameters
    ----------
    width : int
        Channels of each stack.
    reach : int
        Pixels between the two places that a convolution sees; how many rows or pixels must be put before what
        comes in.
    """

    def __init__(self, width: int, reach: int) -> None:
        super().__init__()
        self.reach = reach
        self.down = nn.Conv2d(width, 2 * width, (2, 3), padding=(0, reach), dilation=reach)
        self.across = nn.Conv2d(width, 2 * width, (1, 2), dilation=(1, reach), bias=False)
        self.told = nn.Conv2d(width, 2 * width, 1)
        self.placed = nn.Conv2d(MAPS, 2 * width, 1, bias=False)
        self.mixed = nn.Conv2d(width, width, 1)

    def above(self, rows: Tensor) -> Tensor:
        """What the vertical stack adds: (N, w, reach + H, W) to (N, w, H, W)."""
        return gated(self.down(rows))

    def context(self, vertical: Tensor, maps: Tensor) -> Tensor:
        """What the horizontal stack is told, of the vertical one and of the place, (N, 2w, H, W)."""
        told: Tensor = self.told(vertical) + self.placed(maps)
        return told

    def left(self, pixels: Tensor, context: Tensor) -> Tensor:
        """What the horizontal stack adds: (N, w, H, reach + W) to (N, w, H, W)."""
        added: Tensor = self.mixed(gated(self.across(pixels) + context))
        return added


class ChannelHeads(nn.Module):
    """Logits of a pixel's values, each channel being told those before it.

    Parameters
    ----------
    width, channels, levels : int
    """

    before: Tensor

    def __init__(self, width: int, channels: int, levels: int) -> None:
        super().__init__()
        self.channels, self.levels = channels, levels
        self.hidden = nn.Conv2d(width, channels * _HEAD, 1)
        self.earlier = nn.Parameter(torch.randn(channels * _HEAD, channels, 1, 1) * 0.1)
        self.last = nn.Conv2d(channels * _HEAD, channels * levels, 1, groups=channels)
        before = torch.ones(channels, channels).tril(-1).repeat_interleave(_HEAD, 0)
        self.register_buffer("before", before[:, :, None, None])

    def forward(self, features: Tensor, values: Tensor) -> Tensor:
        """Features (N, w, H, W) and the picture itself (N, C, H, W) to logits (N, L, C, H, W)."""
        hidden = self.hidden(features) + functional.conv2d(values, self.earlier * self.before)
        logits: Tensor = self.last(functional.relu(hidden))
        shape = (-1, self.channels, self.levels, *logits.shape[2:])
        return logits.reshape(shape).transpose(1, 2)


class GatedPixelCNN(nn.Module):
    """Pictures (N, C, H, W), -1 to 1, and classes to the logits of each of their values (N, L, C, H, W).

    Parameters
    ----------
    size, channels, levels : int
        Side of the pictures, their channels, and how many values each may take.
    classes : int
        0 where there are none.
    width, layers : int
        Channels of each stack, and layers in a stack after the first.
    """

    def __init__(self, size: int, channels: int, levels: int, classes: int, width: int, layers: int) -> None:
        super().__init__()
        self.size, self.channels, self.levels, self.width = size, channels, levels, width
        self.reach = sum(_DILATIONS[i % 3] for i in range(layers))
        self.first_down = nn.Conv2d(channels + 1, 2 * width, (SEEN_ROWS, 7), padding=(0, 3))
        self.first_across = nn.Conv2d(channels + 1, 2 * width, (1, SEEN_LEFT))
        self.layers = nn.ModuleList(GatedLayer(width, _DILATIONS[i % 3]) for i in range(layers))
        self.maps = nn.Parameter(_coordinates(classes + 1, size))
        self.placed = nn.Conv2d(MAPS, 2 * width, 1, bias=False)
        self.heads = ChannelHeads(width, channels, levels)

    @property
    def stack(self) -> tuple[GatedLayer, ...]:
        """Its layers, one by one."""
        return tuple(cast(GatedLayer, layer) for layer in self.layers)

    def forward(self, pictures: Tensor, labels: Tensor) -> Tensor:
        seen = functional.pad(with_ones(pictures), (SEEN_LEFT, 0, SEEN_ROWS, 0))
        maps = self.maps[labels]
        place = self.placed(maps)
        vertical = gated(self.first_down(seen[:, :, :-1, SEEN_LEFT:]) + place)
        across = gated(self.first_across(seen[:, :, SEEN_ROWS:, :-1]) + place)
        for layer in self.stack:
            vertical = vertical + layer.above(functional.pad(vertical, (0, 0, layer.reach, 0)))
            context = layer.context(vertical, maps)
            across = across + layer.left(functional.pad(across, (layer.reach, 0)), context)
        logits: Tensor = self.heads(across, pictures)
        return logits


class PixelCNNRow(nn.Module):
    """What the vertical stack does for one row: all that the pixels of the row are told of what is above them.

    Takes the three rows above with a channel of ones (N, C + 1, 3, W), zeros outside of the picture; what it
    remembers (N, M, W), zeros at first; the number of the row (N,); and the class (N,). Gives (N, K + M, W): what the
    pixels are told, and what is to be remembered for the next row.
    """

    def __init__(self, network: GatedPixelCNN) -> None:
        super().__init__()
        self.network = network
        self.memory = network.width * network.reach
        self.told = 2 * network.width * (1 + len(network.stack))

    def forward(self, above: Tensor, memory: Tensor, row: Tensor, label: Tensor | None = None) -> Tensor:
        network, width = self.network, self.network.width
        label = torch.full_like(row, network.maps.shape[0] - 1) if label is None else label
        by_row = network.maps.transpose(1, 2).flatten(0, 1)  # (K H, 8, W)
        maps = by_row[label * network.size + row][:, :, None]
        place = network.placed(maps)
        vertical = gated(network.first_down(above) + place)
        told, kept, begin = [place.squeeze(2)], [], 0
        for layer in network.stack:
            end = begin + width * layer.reach
            remembered = memory[:, begin:end].reshape(-1, width, layer.reach, network.size)
            rows = torch.cat([remembered, vertical], 2)
            kept.append(rows[:, :, 1:].flatten(1, 2))
            vertical = vertical + layer.above(rows)
            told.append(layer.context(vertical, maps).squeeze(2))
            begin = end
        return torch.cat([*told, *kept], 1)


class PixelCNNPixel(nn.Module):
    """What the horizontal stack does for one pixel.

    Takes the three pixels to the left with a channel of ones (N, C + 1, 3), zeros outside of the picture; what the
    pixel is told of the rows above (N, K); what is remembered of the row (N, P), zeros at its beginning; and the pixel
    itself (N, C), of which a channel's logits heed only the channels before it. Gives (N, L C + P): the logits, and
    what is to be remembered for the next pixel.
    """

    def __init__(self, network: GatedPixelCNN) -> None:
        super().__init__()
        self.network = network
        self.memory = network.width * network.reach

    def forward(self, left: Tensor, told: Tensor, memory: Tensor, pixel: Tensor) -> Tensor:
        network, width = self.network, self.network.width
        place, *contexts = told[:, :, None, None].chunk(1 + len(network.stack), 1)
        across = gated(network.first_across(left[:, :, None]) + place)
        kept, begin = [], 0
        for layer, context in zip(network.stack, contexts, strict=True):
            end = begin + width * layer.reach
            pixels = torch.cat([memory[:, begin:end].reshape(-1, width, 1, layer.reach), across], 3)
            kept.append(pixels[:, :, 0, 1:].flatten(1))
            across = across + layer.left(pixels, context)
            begin = end
        logits = network.heads(across, pixel[:, :, None, None])
        return torch.cat([logits.flatten(1), *kept], 1)


def gated(both: Tensor) -> Tensor:
    """tanh of one half of the channels times the sigmoid of the other."""
    feature, gate = (half.contiguous(memory_format=torch.channels_last) for half in both.chunk(2, 1))
    return feature.tanh() * gate.sigmoid()


def with_ones(pictures: Tensor) -> Tensor:
    """Pictures with a channel of ones, which tells what lies in the picture from what lies outside."""
    return torch.cat([pictures, torch.ones_like(pictures[:, :1])], 1)


def _coordinates(count: int, size: int) -> Tensor:
    """Maps of classes as they begin: row and column, and nothing else, (count, 8, size, size)."""
    maps = torch.zeros(count, MAPS, size, size)
    line = torch.linspace(-1.0, 1.0, size)
    maps[:, 0], maps[:, 1] = line[:, None], line[None, :]
    return maps
