"""Encoder and decoder of *World Models* (Ha & Schmidhuber, 2018, appendix A.1), of 64 x 64 pixels and nothing else."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from explorer.core.problem import Problem

SIDE = 64
_WIDTHS = (32, 64, 128, 256)
_DENSE = 1024


def check_side(size: int) -> None:
    """Refuse pictures of another side."""
    if size != SIDE:
        raise Problem(
            f"These networks see pictures of {SIDE} x {SIDE}, not {size} x {size}.", f"Run them with --size {SIDE}."
        )


class WorldEncoder(nn.Module):
    """Picture (N, C, 64, 64), -1 to 1, to mean and log-variance, (N, d) each: four convolutions of 4 x 4, stride 2."""

    def __init__(self, latent_size: int, size: int, channels: int) -> None:
        super().__init__()
        check_side(size)
        layers: list[nn.Module] = []
        for before, after in zip((channels, *_WIDTHS), _WIDTHS, strict=False):
            layers += [nn.Conv2d(before, after, 4, 2), nn.ReLU()]
        self.stages = nn.Sequential(*layers, nn.Flatten())
        self.mean, self.log_variance = nn.Linear(_DENSE, latent_size), nn.Linear(_DENSE, latent_size)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.stages(pictures)
        return self.mean(seen), self.log_variance(seen).clamp(-12.0, 8.0)


class WorldDecoder(nn.Module):
    """Latent (N, d) to picture (N, C, 64, 64), -1 to 1: a dense layer and four transposed convolutions."""

    def __init__(self, latent_size: int, size: int, channels: int) -> None:
        super().__init__()
        check_side(size)
        self.dense = nn.Linear(latent_size, _DENSE)
        layers: list[nn.Module] = []
        for before, after, side in ((_DENSE, 128, 5), (128, 64, 5), (64, 32, 6), (32, channels, 6)):
            layers += [nn.ConvTranspose2d(before, after, side, 2), nn.ReLU()]
        self.stages = nn.Sequential(*layers[:-1])

    def forward(self, z: Tensor) -> Tensor:
        return torch.tanh(self.stages(self.dense(z)[..., None, None]))
