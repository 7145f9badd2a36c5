"""A multi-scale normalising flow: pictures to numbers of a normal distribution, and back without loss.

As in Glow (Kingma & Dhariwal, 2018, figure 2b): at each level pixels are squeezed, mixed and coupled a few times, and
half of the channels is done with; the other half goes on at half the side. The half that leaves has just been shifted
and scaled by what the other says of it, which serves as its learned prior.
"""

from __future__ import annotations

import math
from copy import copy
from typing import cast

import torch
from torch import Tensor, nn

from explorer.training.learning.stages import sides, width_at
from explorer.training.networks.invertible import Coupling, FixedMixing, HaarSqueeze, Mixing

LEVELS = 256  # of a value of a picture
_WITHIN = 0.02  # of a step, by which noise keeps away from the next byte: more than what calculation is off
_WIDTHS = {4: 64, 32: 40, 64: 24}  # channels of couplings where features have this side


class FlowStep(nn.Module):
    """Mixing, then a coupling."""

    def __init__(self, mixing: Mixing | FixedMixing, coupling: Coupling) -> None:
        super().__init__()
        self.mixing, self.coupling = mixing, coupling

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        made, volume = self.coupling(self.mixing(x))
        return made, volume + self.mixing.volume() * (x.shape[2] * x.shape[3])

    def inverse(self, x: Tensor) -> Tensor:
        """What `forward` gave ``x`` for; of a step that is fixed."""
        return cast(FixedMixing, self.mixing).inverse(self.coupling.inverse(x))


class FlowLevel(nn.Module):
    """Steps at one side, behind a squeeze.

    Parameters
    ----------
    channels : int
        Of what enters, before the squeeze.
    """

    def __init__(self, channels: int, steps: int, width: int, halves: bool) -> None:
        super().__init__()
        self.squeeze = HaarSqueeze(channels)
        swaps = [number > 0 or steps % 2 == 0 for number in range(steps)]  # the means are in the first half at the end
        made = (FlowStep(Mixing(4 * channels, swap), Coupling(4 * channels, width, halves)) for swap in swaps)
        self.steps = nn.ModuleList(made)

    def in_order(self) -> list[FlowStep]:
        """Its steps, the first first."""
        return [cast(FlowStep, step) for step in self.steps]


class GlowNetwork(nn.Module):
    """Pictures (N, C, H, W) to z (N, C H W) and the log-determinants of that map (N,).

    z begins with what left last: the coarsest.

    Parameters
    ----------
    steps : int
        Of mixing and coupling, at each level.
    width : float
        Channels of the couplings, as a multiple of the usual.
    halves : bool
        Whether processors learn in bfloat16 where they can.
    """

    settled: Tensor

    def __init__(self, size: int, channels: int, steps: int, width: float, halves: bool = False) -> None:
        super().__init__()
        self.register_buffer("settled", torch.zeros(()))
        levels, self.shapes = [], []
        for side in reversed(sides(size)[:-1]):
            levels.append(FlowLevel(channels, steps, width_at(side, _WIDTHS, width), halves))
            channels *= 2
            self.shapes.append((channels, side, side))
        self.levels = nn.ModuleList(levels)

    def _levels(self) -> list[FlowLevel]:
        return [cast(FlowLevel, level) for level in self.levels]

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        x, volume, left = pictures, torch.zeros_like(pictures[:, 0, 0, 0]), []
        for level in self._levels():
            x = level.squeeze(x)
            for step in level.in_order():
                x, more = step(x)
                volume = volume + more
            x, done = x.chunk(2, 1)
            left.append(done.flatten(1))
        return torch.cat([x.flatten(1), *reversed(left)], 1), volume

    def inverse(self, z: Tensor) -> Tensor:
        """The pictures of latents (N, d); of a flow that is `fixed`."""
        sizes = [channels * high * wide for channels, high, wide in self.shapes]
        first, *left = torch.split(z, [sizes[-1], *reversed(sizes)], 1)
        x: Tensor = first.reshape(-1, *self.shapes[-1])
        for level, shape, done in zip(reversed(self._levels()), reversed(self.shapes), left, strict=True):
            x = torch.cat([x, done.reshape(-1, *shape)], 1)
            for step in reversed(level.in_order()):
                x = step.inverse(x)
            x = level.squeeze.inverse(x)
        return x

    @torch.no_grad()
    def settle(self, pictures: Tensor) -> None:
        """Let the norm of each step begin with the mean and variance that these pictures have there, but only once."""
        if self.settled:
            return
        x = pictures
        for level in self._levels():
            x = level.squeeze(x)
            for step in level.in_order():
                cast(Mixing, step.mixing).settle(x)
                x, _ = step(x)
            x, _ = x.chunk(2, 1)
        self.settled.fill_(1.0)

    def fixed(self) -> GlowNetwork:
        """The flow as it is used, with the way back: its mixings worked out, its couplings the same."""
        found, levels = copy(self), []
        for level in self._levels():
            twin = copy(level)
            steps = (FlowStep(cast(Mixing, step.mixing).fixed(), step.coupling) for step in level.in_order())
            twin._modules = {**level._modules, "steps": nn.ModuleList(steps)}
            levels.append(twin)
        found._modules = {"levels": nn.ModuleList(levels)}
        return found.eval()


