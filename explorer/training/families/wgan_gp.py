"""Wasserstein GAN with gradient penalty (Gulrajani et al., 2017).

As the Wasserstein GAN, but the critic is kept 1-Lipschitz by a penalty on its slope between real and made pictures
(eq. 3 of the paper):

    E D(G(z)) - E D(x) + lambda E (|grad D(x^)| - 1)^2,    x^ = eps x + (1 - eps) G(z),  eps ~ U(0, 1)

Settings as in the paper: lambda = 10, Adam with 1e-4 and betas (0, 0.9), five updates of the critic for one of the
generator, no batch norm in the critic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from explorer.training.learning import losses
from explorer.training.learning.adversarial import AdversarialSettings, Adversaries
from explorer.training.learning.family import Family, TrainingTask
from explorer.training.learning.knobs import knob
from explorer.training.networks.convolutional import generator_and_critic


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of a WGAN-GP run."""

    learning_rate: float = knob(1e-4, 1e-7, 1e-2, "Step size of Adam, for both networks.")
    penalty: float = knob(10.0, 0.0, 1000.0, "Weight of the penalty on slopes other than 1.")
    critic_steps: int = knob(5, 1, 20, "Updates of the critic for one of the generator.")


class WGANGP(Adversaries):
    """Trains a generator against a critic of slope 1."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        self.config, self.turns = config, config.critic_steps
        pair = (config.latent_size, task.size, task.channels, config.width)
        super().__init__(config, task, seed, lambda: generator_and_critic(*pair))

    def optimizer(self, parameters: Any) -> torch.optim.Optimizer:
        return torch.optim.Adam(parameters, self.config.learning_rate, (0.0, 0.9), fused=True)

    def critic_loss(self, on_real: Tensor, on_made: Tensor) -> Tensor:
        return losses.wasserstein_critic(on_real, on_made)

    def generator_loss(self, on_made: Tensor, on_real: Callable[[], Tensor]) -> Tensor:
        return losses.wasserstein_generator(on_made)

    def penalties(self, real: Tensor, made: Tensor, score: Callable[[Tensor], Tensor]) -> dict[str, Tensor]:
        if self.config.penalty == 0:
            return {}
        off = losses.slope_from_one(score, self.seen(real), self.seen(made), self.rng)
        return {"slope": self.config.penalty * off}


FAMILY = Family(
    "wgan_gp",
    "WGAN-GP",
    "Wasserstein GAN with gradient penalty: hardly ever collapses, at five critic steps for each picture step.",
    Config,
    WGANGP,
)
