"""What can be set in the plane: loss, latent, networks and how fast each of the two learns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from explorer.training.learning.knobs import choice, knob

LOSSES: Final = ("non-saturating", "minimax", "least squares", "wgan", "wgan-gp", "relativistic")
LATENTS: Final = ("2-D normal", "2-D uniform", "1-D normal", "1-D uniform")
OPTIMISERS: Final = ("adam", "sgd", "adam, sgd")


@dataclass(frozen=True)
class PlaneConfig:
    """Settings of a GAN in the plane."""

    data: str = choice("eight", (), "The points to learn.")
    loss: str = choice("non-saturating", LOSSES, "How the critic's scores become the losses of the two networks.")
    latent: str = choice("2-D normal", LATENTS, "Where the generator's inputs come from.")
    critic_rate: float = knob(1e-3, 0.0, 1.0, "How far the critic goes in one update.")
    generator_rate: float = knob(1e-3, 0.0, 1.0, "How far the generator goes in one update.")
    critic_steps: int = knob(1, 1, 20, "Updates of the critic in one step.")
    generator_steps: int = knob(1, 1, 20, "Updates of the generator in one step.")
    batch_size: int = knob(128, 2, 1024, "Points in one update, of each kind.")
    critic_width: int = knob(64, 2, 256, "Units in each of the critic's two hidden layers.")
    generator_width: int = knob(64, 2, 256, "Units in each of the generator's two hidden layers.")
    optimiser: str = choice(
        "adam",
        OPTIMISERS,
        "Adam sizes its steps itself, plain descent (SGD) does not; or Adam for the critic alone.",
    )
    momentum: float = knob(0.5, 0.0, 0.99, "How much of earlier slopes each update keeps.")
    clip: float = knob(0.1, 0.001, 1.0, "WGAN: the largest weight that its critic may have; the rest is cut off.")
    penalty: float = knob(0.1, 0.0, 10.0, "How strongly WGAN-GP and relativistic hold the critic's slope.")

    @property
    def latent_size(self) -> int:
        """How many numbers the generator takes."""
        return int(self.latent[0])

    @property
    def is_uniform(self) -> bool:
        """Whether latents are uniform from -1 to 1, rather than normal."""
        return self.latent.endswith("uniform")
