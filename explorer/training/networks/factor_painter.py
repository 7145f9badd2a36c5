"""A generator that is told factors: what each stage paints is turned up or down by all of them.

A dense layer and transposed convolutions, as in `explorer.training.networks.convolutional`, each followed by a
conditional batch norm (de Vries et al., 2017; Dumoulin et al., 2017): scale and shift of every channel are told by two
dense layers that see the whole latent. So a factor that is seen in small things only, such as the colour of an iris,
need not be carried up from the coarsest stage.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.training.learning.stages import sides, width_at
from explorer.training.networks.convolutional import strided

_WIDTHS = {4: 224, 8: 160, 16: 112, 32: 64, 64: 32, 128: 24}
_TOLD = 256  # numbers that the latent is made into
_CRITIC = (32, 64, 96)
_READER = {4: 160, 8: 112, 16: 64, 32: 32, 64: 16, 128: 12}


class ConditionalNorm(nn.Module):
    """Batch norm whose scale and shift are told, (N, C, H, W) and (N, T) to (N, C, H, W)."""

    def __init__(self, channels: int, told: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.tell = nn.Linear(told, 2 * channels)
        nn.init.normal_(self.tell.weight, 0.0, 0.02)
        nn.init.zeros_(self.tell.bias)

    def forward(self, seen: Tensor, told: Tensor) -> Tensor:
        scale, shift = self.tell(told)[:, :, None, None].chunk(2, 1)
        changed: Tensor = self.norm(seen) * (1.0 + scale) + shift
        return changed


class FactorPainter(nn.Module):
    """Latent (N, d) to picture (N, C, H, W), -1 to 1.

    Parameters
    ----------
    mean, deviation : (d,)
        Of each number of the latent, which is standardised by them.
    size, channels : int
        Side and colour channels of the pictures.
    width : float
        Channels as a multiple of the usual.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, mean: Tensor, deviation: Tensor, size: int, channels: int, width: float) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)
        steps = sides(size)
        widths, told = [width_at(side, _WIDTHS, width) for side in steps], width_at(0, {0: _TOLD}, min(width, 1.0))
        self.start = (widths[0], steps[0])
        self.tell = nn.Sequential(
            nn.Linear(len(mean), told), nn.LeakyReLU(0.2), nn.Linear(told, told), nn.LeakyReLU(0.2)
        )
        self.dense = nn.Linear(told, widths[0] * steps[0] ** 2)
        self.up, self.norms = nn.ModuleList(), nn.ModuleList([ConditionalNorm(widths[0], told)])
        for before, after in pairwise(widths[:-1]):
            self.up.append(nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False))
            self.norms.append(ConditionalNorm(after, told))
        self.last = nn.Conv2d(widths[-2], widths[-1], 3, 1, 1, bias=False)
        self.norms.append(ConditionalNorm(widths[-1], told))
        self.paint = nn.Conv2d(widths[-1], channels, 3, 1, 1)

    def forward(self, z: Tensor) -> Tensor:
        told = self.tell((z - self.mean) / self.deviation)
        channels, side = self.start
        seen = functional.relu(self.norms[0](self.dense(told).view(-1, channels, side, side), told))
        for up, norm in zip(self.up, list(self.norms)[1:-1], strict=True):
            seen = functional.relu(norm(up(seen), told))
        seen = functional.interpolate(seen, scale_factor=2.0, mode="nearest")
        return torch.tanh(self.paint(functional.relu(self.norms[-1](self.last(seen), told))))


class FactorCritic(nn.Module):
    """Pictures (N, C, S, S) and their factors (N, F), standardised, to a score for each patch, (N, S/8, S/8).

    The factors enter by projection (Miyato & Koyama, 2018), patch by patch: D(x, y) = a . phi(x) + b + V y . phi(x).
    """

    def __init__(self, channels: int, factors: int, width: float) -> None:
        super().__init__()
        stages: list[nn.Module] = []
        before = channels
        for usual in _CRITIC:
            after = max(4, round(usual * width))
            stages += [nn.Conv2d(before, after, 4, 2, 1), nn.LeakyReLU(0.2)]
            before = after
        self.stages = nn.Sequential(*stages)
        self.judge = nn.Conv2d(before, 1, 3, 1, 1)
        self.project = nn.Linear(factors, before, bias=False)
        nn.init.normal_(self.project.weight, 0.0, 0.02)

    def forward(self, pictures: Tensor, factors: Tensor) -> Tensor:
        seen = self.stages(pictures)
        fits = (seen * self.project(factors)[:, :, None, None]).sum(1)
        scores: Tensor = self.judge(seen).squeeze(1) + fits
        return scores


class FactorReader(nn.Module):
    """Picture (N, C, H, W) to a number per factor (N, F): logits, and standardised values."""

    def __init__(self, size: int, channels: int, factors: int, width: float) -> None:
        super().__init__()
        stages, last = strided(channels, size, _READER, width, nn.ReLU)
        self.stages = nn.Sequential(*stages)
        self.last = nn.Linear(2 * last, factors)

    def forward(self, pictures: Tensor) -> Tensor:
        seen = self.stages(pictures)
        told: Tensor = self.last(torch.cat([seen.mean((2, 3)), seen.amax((2, 3))], 1))
        return told
