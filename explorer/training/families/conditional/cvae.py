"""Conditional VAE (Sohn, Lee & Yan, 2015): choose the class, and the latent holds all but that.

The loss is that of the VAE (see `autoencoders.vae`) with p(x|z, y) for p(x|z) and, as in eq. 4 of the
paper, a prior that the class decides:

    p(z|y) = N(c_y, I),    q(z|x) = N(mu(x), diag(sigma(x)^2)),    the latent that others see is z - c_y

The centres c_y are learned, from the KL alone, which is least where they are the means of their classes. With one prior
for all, z tells the class, as a picture shows it, and the decoder heeds no other: the class that is asked for would
change nothing. The decoder is told the class besides, as a vector of zeros and a one.

Pictures whose class is unknown have the prior N(0, I) and are told with zeros only. The encoder that is exported sees
no class: it gives sum_y p(y|x) (mu(x) - c_y), with p(y|x) proportional to N(mu(x) - c_y; 0, I).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import torch
from torch import Tensor, nn

from explorer.core.explain.explanation import Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.variational_objectives import HEALTHY, variational
from explorer.training.learning.family import Family, NetworkExport, TrainingTask
from explorer.training.learning.variational import Variational, VariationalSettings
from explorer.training.networks.autoencoder import Decoder
from explorer.training.networks.class_conditioning import ClassConditioned, one_hot, refuse_unlabelled

_REACH = 30.0  # Adam moves every weight by about its step size, and centres have further to go than most


@dataclass(frozen=True)
class Config(VariationalSettings):
    """Settings of a conditional VAE run."""


class Centres(nn.Module):
    """Classes as zeros and a one (N, K) to the means of their priors, (N, d)."""

    def __init__(self, classes: int, latent_size: int) -> None:
        super().__init__()
        self.of_class = nn.Parameter(torch.zeros(classes, latent_size))

    def table(self) -> Tensor:
        """The centre of each class, (K, d)."""
        return _REACH * self.of_class

    def forward(self, class_rows: Tensor) -> Tensor:
        return class_rows @ self.table()


class WithoutClass(nn.Module):
    """The encoder as others use it: picture to latent, the centres being taken off by how likely each class is.

    Parameters
    ----------
    encoder : nn.Module
        Gives the latent with its centre in it, (N, d).
    centres : (K, d) float32
    """

    centres: Tensor

    def __init__(self, encoder: nn.Module, centres: Tensor) -> None:
        super().__init__()
        self.encoder = encoder
        self.register_buffer("centres", centres)

    def forward(self, pictures: Tensor) -> Tensor:
        each = self.encoder(pictures)[:, None] - self.centres[None]
        likely = torch.softmax(-each.square().sum(2) / 2.0, 1)
        latent: Tensor = (likely[:, :, None] * each).sum(1)
        return latent


class ConditionalVAE(Variational):
    """Trains an encoder, a decoder that is told the class, and where the latents of each class lie."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        refuse_unlabelled(task.classes, "vae")
        super().__init__(config, task, seed)

    def told_size(self) -> int:
        return len(self.task.classes)

    def helpers(self) -> dict[str, nn.Module]:
        return {"centres": Centres(len(self.task.classes), self.latent_size)}

    def encoded(self, networks: nn.ModuleDict, pictures: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor]:
        mean, log_variance = super().encoded(networks, pictures, labels)
        return mean - networks["centres"](self._one_hot(pictures, labels)), log_variance

    def painted(self, networks: nn.ModuleDict, z: Tensor, labels: Tensor | None) -> Tensor:
        class_rows = self._one_hot(z, labels)
        placed = z + networks["centres"](class_rows) if "centres" in networks else z
        pictures: Tensor = networks["decoder"](torch.cat([placed, class_rows], 1))
        return pictures

    def _one_hot(self, rows: Tensor, labels: Tensor | None) -> Tensor:
        return one_hot(labels, rows.shape[0], len(self.task.classes), rows.device)  # len() would fix the batch

    @torch.no_grad()
    def finished(self) -> nn.ModuleDict:
        """As of every VAE; the decoder adds the centres by itself, from the class that it is told."""
        found, size = super().finished(), self.latent_size
        from_latent = cast(Decoder, self.average["decoder"]).dense.weight[:, :size]
        cast(Decoder, found["decoder"]).dense.weight[:, size:] += from_latent @ self._table().T
        return found

    def _table(self) -> Tensor:
        return cast(Centres, self.average["centres"]).table()

    def reconstructions(self, pictures: Tensor) -> Tensor | None:
        return None  # what is shown while training comes without its classes

    def exports(self) -> dict[str, NetworkExport]:
        inputs = {"z": torch.randn(2, self.latent_size), "label": torch.tensor([0, len(self.task.classes) - 1])}
        found = super().exports()
        conditioned = ClassConditioned(found["generator"].module, len(self.task.classes))
        found["generator"] = NetworkExport(conditioned.eval(), inputs, "picture")
        likelihood = found["likelihood"]
        shown = {**likelihood.inputs, "label": inputs["label"]}
        found["likelihood"] = replace(likelihood, inputs=shown)
        encoder = found["encoder"]
        found["encoder"] = NetworkExport(WithoutClass(encoder.module, self._centres()).eval(), encoder.inputs, "z")
        return found

    @torch.no_grad()
    def _centres(self) -> Tensor:
        """The centres among whitened latents, (K, d)."""
        factor = self.moments.factor()
        found: Tensor = torch.linalg.solve_triangular(factor, self._table().T, upper=False)
        return found.T.contiguous()


FAMILY = Family(
    "cvae",
    "Conditional VAE",
    "A VAE that is told the class: choose the class and vary everything else. Needs labelled pictures.",
    Config,
    ConditionalVAE,
    needs_classes=True,
    explained=FamilyExplanation(
        objectives=lambda config: variational(config, prior=r"\mathcal{N}(c_y, I)"),
        healthy=HEALTHY,
        papers=(
            Paper(
                "Sohn, Lee & Yan",
                2015,
                "Learning Structured Output Representation using Deep Conditional Generative Models",
                "https://papers.nips.cc/paper/2015/hash/8d55a249e6baa5c06772297520da2051-Abstract.html",
            ),
        ),
    ),
    group="VAEs",
    good_at="a class of your choice",
)
