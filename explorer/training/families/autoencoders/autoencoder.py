"""Autoencoder (Hinton & Salakhutdinov, 2006): a code that is just long enough to bring its picture back.

Encoder E and decoder G lower the squared error of what comes back, and nothing else:

    |x - G(E(x))|^2

With one dense layer each and nothing bent between them (``linear``) they find the plane of the principal components,
though not its axes (Baldi & Hornik, 1989), and do as well as PCA and no better. Convolutions and what bends between
them do better with as few numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning.autoencoding import DescendingAutoencoder, DescentSettings
from explorer.training.learning.family import Family
from explorer.training.learning.knobs import knob, switch
from explorer.training.networks.autoencoder import Decoder
from explorer.training.networks.convolutional import ConvolutionalEncoder
from explorer.training.networks.linear import LinearDecoder, LinearEncoder, begin_at, linear_pair


@dataclass(frozen=True)
class Config(DescentSettings):
    """Settings of an autoencoder run."""

    linear: bool = switch(
        False, "One dense layer each way and nothing nonlinear between: as good as PCA, and no better."
    )
    width: float = knob(1.0, 0.1, 8.0, "Channels of both networks, as a multiple of the usual; not of linear ones.")


class Autoencoder(DescendingAutoencoder):
    """Trains encoder and decoder together."""

    settings: Config

    def build(self) -> tuple[nn.Module, nn.Module]:
        shape = (self.latent_size, self.task.size, self.task.channels)
        if self.settings.linear:
            return linear_pair(*shape)
        width = self.settings.width
        return ConvolutionalEncoder(*shape, width), Decoder(*shape, width)

    def begin(self, pictures: Tensor) -> None:
        encoder, decoder = self.pair["encoder"], self.pair["decoder"]
        if isinstance(encoder, LinearEncoder) and isinstance(decoder, LinearDecoder):
            begin_at(encoder, decoder, pictures.mean(0))


HINTON = Paper(
    "Hinton & Salakhutdinov",
    2006,
    "Reducing the Dimensionality of Data with Neural Networks",
    "https://doi.org/10.1126/science.1127647",
)

FAMILY = Family(
    "autoencoder",
    "Autoencoder",
    "A short code for each picture, and the picture back; where codes lie is left open, so samples are rubbish.",
    Config,
    Autoencoder,
    explained=FamilyExplanation(
        objectives=lambda _config: (
            Objective(
                "encoder and decoder",
                (
                    FormulaTerm(
                        "squared error",
                        r"\mathbb{E}\lVert x-G(E(x))\rVert^2",
                        "Brings each picture back from its code.",
                    ),
                ),
                "minimise",
            ),
        ),
        healthy=(
            "The squared error falls steeply at first and slowly later; reconstructions soon resemble their pictures.",
            "Samples of N(0, 1) stay rubbish, however good reconstructions are: nothing tells codes to lie there.",
            "Under Raw and fitted, a Gaussian fitted to the codes gives far better samples of the same decoder.",
        ),
        papers=(
            HINTON,
            Paper(
                "Baldi & Hornik",
                1989,
                "Neural Networks and Principal Component Analysis: Learning from Examples Without Local Minima",
                "https://doi.org/10.1016/0893-6080(89)90014-2",
            ),
        ),
    ),
    group="Autoencoders",
    good_at="short codes; PCA as a setting",
)
