"""Least-squares GAN (Mao et al., 2017).

Scores are drawn to targets by squares instead of logarithms, so that pictures far on the wrong side keep a
slope (eq. 2 of the paper, with a = 0, b = c = 1):

    critic  1/2 E (D(x) - b)^2 + 1/2 E (D(G(z)) - a)^2,    generator  1/2 E (D(G(z)) - c)^2

Adam with beta1 = 0.5 as in the paper; R1 (Mescheder et al., 2018) may be added, for small sets.
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
    """Settings of an LSGAN run."""

    learning_rate: float = knob(2e-4, 1e-7, 1e-2, "Step size of Adam, for both networks.")
    r1_gamma: float = knob(0.0, 0.0, 100.0, "Strength of the R1 penalty; 0, as in the paper, leaves it out.")


class LSGAN(Adversaries):
    """Trains a generator against a critic that scores 1 for real and 0 for made."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        self.config = config
        pair = (config.latent_size, task.size, task.channels, config.width)
        super().__init__(config, task, seed, lambda: generator_and_critic(*pair))

    def optimizer(self, parameters: Any) -> torch.optim.Optimizer:
        return torch.optim.Adam(parameters, self.config.learning_rate, (0.5, 0.999), fused=True)

    def critic_loss(self, on_real: Tensor, on_made: Tensor) -> Tensor:
        return losses.least_squares(on_real, 1.0) + losses.least_squares(on_made, 0.0)

    def generator_loss(self, on_made: Tensor, on_real: Callable[[], Tensor]) -> Tensor:
        return losses.least_squares(on_made, 1.0)

    def penalties(self, real: Tensor, made: Tensor, score: Callable[[Tensor], Tensor]) -> dict[str, Tensor]:
        if self.config.r1_gamma == 0:
            return {}
        return {"R1": losses.squared_slope(score, self.seen(real)) * (self.config.r1_gamma / 2)}


FAMILY = Family(
    "lsgan",
    "LSGAN",
    "Least-squares GAN: gentler slopes than the original, good on simple pictures.",
    Config,
    LSGAN,
)
