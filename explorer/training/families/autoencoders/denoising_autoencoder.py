"""Denoising autoencoder (Vincent et al., 2008): a picture is brought back from a spoilt copy of itself.

    |x - G(E(x~))|^2,    x~ = x + s eps, eps ~ N(0, I),    or x~ = x with a share s of its pixels black

Copying is no longer enough: what comes back has to be guessed from what pictures are usually like, so the code holds
that. As noise is independent of the picture and nothing in the code foretells it, it is left out of what is painted.
Besides generator and encoder both are exported as one, from noisy picture to clean one, for the window *Before and
after*, which adds noise to your picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning.autoencoding import DescendingAutoencoder, DescentSettings
from explorer.training.learning.family import Family, NetworkExport
from explorer.training.learning.knobs import choice, knob
from explorer.training.networks.autoencoder import Decoder
from explorer.training.networks.convolutional import ConvolutionalEncoder

GAUSSIAN, MASKING = "gaussian", "masking"
_BLACK = -1.0
_SPOILT = {
    GAUSSIAN: (r"x+s\epsilon", "Brings each picture back from a copy with noise of standard deviation s."),
    MASKING: (r"m\odot x", "Brings each picture back from a copy in which a share of the pixels is black."),
}


@dataclass(frozen=True)
class Config(DescentSettings):
    """Settings of a denoising autoencoder run."""

    latent_size: int = knob(128, 1, 1024, "How many numbers describe a picture: the dimensions of its code.")
    corruption: str = choice(
        GAUSSIAN, (GAUSSIAN, MASKING), "How pictures are spoilt: noise is added to all values, or pixels are blackened."
    )
    noise: float = knob(
        0.5, 0.0, 1.0, "How much: the standard deviation of what is added to values in [-1, 1], or the share blackened."
    )
    width: float = knob(1.0, 0.1, 8.0, "Channels of both networks, as a multiple of the usual.")


class DenoisingAutoencoder(DescendingAutoencoder):
    """Trains encoder and decoder to bring pictures back from spoilt copies."""

    settings: Config

    def build(self) -> tuple[nn.Module, nn.Module]:
        shape = (self.latent_size, self.task.size, self.task.channels)
        return ConvolutionalEncoder(*shape, self.settings.width), Decoder(*shape, self.settings.width)

    def seen(self, pictures: Tensor) -> Tensor:
        return spoilt(pictures, self.settings.corruption, self.settings.noise, self.rng)

    def figures(self, pictures: Tensor, seen: Tensor, again: Tensor, codes: Tensor) -> dict[str, Tensor]:
        return {"PSNR/denoised": psnr(again, pictures), "PSNR/noisy": psnr(seen, pictures)}

    def exports(self) -> dict[str, NetworkExport]:
        both = nn.Sequential(self.average["encoder"], self.average["decoder"]).eval()
        return super().exports() | {"translator": NetworkExport(both, {"picture": self.example()}, "denoised")}


def spoilt(pictures: Tensor, corruption: str, noise: float, rng: torch.Generator) -> Tensor:
    """Pictures (N, C, H, W) with Gaussian noise of that standard deviation, or with that share of pixels black."""
    if corruption == MASKING:
        count, _, height, width = pictures.shape
        kept = torch.rand((count, 1, height, width), generator=rng, device=rng.device) >= noise
        return torch.where(kept, pictures, _BLACK)
    drawn = torch.randn(pictures.shape, generator=rng, device=rng.device)
    return pictures + noise * drawn


def psnr(found: Tensor, wanted: Tensor) -> Tensor:
    """Peak signal-to-noise ratio of pictures in -1 to 1, in decibels: 10 log10(2^2 / mean squared error)."""
    error = (found - wanted).square().mean().clamp(min=1e-12)
    return 10.0 * (math.log10(4.0) - error.log10())


FAMILY = Family(
    "denoising_autoencoder",
    "Denoising autoencoder",
    "An autoencoder that is shown noisy pictures and has to give clean ones: it learns what pictures are like.",
    Config,
    DenoisingAutoencoder,
    explained=FamilyExplanation(
        objectives=lambda config: (
            Objective(
                "encoder and decoder",
                (
                    FormulaTerm(
                        "squared error",
                        rf"\mathbb{{E}}\lVert x-G(E({_SPOILT[config.corruption][0]}))\rVert^2",
                        _SPOILT[config.corruption][1],
                        (("s", "noise"),) if config.corruption == GAUSSIAN else (),
                    ),
                ),
                "minimise",
            ),
        ),
        healthy=(
            "The PSNR of what is denoised soon passes that of the noisy pictures, and keeps rising slowly.",
            "For held-out pictures it does, too; if only known ones come back clean, there are too few of them.",
            "What comes back is soft: it is the mean of the pictures that the noisy one may have come from.",
        ),
        papers=(
            Paper(
                "Vincent, Larochelle, Bengio & Manzagol",
                2008,
                "Extracting and Composing Robust Features with Denoising Autoencoders",
                "https://doi.org/10.1145/1390156.1390294",
            ),
        ),
    ),
    group="Autoencoders",
    good_at="removes noise",
)
