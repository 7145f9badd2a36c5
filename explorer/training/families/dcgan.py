"""Deep convolutional GAN (Radford, Metz & Chintala, 2016), with what has since made it train well.

The networks are the paper's but for the last stage (see `explorer.training.networks.convolutional`). Losses, with
D(x) the critic's score:

- relativistic pairing (Jolicoeur-Martineau, 2019; Huang et al., 2024): critic softplus(-(D(x) - D(G(z)))),
  generator softplus(-(D(G(z)) - D(x)));
- non-saturating (Goodfellow et al., 2014): critic softplus(-D(x)) + softplus(D(G(z))),
  generator softplus(-D(G(z)));
- plus R1 (Mescheder et al., 2018): gamma/2 E|grad D(x)|^2 on real pictures, done lazily every few steps.

Small sets are helped by differentiable augmentation; samples come from a moving average of the generator.
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
from explorer.training.learning.knobs import choice, knob, switch
from explorer.training.networks.convolutional import generator_and_critic


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of a DCGAN run."""

    loss: str = choice(
        "relativistic", ("relativistic", "non-saturating"), "How critic and generator compete."
    )
    learning_rate: float = knob(3e-4, 1e-6, 1e-2, "Step size of Adam, for both networks.")
    beta1: float = knob(0.0, 0.0, 0.99, "Momentum of Adam.")
    r1_gamma: float = knob(1.0, 0.0, 100.0, "Strength of the R1 penalty; 0 switches it off.")
    r1_every: int = knob(8, 1, 64, "Steps between R1 penalties; each counts that many times.", " steps")
    augment: bool = switch(
        True, "Alter what the critic sees, which saves small sets from being learned by heart."
    )


class DCGAN(Adversaries):
    """Trains a generator against a critic."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        self.config = config
        pair = (config.latent_size, task.size, task.channels, config.width)
        super().__init__(config, task, seed, lambda: generator_and_critic(*pair))

    def optimizer(self, parameters: Any) -> torch.optim.Optimizer:
        return torch.optim.Adam(parameters, self.config.learning_rate, (self.config.beta1, 0.99), fused=True)

    def critic_loss(self, on_real: Tensor, on_made: Tensor) -> Tensor:
        if self.config.loss == "relativistic":
            return losses.relativistic(on_real, on_made)
        return losses.logistic_critic(on_real, on_made)

    def generator_loss(self, on_made: Tensor, on_real: Callable[[], Tensor]) -> Tensor:
        if self.config.loss == "relativistic":
            return losses.relativistic(on_made, on_real())
        return losses.non_saturating_generator(on_made)

    def penalties(self, real: Tensor, made: Tensor, score: Callable[[Tensor], Tensor]) -> dict[str, Tensor]:
        gamma, every = self.config.r1_gamma, self.config.r1_every
        if gamma == 0 or self.done_steps % every:
            return {}
        return {"R1": losses.squared_slope(score, self.seen(real)) * (gamma / 2 * every)}


FAMILY = Family(
    "dcgan", "DCGAN", "A convolutional GAN: sharp pictures, from a thousand examples upwards.", Config, DCGAN
)