class FlowPainter(nn.Module):
    """The generator: z (N, d) to pictures (N, C, H, W), -1 to 1."""

    def __init__(self, flow: GlowNetwork) -> None:
        super().__init__()
        self.flow = flow

    def forward(self, z: Tensor) -> Tensor:
        return pictures_of(self.flow.inverse(z))


class FlowEncoder(nn.Module):
    """The encoder: pictures (N, C, H, W), -1 to 1, to z (N, d).

    A flow learns from bytes that are spread over their steps, and takes pictures without that noise for too
    smooth: their latents are short. So it is added here, always the same. It takes no byte to another one.

    Parameters
    ----------
    shares : (C, H, W)
        Which part of a step is added to each value, 0 to 1.
    """

    shares: Tensor

    def __init__(self, flow: GlowNetwork, shares: Tensor) -> None:
        super().__init__()
        self.flow = flow
        self.register_buffer("shares", shares.clamp(_WITHIN, 1.0 - _WITHIN), persistent=False)

    def forward(self, picture: Tensor) -> Tensor:
        z: Tensor = self.flow(values_of(picture, self.shares))[0]
        return z


class FlowLikelihood(nn.Module):
    """Pictures (N, C, H, W), -1 to 1, to bits per dimension of their 8-bit values, (N,).

    A density says nothing of whole numbers, so each byte is spread over the step up to the next by a share u of it,
    uniform from 0 to 1. The mean over all u of what is given is a bound on the bits (Theis et al., 2016, eq. 3).

    Parameters
    ----------
    shares : (C, H, W)
        One u for each value.
    """

    shares: Tensor

    def __init__(self, flow: GlowNetwork, shares: Tensor) -> None:
        super().__init__()
        self.flow = flow
        self.register_buffer("shares", shares, persistent=False)

    def forward(self, picture: Tensor) -> Tensor:
        z, volume = self.flow(values_of(picture, self.shares))
        return bits(z, volume)


def values_of(pictures: Tensor, shares: Tensor) -> Tensor:
    """What a flow sees of pictures from -1 to 1: their bytes, each with a share of a step added, from -1/2 to 1/2."""
    return ((pictures + 1.0) * 127.5 + shares) / LEVELS - 0.5


def pictures_of(values: Tensor) -> Tensor:
    """The pictures, -1 to 1, whose `values_of`, with half a step added, are these: rounded, their bytes."""
    return ((values + 0.5) * LEVELS - 0.5) / 127.5 - 1.0


def bits(z: Tensor, volume: Tensor) -> Tensor:
    """Bits per dimension, (N,): -log2 N(z; 0, I) - log2 |det dz/dx|, and log2 256 for the width of a byte's step."""
    numbers = z.shape[1]
    nats = 0.5 * z.square().sum(1) + 0.5 * numbers * math.log(2.0 * math.pi) - volume
    return nats / (numbers * math.log(2.0)) + math.log2(LEVELS)
