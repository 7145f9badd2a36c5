"""Dropout that can be repeated: it draws from the run's own random numbers, which are in every checkpoint."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from explorer.training.distributed.sharing import own_rows, shares


class Dropout(nn.Module):
    """Sets a share of the values to 0 while training, and raises the others so that the mean stays.

    Parameters
    ----------
    share : float
        How many, 0 to 1 (exclusive).
    rng : torch.Generator
        Of the learner; on the device of the values.
    """

    def __init__(self, share: float, rng: torch.Generator) -> None:
        super().__init__()
        self.share, self._rng = share, rng

    def forward(self, values: Tensor) -> Tensor:
        if not self.training or self.share == 0:
            return values
        whole = (len(values) * shares(), *values.shape[1:])
        kept = own_rows(torch.rand(whole, generator=self._rng, device=self._rng.device)) >= self.share
        return values * kept / (1.0 - self.share)
