"""What GANs that are told the class share: rows of zeros and a one, and a critic by projection."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from explorer.training.learning.adversarial import AdversarialSettings, Adversaries
from explorer.training.learning.family import Batch, NetworkExport, TrainingTask
from explorer.training.networks.class_conditioning import (
    AnyClass,
    ClassConditioned,
    ProjectionCritic,
    one_hot,
    refuse_unlabelled,
)


class ConditionalAdversaries(Adversaries):
    """Trains a generator against a critic, both of which are told the class.

    The generator takes latent and class in a row, (N, latent and classes); the critic pictures and rows of classes.
    """

    betas = (0.0, 0.99)

    def __init__(self, config: AdversarialSettings, task: TrainingTask, seed: int) -> None:
        refuse_unlabelled(task.classes, "dcgan")
        super().__init__(config, task, seed)

    def labels(self, batch: Batch) -> Tensor | None:
        if batch.labels is None:
            return torch.full((len(batch.pictures),), -1, device=batch.pictures.device)
        return batch.labels

    def made(self, network: nn.Module, z: Tensor, labels: Tensor | None) -> Tensor:
        class_rows = one_hot(labels, len(z), len(self.task.classes), z.device)
        pictures: Tensor = network(torch.cat([z, class_rows], 1))
        return pictures

    def scores(self, pictures: Tensor, labels: Tensor | None) -> Tensor:
        class_rows = one_hot(labels, len(pictures), len(self.task.classes), pictures.device)
        found: Tensor = self.critic(pictures, class_rows)
        return found

    def exports(self) -> dict[str, NetworkExport]:
        found = super().exports()
        inputs = {"z": torch.randn(2, self.latent_size), "label": torch.tensor([0, 1])}
        generator = ClassConditioned(self.average, len(self.task.classes)).eval()
        critic = AnyClass(cast(ProjectionCritic, self.critic)).eval()
        return {
            "generator": NetworkExport(generator, inputs, "picture"),
            "critic": NetworkExport(critic, found["critic"].inputs, "score"),
        }
