"""The 28 x 28 convolutional GAN that lectures draw: a small network that can be read layer by layer.

The discriminator has convolutions of 64, 64, 128 and 128 channels, kernel 5, strides 2, 2, 2, 1, ReLU and dropout
0.4, and one dense unit. The generator has a dense layer to 7 x 7 x 64, then convolutions of 128 and 64 channels after
two upsamplings, then transposed convolutions of 64 and 1, kernel 5, with batch norm. On grey pictures with a latent of
100 these are 720,833 and 844,161 parameters, as published; 6,784 of the latter are the running means and variances of
batch norm, which are not trained. Loss: the original one (Goodfellow et al., 2014), non-saturating for the generator.
RMSprop with 0.0008 for the discriminator and 0.0004 for the generator, batches of 64.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from explorer.core.problem import Problem
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.game_objectives import GOODFELLOW, duel
from explorer.training.learning.adversarial import AdversarialSettings, Adversaries
from explorer.training.learning.family import Family, TrainingTask
from explorer.training.learning.knobs import knob
from explorer.training.networks.dropout import Dropout

SIDE = 28


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of a run of the lecture's GAN."""

    batch_size: int = knob(64, 2, 1024, "Pictures in one step.")
    latent_size: int = knob(100, 1, 1024, "Dimensions of the latent.")
    critic_rate: float = knob(8e-4, 1e-7, 1e-2, "Step size of RMSprop for the discriminator.")
    generator_rate: float = knob(4e-4, 1e-7, 1e-2, "Step size of RMSprop for the generator.")
    dropout: float = knob(0.4, 0.0, 0.9, "Share of the discriminator's values that are left out at random.")


class LectureGenerator(nn.Module):
    """Latent (N, d) to picture (N, C, 28, 28), -1 to 1."""

    def __init__(self, config: Config, task: TrainingTask) -> None:
        super().__init__()
        start, middle, last = (max(4, round(size * config.width)) for size in (64, 128, 64))
        self.start = start
        self.dense = nn.Sequential(nn.Linear(config.latent_size, 49 * start), nn.BatchNorm1d(49 * start), nn.ReLU())
        self.stages = nn.Sequential(
            nn.Upsample(scale_factor=2, mode="nearest"),
            nn.Conv2d(start, middle, 5, 1, 2),
            nn.BatchNorm2d(middle),
            nn.ReLU(),
            nn.Upsample(scale_factor=2, mode="nearest"),
            nn.Conv2d(middle, last, 5, 1, 2),
            nn.BatchNorm2d(last),
            nn.ReLU(),
            nn.ConvTranspose2d(last, last, 5, 1, 2),
            nn.BatchNorm2d(last),
            nn.ReLU(),
            nn.ConvTranspose2d(last, task.channels, 5, 1, 2),
        )

    def forward(self, z: Tensor) -> Tensor:
        return torch.tanh(self.stages(self.dense(z).view(-1, self.start, 7, 7)))


class LectureCritic(nn.Module):
    """Picture (N, C, 28, 28), -1 to 1, to score (N,): the discriminator before its sigmoid."""

    def __init__(self, config: Config, task: TrainingTask, rng: torch.Generator) -> None:
        super().__init__()
        stages: list[nn.Module] = []
        before = task.channels
        for size, stride in ((64, 2), (64, 2), (128, 2), (128, 1)):
            after = max(4, round(size * config.width))
            stages += [nn.Conv2d(before, after, 5, stride, 2), nn.ReLU(), Dropout(config.dropout, rng)]
            before = after
        self.stages = nn.Sequential(*stages, nn.Flatten())
        self.judge = nn.Linear(16 * before, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        score: Tensor = self.judge(self.stages(pictures)).squeeze(1)
        return score


class LectureGAN(Adversaries):
    """Trains the lecture's pair of networks."""

    config: Config

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        if task.size != SIDE:
            raise Problem(
                f"The Lecture GAN makes pictures of {SIDE} x {SIDE}, not of {task.size} x {task.size}.",
                f"Set the size to {SIDE}, or choose another family such as dcgan.",
            )
        super().__init__(config, task, seed)
        self.optimizers["critic"] = torch.optim.RMSprop(self.critic.parameters(), config.critic_rate)

    def build(self) -> tuple[nn.Module, nn.Module]:
        return LectureGenerator(self.config, self.task), LectureCritic(self.config, self.task, self.rng)

    def optimizer(self, parameters: Any) -> torch.optim.Optimizer:
        return torch.optim.RMSprop(parameters, self.config.generator_rate)


FAMILY = Family(
    "lecture_gan",
    "Lecture GAN",
    "The 28 x 28 GAN of the lectures, layer by layer; for grey pictures such as Fashion-MNIST.",
    Config,
    LectureGAN,
    scores=lambda _config: "logistic",
    explained=FamilyExplanation(
        objectives=lambda _config: duel("non-saturating"),
        healthy=(
            "D(x) stays above 1/2 and D(G(z)) below it, and neither sticks to 1 or 0.",
            "Both losses swing about a level; if the critic's falls to 0, the generator has nothing to learn from.",
            "Shapes appear within the first few thousand steps on Fashion-MNIST, details later.",
        ),
        papers=(GOODFELLOW,),
        size=SIDE,
        channels=1,
    ),
    group="GANs",
    good_at="the one from the lectures",
)
