"""Wasserstein GAN with weight clipping (Arjovsky, Chintala & Bottou, 2017).

The critic estimates the earth mover's distance between real and made pictures (eq. 2 of the paper),
max over 1-Lipschitz D of E D(x) - E D(G(z)), and the generator lowers it. Clipping every weight to [-c, c] keeps D
Lipschitz (algorithm 1). As in the paper RMSprop trains both, and the critic is updated five times for each update of
the generator. The step size is 5e-4 and c = 0.03, where the paper has 5e-5 and 0.01: with those, this program's small
networks paint one grey square after 300 steps. The critic's loss, sign turned, falls as the pictures get better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from explorer.core.explain.explanation import Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.game_objectives import duel
from explorer.training.learning.adversarial import AdversarialSettings, Adversaries
from explorer.training.learning.family import Family
from explorer.training.learning.knobs import knob


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of a WGAN run."""

    learning_rate: float = knob(5e-4, 1e-7, 1e-2, "Step size of RMSprop, for both networks.")
    clip: float = knob(0.03, 1e-4, 1.0, "The critic's weights are kept within plus and minus this.")
    critic_steps: int = knob(5, 1, 20, "Updates of the critic for one of the generator.")


class WGAN(Adversaries):
    """Trains a generator against a critic of bounded weights."""

    config: Config
    plays = "wasserstein"

    def optimizer(self, parameters: Any) -> torch.optim.Optimizer:
        return torch.optim.RMSprop(parameters, self.config.learning_rate)

    @torch.no_grad()
    def after_critic(self) -> None:
        for weight in self.critic.parameters():
            weight.clamp_(-self.config.clip, self.config.clip)


FAMILY = Family(
    "wgan",
    "WGAN",
    "Wasserstein GAN with clipped weights: slow and steady, and its loss tells how good the pictures are.",
    Config,
    WGAN,
    explained=FamilyExplanation(
        objectives=lambda _config: duel("wasserstein"),
        healthy=(
            "The critic's loss is negative; its size grows at first and then shrinks as the pictures get better.",
            "The gap between the scores shrinks slowly and steadily. Its level means nothing, only how it changes.",
            "Every weight of the critic stays within plus and minus the clip.",
        ),
        papers=(Paper("Arjovsky, Chintala & Bottou", 2017, "Wasserstein GAN", "https://arxiv.org/abs/1701.07875"),),
    ),
    group="GANs",
    good_at="slow and steady",
)
