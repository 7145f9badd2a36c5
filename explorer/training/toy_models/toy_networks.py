"""The networks of the plane: multilayer perceptrons of two hidden layers."""

from __future__ import annotations

import torch
from torch import Tensor, nn

_ZOOM = 4.0  # the unit square becomes -2 to 2, about the range that layers are initialised for


class ToyGenerator(nn.Module):
    """Latent (N, d) to points (N, 2), about the unit square."""

    def __init__(self, latent_size: int, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(latent_size, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 2)
        )

    def forward(self, z: Tensor) -> Tensor:
        points: Tensor = self.layers(z) / _ZOOM + 0.5
        return points


class ToyCritic(nn.Module):
    """Points (N, 2) to scores (N,): the higher, the more real."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(2, width), nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2),
            nn.Linear(width, 1),
        )  # fmt: skip

    def forward(self, points: Tensor) -> Tensor:
        score: Tensor = self.layers((points - 0.5) * _ZOOM).squeeze(1)
        return score


class ToyEncoder(nn.Module):
    """Points (N, 2) to means and standard deviations of their codes, (N, d) each."""

    def __init__(self, latent_size: int, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(2, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 2 * latent_size)
        )

    def forward(self, points: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_spread = self.layers((points - 0.5) * _ZOOM).chunk(2, dim=1)
        return mean, log_spread.clamp(-8.0, 4.0).exp()


def seeded(build: type[nn.Module], seed: int, *sizes: int) -> nn.Module:
    """A network that the seed alone decides."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build(*sizes)
