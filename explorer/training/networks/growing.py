"""A generator and a critic that grow from 4 x 4 pixels up, a stage at a time (Karras et al., 2018).

How far they have grown is one number, ``grown``: k is the k-th stage by itself, and k + alpha that the next one is
faded in, alpha of its picture beside 1 - alpha of the picture before, enlarged (section 2, figure 2). Pictures have
their full size throughout, those of lower stages in larger pixels; the critic makes them small again.

Weights are drawn from N(0, 1) and scaled when they are used, which equalises learning rates (section 4.1); the
generator normalises the channels of each pixel (section 4.2).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import deepcopy
from itertools import pairwise
from typing import cast

import torch
from onnx import ModelProto, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from explorer.core.inference.adjustable import GROWN
from explorer.training.learning.stages import sides, width_at

_WIDTHS = {4: 192, 8: 160, 16: 96, 32: 64, 64: 32, 128: 24, 256: 16}  # where pictures have this side
_GROUP = 4  # pictures whose deviation the critic sees, as in the paper
_DEVIATION_FOLLOWS = 0.01


class _Equalised(nn.Module):
    """What is scaled by sqrt(gain / inputs) when it is used."""

    def __init__(self, shape: Sequence[int], gain: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(*shape))
        self.bias = nn.Parameter(torch.zeros(shape[0]))
        self.scale = math.sqrt(gain / math.prod(shape[1:]))


class EqualisedConvolution(_Equalised):
    """A convolution that keeps the side of what it is given, (N, before, H, W) to (N, after, H, W)."""

    def __init__(self, before: int, after: int, kernel: int, gain: float = 2.0) -> None:
        super().__init__((after, before, kernel, kernel), gain)

    def forward(self, given: Tensor) -> Tensor:
        return functional.conv2d(given, self.weight * self.scale, self.bias, padding=self.weight.shape[2] // 2)


class EqualisedLinear(_Equalised):
    """A dense layer, (N, before) to (N, after)."""

    def __init__(self, before: int, after: int, gain: float = 2.0) -> None:
        super().__init__((after, before), gain)

    def forward(self, given: Tensor) -> Tensor:
        return functional.linear(given, self.weight * self.scale, self.bias)


class GrowingGenerator(nn.Module):
    """Latent (N, d) to picture (N, C, S, S) of the stage that it has ``grown`` to.

    Parameters
    ----------
    latent_size, size, channels : int
        Length of the latent; side and colour channels of the pictures.
    width : float
        Channels as a multiple of the usual.

    Attributes
    ----------
    grown : (1,)
        0 for the smallest stage to ``stages`` - 1 for all.
    """

    grown: Tensor

    def __init__(self, latent_size: int, size: int, channels: int, width: float = 1.0) -> None:
        super().__init__()
        steps = sides(size)
        widths = [width_at(side, _WIDTHS, width) for side in steps]
        self.start = (widths[0], steps[0])
        self.dense = EqualisedLinear(latent_size, widths[0] * steps[0] ** 2, gain=2.0 / 16.0)
        first = nn.ModuleList([EqualisedConvolution(widths[0], widths[0], 3)])
        grown = (
            nn.ModuleList([EqualisedConvolution(before, after, 3), EqualisedConvolution(after, after, 3)])
            for before, after in pairwise(widths)
        )
        self.blocks = nn.ModuleList([first, *grown])
        self.paint = nn.ModuleList(EqualisedConvolution(wide, channels, 1, gain=1.0) for wide in widths)
        self.register_buffer("grown", torch.zeros(1))

    @property
    def stages(self) -> int:
        """How many there are."""
        return len(self.blocks)

    def forward(self, z: Tensor) -> Tensor:
        level = float(self.grown)
        whole = min(int(level), self.stages - 1)
        found = self._begun(z)
        for number in range(whole + 1):
            found = self._block(number, found)
        picture = self._enlarged(self.paint[whole](found), whole)
        if level > whole:
            newer = self.paint[whole + 1](self._block(whole + 1, found))
            picture = picture.lerp(self._enlarged(newer, whole + 1), level - whole)
        return picture

    def at_any_stage(self, z: Tensor, grown: Tensor) -> Tensor:
        """The same, with how far it has grown as an input, (N,) or (1,): a sum over all stages, of which two count."""
        found, total = self._begun(z), None
        for number in range(self.stages):
            found = self._block(number, found)
            share = (1.0 - (grown - number).abs()).clamp(min=0.0)[:, None, None, None]
            picture = share * self._enlarged(self.paint[number](found), number)
            total = picture if total is None else total + picture
        assert total is not None
        return total

    def _begun(self, z: Tensor) -> Tensor:
        channels, side = self.start
        return _level(functional.leaky_relu(self.dense(_level(z)), 0.2).view(-1, channels, side, side))

    def _block(self, number: int, found: Tensor) -> Tensor:
        if number:
            found = functional.interpolate(found, scale_factor=2.0)
        for convolution in cast(nn.ModuleList, self.blocks[number]):
            found = _level(functional.leaky_relu(convolution(found), 0.2))
        return found

    def _enlarged(self, picture: Tensor, number: int) -> Tensor:
        times = 2 ** (self.stages - 1 - number)
        return functional.interpolate(picture, scale_factor=float(times)) if times > 1 else picture


class AnyStage(nn.Module):
    """A grown generator whose stage is an input: z (N, d) and ``grown`` (N,) to pictures."""

    def __init__(self, generator: GrowingGenerator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, z: Tensor, grown: Tensor) -> Tensor:
        return self.generator.at_any_stage(z, grown)


class GrowingCritic(nn.Module):
    """Picture (N, C, S, S) to score (N,), by as many stages as it has ``grown``.

    Beside what it sees it is told how much the pictures of a batch differ (section 3), which is for whoever teaches it
    to measure: `features`, `deviation`, `judged`. Asked by itself it takes what real pictures had on average.
    """

    grown: Tensor
    usual: Tensor
    _stays_at: float | None = None

    def __init__(self, size: int, channels: int, width: float = 1.0) -> None:
        super().__init__()
        steps = sides(size)
        widths = [width_at(side, _WIDTHS, width) for side in steps]
        self.see = nn.ModuleList(EqualisedConvolution(channels, wide, 1) for wide in widths)
        self.blocks = nn.ModuleList(
            nn.ModuleList([EqualisedConvolution(after, after, 3), EqualisedConvolution(after, before, 3)])
            for before, after in pairwise(widths)
        )
        self.last = EqualisedConvolution(widths[0] + 1, widths[0], 3)
        self.judge = EqualisedLinear(widths[0] * steps[0] ** 2, 1, gain=1.0)
        self.register_buffer("grown", torch.zeros(1))
        self.register_buffer("usual", torch.zeros(1))

    def features(self, pictures: Tensor) -> Tensor:
        """What is seen at the smallest side, (N, F, 4, 4)."""
        level = float(self.grown) if self._stays_at is None else self._stays_at
        whole = min(int(level), len(self.see) - 1)
        seen = self._seen(whole, pictures)
        if level > whole:
            seen = seen.lerp(self._block(whole, self._seen(whole + 1, pictures)), level - whole)
        for number in range(whole - 1, -1, -1):
            seen = self._block(number, seen)
        return seen

    def judged(self, features: Tensor, deviation: Tensor) -> Tensor:
        """Scores (N,) of what was seen, in pictures that differ so much (N,)."""
        told = deviation.to(features.dtype)[:, None, None, None].expand(-1, 1, *features.shape[2:])
        found = functional.leaky_relu(self.last(torch.cat([features, told], 1)), 0.2)
        score: Tensor = self.judge(found.flatten(1)).squeeze(1)
        return score

    def forward(self, pictures: Tensor) -> Tensor:
        features = self.features(pictures)
        return self.judged(features, self.usual + torch.zeros_like(features[:, 0, 0, 0]))

    def finished(self) -> GrowingCritic:
        """One that has grown as far, and grows no more."""
        found = deepcopy(self)
        found._stays_at = float(self.grown)
        return found

    def _seen(self, number: int, pictures: Tensor) -> Tensor:
        times = 2 ** (len(self.see) - 1 - number)
        small = functional.avg_pool2d(pictures, times) if times > 1 else pictures
        return functional.leaky_relu(self.see[number](small), 0.2)

    def _block(self, number: int, seen: Tensor) -> Tensor:
        for convolution in cast(nn.ModuleList, self.blocks[number]):
            seen = functional.leaky_relu(convolution(seen), 0.2)
        return functional.avg_pool2d(seen, 2)


def deviation(features: Tensor) -> Tensor:
    """How much pictures differ from their neighbours in the batch, (N,): section 3, for groups of up to four."""
    group = math.gcd(len(features), _GROUP)
    rows = features.float().reshape(-1, group, features[0].numel())
    spread = (rows.var(1, correction=0) + 1e-8).sqrt().mean(1)
    return spread.repeat_interleave(group)


def follow_deviation(critic: GrowingCritic, of_real: Tensor) -> None:
    """Let the critic remember how much real pictures differ."""
    critic.usual.lerp_(of_real.detach().mean().reshape(1), _DEVIATION_FOLLOWS)


def stage_graph(generator: GrowingGenerator) -> ModelProto:
    """The generator in ONNX, its stage in an initialiser that may be set for a run (see `Adjustable`)."""
    from explorer.training.runs.export import exported  # which knows the families

    inputs = {"z": torch.randn(2, generator.dense.weight.shape[1]), GROWN: generator.grown.expand(2).clone()}
    model = exported(AnyStage(generator), inputs, "picture")
    (stage,) = [value for value in model.graph.input if value.name == GROWN]
    model.graph.input.remove(stage)
    model.graph.initializer.append(numpy_helper.from_array(generator.grown.numpy(), GROWN))
    model.producer_name = "latent-explorer"
    return model


def _level(found: Tensor) -> Tensor:
    """Channels of each place, or a latent, of mean square 1 (section 4.2)."""
    return found * torch.rsqrt(found.square().mean(1, keepdim=True) + 1e-8)
