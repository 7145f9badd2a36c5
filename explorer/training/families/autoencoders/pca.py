"""Principal component analysis (Pearson, 1901; Hotelling, 1933): the best that straight lines can do.

The d directions V along which pictures vary most, the eigenvectors of their covariance C with the largest eigenvalues:

    C v_i = lambda_i v_i,    z = V (x - m),    G(z) = m + V' z

No other d directions bring pictures back with less squared error (Eckart & Young, 1936), and a linear autoencoder finds
the same plane by gradients. Here nothing is descended: each batch is taken into the covariance as it comes (see
`explorer.training.learning.principal_components`), and one pass over the pictures is all there is to learn.

Codes are whitened by default: divided by their standard deviations, so that sliders count those.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.core.problem import Problem
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning.autoencoding import RAW, WHITENED, Autoencoding, CodeSettings
from explorer.training.learning.devices import placed
from explorer.training.learning.family import Batch, Family, TrainingTask
from explorer.training.learning.knobs import choice, knob
from explorer.training.learning.principal_components import RunningScatter
from explorer.training.networks.linear import LinearDecoder, LinearEncoder

_KEPT = 1024  # rows of the factor: of so many pictures, or pictures of so many values, nothing is lost


@dataclass(frozen=True)
class Config(CodeSettings):
    """Settings of PCA."""

    batch_size: int = knob(256, 2, 4096, "Pictures that are taken in at once.")
    latents: str = choice(
        WHITENED, (RAW, WHITENED), "Latents of the exported model: whitened, in standard deviations, or raw codes."
    )


class PCA(Autoencoding):
    """Takes pictures into their covariance; encoder and decoder are its eigenvectors."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(config, task, seed)
        shape = (config.latent_size, task.size, task.channels)
        values = task.channels * task.size**2
        if config.latent_size > values:
            raise Problem(
                f"Pictures of {values} values do not have {config.latent_size} principal components.",
                f"Choose a latent_size of at most {values}.",
            )
        with torch.random.fork_rng(devices=[]):
            pair = nn.ModuleDict({"encoder": LinearEncoder(*shape), "decoder": LinearDecoder(*shape)})
        self.average = placed(pair, task.device)
        self.scatter = RunningScatter(values, max(_KEPT, config.latent_size)).to(task.device)
        self.networks = {"pair": self.average, "scatter": self.scatter}
        self._take_components()

    def step(self, batch: Batch) -> dict[str, Tensor]:
        pictures = batch.pictures
        self.scatter.see(pictures.flatten(1))
        self._take_components()
        error = (self.reconstructions(pictures) - pictures).square().sum((1, 2, 3)).mean()
        return {
            "squared error": error,
            "pixel error": (error / pictures[0].numel()).sqrt(),
            "variance explained": self.scatter.share(self.latent_size),
        }

    @torch.no_grad()
    def _take_components(self) -> None:
        units, _ = self.scatter.components(self.latent_size)
        encoder, decoder = cast(LinearEncoder, self.average["encoder"]), cast(LinearDecoder, self.average["decoder"])
        encoder.dense.weight.copy_(units)
        encoder.dense.bias.copy_(-units @ self.scatter.mean)
        decoder.dense.weight.copy_(units.T)
        decoder.dense.bias.copy_(self.scatter.mean)

    def spread(self) -> tuple[Tensor, Tensor]:
        _, deviations = self.scatter.components(self.latent_size)
        return torch.zeros_like(deviations), torch.where(deviations > 0, deviations, 1.0).diag()


FAMILY = Family(
    "pca",
    "PCA",
    "The directions along which your pictures vary most: exact, done in one pass, nothing to tune.",
    Config,
    PCA,
    explained=FamilyExplanation(
        objectives=lambda _config: (
            Objective(
                "components",
                (
                    FormulaTerm(
                        "squared error",
                        r"\mathbb{E}\lVert x-m-V^\top V(x-m)\rVert^2",
                        "Brings each picture back from its place along the directions V; no others do it better.",
                    ),
                ),
                "minimise",
            ),
        ),
        healthy=(
            "The share of variance explained settles after one pass over the pictures; more passes change nothing.",
            "A few dimensions explain most of the variance; what is lost is fine detail, so copies are blurred.",
            "Components look like ghostly pictures: light from the left, long hair, a bright ground.",
        ),
        papers=(
            Paper(
                "Pearson",
                1901,
                "On Lines and Planes of Closest Fit to Systems of Points in Space",
                "https://doi.org/10.1080/14786440109462720",
            ),
            Paper(
                "Ross, Lim, Lin & Yang",
                2008,
                "Incremental Learning for Robust Visual Tracking",
                "https://doi.org/10.1007/s11263-007-0075-7",
            ),
        ),
        size=32,
    ),
    group="Autoencoders",
    good_at="exact, in one pass",
)
