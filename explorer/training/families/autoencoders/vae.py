"""Variational autoencoder (Kingma & Welling, 2014), convolutional, with a weight on its KL term.

The encoder gives a normal distribution for each picture, q(z|x) = N(mu, diag(sigma^2)); the decoder paints z.
Training raises the evidence lower bound (ELBO; eq. 3 of the paper), here as a loss per picture in nats:

    |x - G(z)|^2 / (2 s^2)  +  beta KL(q(z|x) | N(0, I)),    z = mu + sigma eps,  eps ~ N(0, I)

with the KL in closed form (appendix B), 1/2 sum(mu^2 + sigma^2 - 1 - log sigma^2), and s, the noise that the
decoder is allowed, fixed. beta = 1 is the VAE; larger values give independent factors (Higgins et al., 2017).
What is exported is whitened: all latents of the data together, q(z), have the prior's mean and covariance.

Squared pixels hardly notice what is small, such as a mouth. On request the pictures are compared by the features of
a finished network too (deep feature consistency; Hou et al., 2017): + w mean over its layers l of
|f_l(x) - f_l(G(z))|^2 / |f_l(x)|^2.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.variational_objectives import HEALTHY, KINGMA, variational
from explorer.training.learning.family import Family
from explorer.training.learning.knobs import choice
from explorer.training.learning.variational import Variational, VariationalSettings
from explorer.training.networks.world_autoencoder import WorldDecoder, WorldEncoder

USUAL, WORLD = "usual", "world models"


@dataclass(frozen=True)
class Config(VariationalSettings):
    """Settings of a VAE run."""

    networks: str = choice(
        USUAL, (USUAL, WORLD), "The networks: those of this program, or those of World Models, for 64 x 64 pixels."
    )


class VAE(Variational):
    """Trains encoder and decoder together."""

    settings: Config

    def build(self) -> tuple[nn.Module, nn.Module]:
        if self.settings.networks == USUAL:
            return super().build()
        shape = (self.settings.latent_size, self.task.size, self.task.channels)
        return WorldEncoder(*shape), WorldDecoder(*shape)


FAMILY = Family(
    "vae",
    "VAE",
    "An autoencoder with a smooth latent space: quick to train, knows your pictures, a little soft.",
    Config,
    VAE,
    explained=FamilyExplanation(objectives=variational, healthy=HEALTHY, papers=(KINGMA,)),
    group="VAEs",
    good_at="quick, reconstructs",
)
