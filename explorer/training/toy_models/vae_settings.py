"""What can be set of a VAE in the plane: its latent, its noise, and how much the prior weighs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from explorer.training.learning.knobs import choice, knob

VAE_LATENTS: Final = ("2-D", "1-D")


@dataclass(frozen=True)
class PlaneVAEConfig:
    """Settings of a VAE in the plane."""

    data: str = choice("eight", (), "The points to learn.")
    beta: float = knob(1.0, 0.0, 20.0, "How much the KL weighs: 1 is the ELBO, 0 a plain autoencoder.")
    noise: float = knob(0.04, 0.005, 0.5, "Standard deviation of the points that are drawn around a decoded one.")
    latent: str = choice("2-D", VAE_LATENTS, "How many numbers a code has.")
    rate: float = knob(2e-3, 0.0, 1.0, "How far both networks go in one update.")
    batch_size: int = knob(128, 2, 1024, "Points in one update.")
    width: int = knob(64, 2, 256, "Units in each of the two hidden layers, of the encoder and of the decoder.")

    @property
    def latent_size(self) -> int:
        """How many numbers a code has."""
        return int(self.latent[0])
