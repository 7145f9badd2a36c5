"""A VAE whose decoder is told the factors (Yan, Yang, Sohn & Lee, 2016): each a slider, the rest a latent.

The conditional VAE of `cvae` (Sohn, Lee & Yan, 2015) with all that is known of a picture, y, in the place of one class.
The loss is that of the VAE (see `autoencoders.vae`) with p(x|z, y) for p(x|z), as in eq. 3 of the paper,

    |x - G(y, z)|^2 / (2 s^2)  +  beta KL(q(z|x) | N(0, I))  +  w sum over the factors of  -log R(y|x)

and a reader R of factors beside the encoder, so that a picture alone gives all of its latent: what is read and what is
left. Nothing keeps z from telling factors too, but for the KL term, which makes it cheaper to be told: so beta is 4.
What is unknown of a picture is told as the mean. It is `factor_gan` without the critic, softer, and knows what is left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import torch
from torch import Tensor, nn

from explorer.core.explain.explanation import FormulaTerm, Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.variational_objectives import HEALTHY, KINGMA, variational
from explorer.training.learning.attribute_loss import AttributeLoss
from explorer.training.learning.factors import FactorReading, FactorSpace
from explorer.training.learning.family import Batch, Family, NetworkExport, TrainingTask
from explorer.training.learning.knobs import choice, knob
from explorer.training.learning.variational import Variational, VariationalSettings
from explorer.training.networks.autoencoder import Mean, VariationalEncoder
from explorer.training.networks.factor_painter import FactorReader


@dataclass(frozen=True)
class Config(VariationalSettings):
    """Settings of a run."""

    told: str = choice(
        "",
        (),
        "Attributes to use, separated by commas: names, such as hair for hair=black; -NAME leaves one out. Empty: all.",
    )
    latent_size: int = knob(16, 1, 1024, "Dimensions of the latent beside the factors.")
    beta: float = knob(4.0, 0.0, 100.0, "Weight of the KL term: higher leaves more to the factors.")
    reader_weight: float = knob(20.0, 0.0, 1000.0, "Weight of reading the factors off pictures, in nats for each.")


class FactorsFirst(nn.Module):
    """The decoder as others use it: factors and latent (N, F + d), in this order, to pictures."""

    middle: Tensor
    spread: Tensor

    def __init__(self, decoder: nn.Module, space: FactorSpace) -> None:
        super().__init__()
        self.decoder, self.count = decoder, space.size
        for name, values in zip(("middle", "spread"), space.moments(), strict=True):
            self.register_buffer(name, values)

    def forward(self, z: Tensor) -> Tensor:
        told = (z[:, : self.count] - self.middle) / self.spread
        pictures: Tensor = self.decoder(torch.cat([z[:, self.count :], told], 1))
        return pictures


class FactorsRead(nn.Module):
    """The encoder as others use it: picture to its factors and its latent, (N, F + d)."""

    def __init__(self, reading: FactorReading, mean: Mean) -> None:
        super().__init__()
        self.reading, self.mean = reading, mean

    def forward(self, pictures: Tensor) -> Tensor:
        return torch.cat([self.reading(pictures), self.mean(pictures)], 1)


class FactorVAE(Variational):
    """Trains encoder, reader and a decoder that is told the factors."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        self.config, self.space = config, FactorSpace.of(task.columns, config.told)
        self.rest = config.latent_size
        super().__init__(config, task, seed)
        self.latent_size, self.dimensions = self.space.size + self.rest, self.space.dimensions
        self.middle, self.spread = (values.to(task.device) for values in self.space.moments())
        self._loss = AttributeLoss([task.columns[place] for place in self.space.columns], task.device)

    def told_size(self) -> int:
        return self.space.size

    def helpers(self) -> dict[str, nn.Module]:
        return {"reader": FactorReader(self.task.size, self.task.channels, self.space.size, self.config.width)}

    def painted(self, networks: nn.ModuleDict, z: Tensor, labels: Tensor | None) -> Tensor:
        """Pictures of latents (N, d) and factors (N, F), which are handed on as labels are; their mean without."""
        told = self.middle.expand(len(z), -1) if labels is None else labels
        pictures: Tensor = networks["decoder"](torch.cat([z, (told - self.middle) / self.spread], 1))
        return pictures

    def step(self, batch: Batch) -> dict[str, Tensor]:
        if batch.attributes is None:
            raise ValueError("factors are learned from attributes")
        return super().step(replace(batch, labels=self.space.rows(batch.attributes)))

    def guidance(self, z: Tensor, batch: Batch) -> dict[str, Tensor]:
        if batch.attributes is None:
            return {}
        yes_no, numbers = self._loss(self.pair["reader"](batch.pictures), batch.attributes[:, list(self.space.columns)])
        return {"reader": self.config.reader_weight * len(self.space.dimensions) * (yes_no + numbers)}

    def sample(self, count: int) -> Tensor:
        rest = torch.randn((count, self.rest), generator=self.rng, device=self.rng.device)
        return torch.cat([self.space.sample(count, self.rng), rest], 1)

    @torch.no_grad()
    def pictures(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        made: Tensor = self._painter()(z)
        return made

    @torch.no_grad()
    def reconstructions(self, pictures: Tensor) -> Tensor | None:
        return self.pictures(self._encoder()(pictures))

    def bits_per_dimension(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor | None:
        return None  # a picture alone does not come with its factors

    def exports(self) -> dict[str, NetworkExport]:
        pictures = torch.randn(2, self.task.channels, self.task.size, self.task.size)
        return {
            "generator": NetworkExport(self._painter(), {"z": self.sample(2).cpu()}, "picture"),
            "encoder": NetworkExport(self._encoder(), {"picture": pictures}, "z"),
        }

    def origins(self) -> dict[str, nn.Module]:
        return {"generator": self.average["decoder"]}

    def _painter(self) -> FactorsFirst:
        return FactorsFirst(self.finished()["decoder"], self.space).to(self.middle.device).eval()

    def _encoder(self) -> FactorsRead:
        mean = Mean(cast(VariationalEncoder, self.finished()["encoder"]))
        reading = FactorReading(self.average["reader"], self.space, 0).to(self.middle.device)
        return FactorsRead(reading, mean).eval()


_READ = FormulaTerm(
    "reader",
    r"+ w\sum_a -\log R(y_a\mid x)",
    "Reads the factors off each picture, so that a picture alone gives its whole latent.",
    (("w", "reader_weight"),),
)

FAMILY = Family(
    "factor_vae",
    "VAE of named factors",
    "A VAE that is told what you know about the pictures: a slider for each attribute, and a latent for what is left.",
    Config,
    FactorVAE,
    learns_attributes=True,
    explained=FamilyExplanation(
        objectives=lambda config: variational(config, _READ),
        healthy=(
            *HEALTHY,
            "The KL falls well below that of a plain VAE, as what is told need not be kept in the latent.",
        ),
        papers=(
            Paper(
                "Yan, Yang, Sohn & Lee",
                2016,
                "Attribute2Image: Conditional Image Generation from Visual Attributes",
                "https://arxiv.org/abs/1512.00570",
            ),
            KINGMA,
        ),
    ),
    group="VAEs",
    good_at="sliders for attributes, from photos too",
)
