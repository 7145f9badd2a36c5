"""The original GAN (Goodfellow et al., 2014): two multilayer perceptrons and the game that they play.

The critic, D, is a sigmoid on its score and raises E log D(x) + E log(1 - D(G(z))) (eq. 1 of the paper). The
generator either lowers that same value (*minimax*), or raises E log D(G(z)) (*non-saturating*, section 3), which has a
slope where the critic is sure. As in the paper the critic has dropout; leaky ReLU stands for its maxout, and Adam for
momentum.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.game_objectives import GOODFELLOW, duel
from explorer.training.learning.adversarial import AdversarialSettings, Adversaries
from explorer.training.learning.family import Family, TrainingTask
from explorer.training.learning.knobs import choice, knob
from explorer.training.learning.losses import scores_of
from explorer.training.networks.dropout import Dropout


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of a GAN run."""

    batch_size: int = knob(64, 2, 1024, "Pictures in one step.")
    loss: str = choice(
        "non-saturating",
        ("non-saturating", "minimax"),
        "The generator's loss: minimax is the game of the proof, and hardly learns at first.",
    )
    learning_rate: float = knob(2e-4, 1e-7, 1e-2, "Step size of Adam, for both networks.")
    dropout: float = knob(0.3, 0.0, 0.9, "Share of the critic's values that are left out at random.")


class DenseGenerator(nn.Module):
    """Latent (N, d) to picture (N, C, H, W), -1 to 1."""

    def __init__(self, config: Config, task: TrainingTask) -> None:
        super().__init__()
        self.shape = (task.channels, task.size, task.size)
        widths = [max(8, round(size * config.width)) for size in (256, 512, 1024)]
        layers: list[nn.Module] = []
        before = config.latent_size
        for after in widths:
            layers += [nn.Linear(before, after), nn.BatchNorm1d(after), nn.ReLU()]
            before = after
        self.layers = nn.Sequential(*layers, nn.Linear(before, task.channels * task.size**2))

    def forward(self, z: Tensor) -> Tensor:
        return torch.tanh(self.layers(z)).view(-1, *self.shape)


class DenseCritic(nn.Module):
    """Picture (N, C, H, W), -1 to 1, to score (N,)."""

    def __init__(self, config: Config, task: TrainingTask, rng: torch.Generator) -> None:
        super().__init__()
        before = task.channels * task.size**2
        layers: list[nn.Module] = [nn.Flatten()]
        for size in (512, 256):
            after = max(8, round(size * config.width))
            layers += [nn.Linear(before, after), nn.LeakyReLU(0.2), Dropout(config.dropout, rng)]
            before = after
        self.layers = nn.Sequential(*layers, nn.Linear(before, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        score: Tensor = self.layers(pictures).squeeze(1)
        return score


class GAN(Adversaries):
    """Trains two multilayer perceptrons against each other."""

    config: Config

    def build(self) -> tuple[nn.Module, nn.Module]:
        return DenseGenerator(self.config, self.task), DenseCritic(self.config, self.task, self.rng)


FAMILY = Family(
    "gan",
    "GAN",
    "The original: two plain networks in a game. Quick on small pictures, rough on large ones.",
    Config,
    GAN,
    scores=scores_of,
    explained=FamilyExplanation(
        objectives=lambda config: duel(config.loss),
        healthy=(
            "D(x) and D(G(z)) both drift towards 1/2: the critic can no longer tell which is which.",
            "The critic's loss ends near 2 log 2 = 1.39 and does not fall to 0.",
            "Neither loss says how good the pictures are; look at the samples.",
        ),
        papers=(GOODFELLOW,),
        size=28,
        channels=1,
    ),
    group="GANs",
    good_at="quick on small pictures",
)
