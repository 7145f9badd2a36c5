"""The convolutional encoder and decoder of this program's variational autoencoders."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from explorer.training.learning.stages import sides, width_at
from explorer.training.networks.convolutional import strided

_WIDTHS = {4: 192, 8: 128, 16: 96, 32: 48, 64: 32, 128: 16}  # channels where pictures have this side


class VariationalEncoder(nn.Module):
    """Picture (N, C, H, W), -1 to 1, to mean and log-variance, (N, d) each."""

    def __init__(self, latent_size: int, size: int, channels: int, width: float) -> None:
        super().__init__()
        stages, last = strided(channels, size, _WIDTHS, width, lambda: nn.LeakyReLU(0.1))
        self.stages = nn.Sequential(*stages, nn.Flatten())
        self.mean, self.log_variance = (nn.Linear(last * sides(size)[0] ** 2, latent_size) for _ in range(2))

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.stages(pictures)
        return self.mean(seen), self.log_variance(seen).clamp(-12.0, 8.0)


class Mean(nn.Module):
    """The encoder as others use it: picture to the mean of q(z|x)."""

    def __init__(self, encoder: VariationalEncoder) -> None:
        super().__init__()
        self.stages, self.mean = encoder.stages, encoder.mean

    def forward(self, pictures: Tensor) -> Tensor:
        mean: Tensor = self.mean(self.stages(pictures))
        return mean


class Decoder(nn.Module):
    """Latent (N, d) to picture (N, C, H, W), -1 to 1."""

    def __init__(self, latent_size: int, size: int, channels: int, width: float) -> None:
        super().__init__()
        steps = sides(size)
        widths = [width_at(side, _WIDTHS, width) for side in steps]
        self.start = (widths[0], steps[0])
        self.dense = nn.Linear(latent_size, widths[0] * steps[0] ** 2)
        stages: list[nn.Module] = [nn.ReLU()]
        for before, after in pairwise(widths[:-1]):
            up = nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False)
            stages += [up, nn.BatchNorm2d(after), nn.ReLU()]
        last = nn.Conv2d(widths[-2], widths[-1], 3, 1, 1)
        stages += [nn.Upsample(scale_factor=2, mode="nearest"), last, nn.ReLU()]
        self.stages = nn.Sequential(*stages)
        self.paint = nn.Conv2d(widths[-1], channels, 3, 1, 1)

    def forward(self, z: Tensor) -> Tensor:
        channels, side = self.start
        return torch.tanh(self.paint(self.stages(self.dense(z).view(-1, channels, side, side))))
