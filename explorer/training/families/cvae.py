"""Conditional VAE (Sohn, Lee & Yan, 2015): the decoder is told the class, so the latent holds all but that.

The loss is that of the VAE (see `explorer.training.families.vae`) with p(x|z, y) for p(x|z). The class y enters the
decoder beside the latent as a vector of zeros and a one. The encoder looks at the picture alone, q(z|x), which shows
its class. Pictures whose class is unknown are told with zeros only.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.training.family import Export, Family, Task
from explorer.training.networks.conditional import Told, one_hot, refuse_unlabelled
from explorer.training.variational import Settings, Variational


@dataclass(frozen=True)
class Config(Settings):
    """Settings of a conditional VAE run."""


class ConditionalVAE(Variational):
    """Trains an encoder, and a decoder that is told the class."""

    def __init__(self, config: Config, task: Task, seed: int) -> None:
        refuse_unlabelled(task.classes, "vae")
        super().__init__(config, task, seed)

    def told_size(self) -> int:
        return len(self.task.classes)

    def painted(self, networks: nn.ModuleDict, z: Tensor, labels: Tensor | None) -> Tensor:
        told = one_hot(labels, len(z), len(self.task.classes), z.device)
        pictures: Tensor = networks["decoder"](torch.cat([z, told], 1))
        return pictures

    def reconstructions(self, pictures: Tensor) -> Tensor | None:
        return None  # what is shown while training comes without its classes

    def exports(self) -> dict[str, Export]:
        inputs = {"z": torch.randn(2, self.latent_size), "label": torch.tensor([0, 1])}
        found = super().exports()
        told = Told(found["generator"].module, len(self.task.classes))
        found["generator"] = Export(told.eval(), inputs, "picture")
        return found


FAMILY = Family(
    "cvae",
    "Conditional VAE",
    "A VAE that is told the class: choose the class and vary everything else. Needs labelled pictures.",
    Config,
    ConditionalVAE,
    needs_classes=True,
)
