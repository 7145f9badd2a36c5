"""A generator that takes a class beside its latent."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Labelled(nn.Module):
    """A generator that takes a class, which an embedding turns into numbers.

    Parameters
    ----------
    embedding : Embedding
        A row of numbers for each class.
    body : Module
        What paints from the latent and those numbers.
    way : {"label first", "latent first", "product"}
        How the two are joined.
    """

    def __init__(self, embedding: nn.Embedding, body: nn.Module, way: str) -> None:
        super().__init__()
        self.embedding, self.body, self.way = embedding, body, way

    def forward(self, z: Tensor, label: Tensor) -> Tensor:
        """Pictures of latents (N, d) and classes (N,)."""
        row: Tensor = self.embedding(label)
        if self.way == "product":
            return self._painted(row * z)
        pair = (row, z) if self.way == "label first" else (z, row)
        return self._painted(torch.cat(pair, 1))

    def _painted(self, joined: Tensor) -> Tensor:
        pictures: Tensor = self.body(joined)
        return pictures
