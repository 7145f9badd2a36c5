"""BigGAN's generator (Brock, Donahue & Simonyan, 2019), small: class and latent enter every stage.

The latent is cut into equal parts (section 3, "skip-z"): the first makes the smallest side, each other one goes, beside
a class embedding that all stages share, into the gains and shifts of one stage's batch norms.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

from explorer.training.learning.stages import sides, width_at

_WIDTHS = {4: 128, 8: 96, 16: 64, 32: 48, 64: 32, 128: 20}  # where pictures have this side
_EMBEDDING = 32


class ToldNorm(nn.Module):
    """Batch norm whose gains and shifts are made of what is told, (N, C, H, W) and (N, told) to (N, C, H, W)."""

    def __init__(self, channels: int, told: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.gains, self.shifts = nn.Linear(told, channels, bias=False), nn.Linear(told, channels, bias=False)

    def forward(self, given: Tensor, told: Tensor) -> Tensor:
        gain, shift = 1.0 + self.gains(told), self.shifts(told)
        found: Tensor = self.norm(given) * gain[:, :, None, None] + shift[:, :, None, None]
        return found


class _Stage(nn.Module):
    """Doubles the side by two convolutions, beside a straight way (figure 15)."""

    def __init__(self, before: int, after: int, told: int) -> None:
        super().__init__()
        self.first, self.second = ToldNorm(before, told), ToldNorm(after, told)
        self.grow = nn.Conv2d(before, after, 3, 1, 1, bias=False)
        self.refine = nn.Conv2d(after, after, 3, 1, 1)
        self.straight = nn.Conv2d(before, after, 1)

    def forward(self, given: Tensor, told: Tensor) -> Tensor:
        found = functional.interpolate(functional.relu(self.first(given, told)), scale_factor=2.0)
        found = self.refine(functional.relu(self.second(self.grow(found), told)))
        total: Tensor = found + self.straight(functional.interpolate(given, scale_factor=2.0))
        return total


class BigGenerator(nn.Module):
    """Latent and class in a row, (N, latent and classes), to picture (N, C, S, S), -1 to 1.

    Parameters
    ----------
    latent_size, classes : int
        The latent is at least as long as there are parts: one for the smallest side and one for each stage.
    size, channels : int
        Side and colour channels of the pictures.
    width : float
        Channels as a multiple of the usual.
    """

    def __init__(self, latent_size: int, classes: int, size: int, channels: int, width: float = 1.0) -> None:
        super().__init__()
        steps = sides(size)
        widths = [width_at(side, _WIDTHS, width) for side in steps]
        part, over = divmod(latent_size, len(steps))
        self.latent_size, self.parts = latent_size, [part + over, *[part] * (len(steps) - 1)]
        self.start = (widths[0], steps[0])
        self.embed = nn.Linear(classes, _EMBEDDING, bias=False)
        self.dense = nn.Linear(self.parts[0] + _EMBEDDING, widths[0] * steps[0] ** 2)
        self.stages = nn.ModuleList(_Stage(before, after, part + _EMBEDDING) for before, after in pairwise(widths))
        self.last = nn.BatchNorm2d(widths[-1])
        self.paint = nn.Conv2d(widths[-1], channels, 3, 1, 1)
        self.apply(_start_orthogonal)

    def forward(self, given: Tensor) -> Tensor:
        embedded = self.embed(given[:, self.latent_size :])
        first, *rest = torch.split(given[:, : self.latent_size], self.parts, 1)
        channels, side = self.start
        found = self.dense(torch.cat([first, embedded], 1)).view(-1, channels, side, side)
        for stage, part in zip(self.stages, rest, strict=True):
            found = stage(found, torch.cat([part, embedded], 1))
        return torch.tanh(self.paint(functional.relu(self.last(found))))


def uneven(network: nn.Module) -> Tensor:
    """How far the rows of all weights are from being orthogonal: the sum of |W W' (1 - I)|^2 (eq. 3)."""
    total = torch.zeros(())
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear) and len(module.weight) > 1:
            rows = module.weight.flatten(1)
            product = rows @ rows.T
            total = total + (product - torch.diag(torch.diag(product))).square().sum()
    return total


def with_spectral_norm(network: nn.Module) -> nn.Module:
    """The same network, each weight divided by its largest singular value (Miyato et al., 2018)."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            spectral_norm(module)
    return network


def _start_orthogonal(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d | nn.Linear):
        nn.init.orthogonal_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
