"""A generator that is told a class, in the form in which others use it: latent and class number to picture."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Told(nn.Module):
    """Puts the class beside the latent as a vector of zeros and a one, which the network inside expects.

    Parameters
    ----------
    network : nn.Module
        Takes (N, latent and classes).
    classes : int
    """

    table: Tensor

    def __init__(self, network: nn.Module, classes: int) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("table", torch.eye(classes))

    def forward(self, z: Tensor, label: Tensor) -> Tensor:
        pictures: Tensor = self.network(torch.cat([z, F.embedding(label, self.table)], 1))
        return pictures
