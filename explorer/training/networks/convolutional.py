"""The convolutional generator and critic of this program's GANs, after DCGAN (Radford, Metz & Chintala, 2016).

The generator is a dense layer and transposed convolutions with batch norm and ReLU, as in the paper; its last
stage resizes and convolves instead, which leaves no checkerboard (Odena et al., 2016). The critic is strided
convolutions with leaky ReLU and no normalisation.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.training.learning.stages import sides, width_at

Norm = Callable[[int], nn.Module]
_WIDTHS = {4: 256, 8: 192, 16: 128, 32: 64, 64: 40, 128: 24, 256: 16}  # of the generator where pictures have this side
_CRITIC_WIDTHS = {4: 256, 8: 192, 16: 96, 32: 48, 64: 32, 128: 16}


def critic_channels(side: int, width: float) -> int:
    """Channels of the critic where its pictures measure ``side``."""
    return width_at(side, _CRITIC_WIDTHS, width)


def strided(
    channels: int, size: int, usual: dict[int, int], width: float, activation: Callable[[], nn.Module]
) -> tuple[list[nn.Module], int]:
    """Layers with batch norm that halve pictures down to the smallest side, and how many channels they give."""
    stages: list[nn.Module] = []
    for side in sides(size)[-2::-1]:
        after = width_at(side, usual, width)
        stages += [nn.Conv2d(channels, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), activation()]
        channels = after
    return stages, channels


class ConvolutionalGenerator(nn.Module):
    """Latent (N, d) to picture (N, C, H, W), -1 to 1.

    Parameters
    ----------
    latent_size : int
        Length of what goes in: the latent, and what tells the class where there is one.
    size, channels : int
        Side and colour channels of the pictures.
    width : float
        Channels as a multiple of the usual.
    norm : callable
        Gives the normalisation for so many channels; ``nn.Identity`` for none.
    """

    # The dense layer needs its bias: without it the latent 0 is the same in every place, and so is its picture.

    def __init__(
        self, latent_size: int, size: int, channels: int, width: float = 1.0, norm: Norm = nn.BatchNorm2d
    ) -> None:
        super().__init__()
        steps = sides(size)
        widths = [width_at(side, _WIDTHS, width) for side in steps]
        biased = norm is nn.Identity
        self.start = (widths[0], steps[0])
        self.dense = nn.Linear(latent_size, widths[0] * steps[0] ** 2)
        stages: list[nn.Module] = [norm(widths[0]), nn.ReLU()]
        for before, after in pairwise(widths[:-1]):
            stages += [nn.ConvTranspose2d(before, after, 4, 2, 1, bias=biased), norm(after), nn.ReLU()]
        last = nn.Conv2d(widths[-2], widths[-1], 3, 1, 1, bias=biased)
        stages += [nn.Upsample(scale_factor=2, mode="nearest"), last, norm(widths[-1]), nn.ReLU()]
        self.stages = nn.Sequential(*stages)
        self.paint = nn.Conv2d(widths[-1], channels, 3, 1, 1)
        self.apply(start_small)

    def forward(self, z: Tensor) -> Tensor:
        channels, side = self.start
        return torch.tanh(self.paint(self.stages(self.dense(z).view(-1, channels, side, side))))


class ConvolutionalCritic(nn.Module):
    """Picture (N, C, H, W), -1 to 1, to score (N,): the higher, the more real.

    Parameters
    ----------
    size, channels : int
        Side and colour channels of the pictures, and of planes that tell the class where there are any.
    width : float
        Channels as a multiple of the usual.
    """

    def __init__(self, size: int, channels: int, width: float = 1.0) -> None:
        super().__init__()
        steps = sides(size)[-2::-1]
        stages: list[nn.Module] = []
        before = channels
        for side in steps:
            after = critic_channels(side, width)
            stages += [nn.Conv2d(before, after, 4, 2, 1), nn.LeakyReLU(0.2)]
            before = after
        self.stages = nn.Sequential(*stages)
        self.refine = nn.Conv2d(before, before, 3, 1, 1)
        self.judge = nn.Linear(before * steps[-1] ** 2, 1)

    def layers(self, pictures: Tensor) -> list[Tensor]:
        """What is seen at each stage, (N, C, H, W) each, the finest first."""
        found: list[Tensor] = []
        for stage in self.stages:
            pictures = stage(pictures)
            found += [pictures] if isinstance(stage, nn.LeakyReLU) else []
        return [*found, pictures + functional.leaky_relu(self.refine(pictures), 0.2)]

    def features(self, pictures: Tensor) -> Tensor:
        """What the score is made of, (N, F)."""
        return self.layers(pictures)[-1].flatten(1)

    def forward(self, pictures: Tensor) -> Tensor:
        score: Tensor = self.judge(self.features(pictures)).squeeze(1)
        return score


class ConvolutionalEncoder(nn.Module):
    """Picture (N, C, H, W), -1 to 1, to latent (N, d): the critic's shape with batch norm.

    Parameters
    ----------
    latent_size, size, channels : int
        Length of the latent; side and colour channels of the pictures.
    width : float
        Channels as a multiple of the usual.
    """

    def __init__(self, latent_size: int, size: int, channels: int, width: float = 1.0) -> None:
        super().__init__()
        stages, last = strided(channels, size, _CRITIC_WIDTHS, width, partial(nn.LeakyReLU, 0.2))
        stages += [nn.Flatten(), nn.Linear(last * sides(size)[0] ** 2, latent_size)]
        self.stages = nn.Sequential(*stages)

    def forward(self, pictures: Tensor) -> Tensor:
        latent: Tensor = self.stages(pictures)
        return latent


def start_small(module: nn.Module) -> None:
    """The paper's initial weights: normal with standard deviation 0.02."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
