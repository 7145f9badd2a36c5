"""The steps of a diffusion model in a row, as one network from a latent to a picture.

Each step turns by the same angle towards the clean picture, as DDIM does without chance (Song et al., 2021, eq. 12; for
v in Salimans & Ho, 2022, appendix D): with v = F(x, t) and d the angle of a step, x becomes x cos d - v sin d.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from explorer.training.networks.denoiser import Denoiser

STEPS = 8
"""How many steps a generator takes that is exported in one piece."""


class Unrolled(nn.Module):
    """Latents (N, C * S * S), which are noise, and classes (N,) where there are any, to pictures (N, C, S, S).

    Parameters
    ----------
    denoiser : Denoiser
        Its weights serve every step.
    size, channels : int
        Of the pictures.
    steps : int
    """

    def __init__(self, denoiser: Denoiser, size: int, channels: int, steps: int = STEPS) -> None:
        super().__init__()
        self.denoiser, self.steps, self.shape = denoiser, steps, (channels, size, size)

    def forward(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        turn = math.pi / 2 / self.steps
        pictures = z.view(-1, *self.shape)
        for step in range(self.steps, 0, -1):
            times = torch.full_like(z[:, 0], step / self.steps)
            pictures = math.cos(turn) * pictures - math.sin(turn) * self.denoiser(pictures, times, label)
        return pictures
