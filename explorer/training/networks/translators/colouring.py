"""A translator that colours: it sees how light each place is, L, and answers a and b, what colour it has (Lab)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from explorer.training.networks.lab import lab_of, pictures_of
from explorer.training.networks.translators.translation import Norm, TranslatingNetwork

_FARTHEST = 110.0  # from grey, of a and b of any colour that a screen has


class ColouringNetwork(nn.Module):
    """Picture (N, 3, S, S), -1 to 1, with colours or without, to one of just its lightness and of other colours.

    Parameters
    ----------
    size, width, norm :
        As of `TranslatingNetwork`.
    """

    def __init__(self, size: int, width: float, norm: Norm) -> None:
        super().__init__()
        self.colours = TranslatingNetwork(size, 1, width, norm, answers=2)

    def forward(self, given: Tensor) -> Tensor:
        lightness = lab_of(given.float())[:, :1]
        found = self.colours(lightness / 50.0 - 1.0)
        return pictures_of(torch.cat([lightness, _FARTHEST * found.float()], 1))
