"""The network that takes noise off a picture: a small U-Net over blocks of pixels, which begins as a Wiener filter.

Noise that is white in pixels is white in every orthonormal basis; pictures are not. So each block of pixels is put as
its cosines first (DCT; for 2 x 2 pixels those of Haar): a few large numbers and many small ones. How large each kind
is, s, is measured on the pictures, and gives the best linear guess of v, the known part of the answer; the U-Net adds
what is left, in units of how much that is (Karras et al., 2022, eq. 7, here of v and for each kind by itself):

    v = (1 - s^2) a b / q x  +  s / sqrt(q) F(x / sqrt(q), t),   q = a^2 s^2 + b^2,  a = cos(pi t/2),  b = sin(pi t/2)

Fine kinds are small, and noise among them is taken off before anything is learnt: no speckle.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import nullcontext

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.core.problem import Problem
from explorer.training.learning.devices import in_bf16

_COARSEST = 16  # cells a side that a picture is folded to
_WIDTHS = (64, 128, 160)  # channels where the side is the largest, half, a quarter and less
_ATTENDS = 8  # cells a side up to which places look at each other
_TIMES = 16  # frequencies that the time is told in
_TOLD = 192  # numbers that the time and the class are told in
_HEAD = 32  # channels of one head of attention


class Denoiser(nn.Module):
    """Noisy pictures (N, C, S, S), times (N,) from 0 to 1 and classes (N,) to v, (N, C, S, S).

    Parameters
    ----------
    size, channels : int
        Side and colour channels of the pictures.
    classes : int
        How many there are; the class of this number is "none". 0 where there are none, and none are told.
    width : float
        Channels as a multiple of the usual.
    bfloat16 : bool
        Whether processors that have bfloat16 work in it while the network learns; what it begins with never is.

    Raises
    ------
    Problem
        The size cannot be folded and halved.
    """

    basis: Tensor
    power: Tensor
    seen: Tensor
    frequencies: Tensor

    def __init__(
        self, size: int, channels: int, classes: int = 0, width: float = 1.0, *, bfloat16: bool = False
    ) -> None:
        super().__init__()
        self.in_short = bfloat16  # bfloat16 is a method of modules
        self.fold = max(1, round(size / _COARSEST))
        side = size // self.fold
        if size < 8 or size % self.fold or side % 2:
            raise Problem(
                f"A diffusion model cannot make pictures of {size} x {size}.",
                "Choose a size such as 28, 32, 64, 96 or 128.",
            )
        kinds = channels * self.fold**2
        self.register_buffer("basis", _cosines(self.fold, channels))
        self.register_buffer("power", torch.zeros(kinds))
        self.register_buffer("seen", torch.zeros(()))
        self.register_buffer("frequencies", torch.arange(1, _TIMES + 1) * math.pi / 2)
        widths = [max(_HEAD, round(usual * width / _HEAD) * _HEAD) for usual in _WIDTHS]
        told = max(_HEAD, round(_TOLD * width / _HEAD) * _HEAD)
        self.told = nn.Sequential(nn.Linear(2 * _TIMES, told), nn.SiLU(), nn.Linear(told, told))
        self.of_class = nn.Embedding(classes + 1, told) if classes else None
        self.enter = nn.Conv2d(kinds, widths[0], 3, 1, 1)
        self.place = nn.Parameter(torch.zeros(1, widths[0], side, side))
        self.down, self.shrink, self.up = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        sides = _halved(side, len(widths))
        for level, cells in enumerate(sides):
            before, here = widths[max(0, level - 1)], widths[level]
            self.shrink.append(nn.Conv2d(before, here, 2, 2) if level else nn.Identity())
            self.down.append(_level(here, here, told, cells))
        for level, cells in reversed(list(enumerate(sides))):
            below = widths[level] if level == len(sides) - 1 else widths[level + 1]
            self.up.append(_level(below + widths[level], widths[level], told, cells))
        self.leave = nn.Conv2d(widths[0], kinds, 3, 1, 1)
        _begin_with_nothing(self.leave)

    @torch.no_grad()
    def see(self, pictures: Tensor) -> None:
        """Measure how large the cosines of each kind are, on the average of all pictures (N, C, S, S) seen so far."""
        self.seen += 1
        now = self._folded(pictures.float()).square().mean((0, 2, 3))
        self.power += (now - self.power) / self.seen

    def forward(self, noisy: Tensor, times: Tensor, labels: Tensor | None = None) -> Tensor:
        angles = (times * (math.pi / 2))[:, None, None, None]
        signal, noise = torch.cos(angles), torch.sin(angles)
        power = self.power[None, :, None, None] + 1e-6
        expected = signal.square() * power + noise.square()
        cosines = self._folded(noisy)
        known = (1.0 - power) * signal * noise / expected * cosines
        told = self._telling(times, labels)
        with in_bf16(noisy.device, processors=self.in_short) if self.training else nullcontext():
            rest = self._rest(cosines * expected.rsqrt(), told)
        return self._unfolded(known + (power / expected).sqrt() * rest.float())

    def _telling(self, times: Tensor, labels: Tensor | None) -> Tensor:
        waves = times[:, None] * self.frequencies
        told: Tensor = self.told(torch.cat([torch.cos(waves), torch.sin(waves)], 1))
        if self.of_class is not None and labels is not None:
            told = told + self.of_class(labels)
        return functional.silu(told)

    def _rest(self, cosines: Tensor, told: Tensor) -> Tensor:
        found = self.enter(cosines) + self.place
        beside = []
        for shrink, level in zip(self.shrink, _levels(self.down), strict=True):
            found = shrink(found)
            for block in level:
                found = block(found, told)
            beside.append(found)
        for turn, level in enumerate(_levels(self.up)):
            if turn:
                found = functional.interpolate(found, scale_factor=2.0)
            found = torch.cat([found, beside.pop()], 1)
            for block in level:
                found = block(found, told)
        rest: Tensor = self.leave(functional.silu(_even(found)))
        return rest

    def _folded(self, pictures: Tensor) -> Tensor:
        return functional.conv2d(pictures, self.basis, stride=self.fold)

    def _unfolded(self, cosines: Tensor) -> Tensor:
        return functional.conv_transpose2d(cosines, self.basis, stride=self.fold)


class _Block(nn.Module):
    """Two convolutions beside a straight way; what they work on is scaled and shifted by what is told."""

    def __init__(self, before: int, after: int, told: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, after, 3, 1, 1)
        self.second = nn.Conv2d(after, after, 3, 1, 1)
        self.straight = nn.Conv2d(before, after, 1) if before != after else nn.Identity()
        self.tell = nn.Linear(told, 2 * after)
        for layer in (self.tell, self.second):
            _begin_with_nothing(layer)

    def forward(self, given: Tensor, told: Tensor) -> Tensor:
        found = self.first(functional.silu(_even(given)))
        scale, shift = self.tell(told)[:, :, None, None].chunk(2, 1)
        found = functional.silu(_even(found) * (1.0 + scale) + shift)
        mixed: Tensor = self.straight(given) + self.second(found)
        return mixed


class _Attention(nn.Module):
    """Every place looks at every other (Vaswani et al., 2017), in heads of 32 channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.heads = channels // _HEAD
        self.ask = nn.Conv2d(channels, 3 * channels, 1)
        self.answer = nn.Conv2d(channels, channels, 1)
        _begin_with_nothing(self.answer)

    def forward(self, given: Tensor, _told: Tensor) -> Tensor:
        channels, height, width = given.shape[1:]
        asked = self.ask(_even(given)).reshape(-1, 3, self.heads, _HEAD, height * width)
        query, key, value = asked.unbind(1)
        likeness = torch.softmax(query.transpose(2, 3) @ key / math.sqrt(_HEAD), 3)
        seen = (value @ likeness.transpose(2, 3)).reshape(-1, channels, height, width)
        mixed: Tensor = given + self.answer(seen)
        return mixed


