"""One dense layer from a picture to its code, and one back: all that PCA, too, can do."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class LinearEncoder(nn.Module):
    """Picture (N, C, H, W) to code (N, d)."""

    def __init__(self, latent_size: int, size: int, channels: int) -> None:
        super().__init__()
        self.dense = nn.Linear(channels * size**2, latent_size)

    def forward(self, pictures: Tensor) -> Tensor:
        code: Tensor = self.dense(pictures.flatten(1))
        return code


class LinearDecoder(nn.Module):
    """Code (N, d) to picture (N, C, H, W), which nothing keeps within -1 to 1."""

    def __init__(self, latent_size: int, size: int, channels: int) -> None:
        super().__init__()
        self.shape = (channels, size, size)
        self.dense = nn.Linear(latent_size, channels * size**2)

    def forward(self, code: Tensor) -> Tensor:
        picture: Tensor = self.dense(code).view(-1, *self.shape)
        return picture


def linear_pair(latent_size: int, size: int, channels: int) -> tuple[LinearEncoder, LinearDecoder]:
    """An encoder and a decoder that begin as a projection on directions drawn at random, and back."""
    encoder, decoder = LinearEncoder(latent_size, size, channels), LinearDecoder(latent_size, size, channels)
    nn.init.orthogonal_(encoder.dense.weight)
    with torch.no_grad():
        decoder.dense.weight.copy_(encoder.dense.weight.T)
        encoder.dense.bias.zero_()
        decoder.dense.bias.zero_()
    return encoder, decoder


@torch.no_grad()
def begin_at(encoder: LinearEncoder, decoder: LinearDecoder, mean: Tensor) -> None:
    """Let a fresh pair project what differs from ``mean``, (C, H, W), in which most of the squares of pictures lie.

    One whose decoder has learned is left as it is.
    """
    if not bool(decoder.dense.bias.any()):
        decoder.dense.bias.copy_(mean.flatten())
        encoder.dense.bias.copy_(-encoder.dense.weight @ mean.flatten())