def _even(found: Tensor) -> Tensor:
    """Each place's channels with mean 0 and variance 1 (Ba, Kiros & Hinton, 2016)."""
    return functional.layer_norm(found.permute(0, 2, 3, 1), found.shape[1:2]).permute(0, 3, 1, 2)


def _level(before: int, after: int, told: int, side: int) -> nn.ModuleList:
    blocks: list[nn.Module] = [_Block(before, after, told)]
    return nn.ModuleList([*blocks, _Attention(after)] if side <= _ATTENDS else blocks)


def _halved(side: int, most: int) -> list[int]:
    found = [side]
    while len(found) < most and found[-1] % 2 == 0 and found[-1] > 4:
        found.append(found[-1] // 2)
    return found


def _cosines(fold: int, channels: int) -> Tensor:
    """The orthonormal DCT-II of blocks of ``fold`` x ``fold`` pixels as the weight of a convolution."""
    places = torch.arange(fold, dtype=torch.float64)
    rows = torch.cos(math.pi * (places[None] + 0.5) * places[:, None] / fold) * math.sqrt(2.0 / fold)
    rows[0] /= math.sqrt(2.0)
    block = torch.einsum("ax,by->abxy", rows, rows).reshape(fold**2, fold, fold)
    weight = torch.zeros(channels, fold**2, channels, fold, fold, dtype=torch.float64)
    for channel in range(channels):
        weight[channel, :, channel] = block
    return weight.reshape(channels * fold**2, channels, fold, fold).float()


def _begin_with_nothing(layer: nn.Module) -> None:
    for weight in layer.parameters():
        nn.init.zeros_(weight)


def _levels(levels: nn.ModuleList) -> Iterator[nn.ModuleList]:
    """The blocks of each level."""
    for level in levels:
        assert isinstance(level, nn.ModuleList)
        yield level
