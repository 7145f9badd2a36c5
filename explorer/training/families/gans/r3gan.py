"""R3GAN, "the GAN is dead; long live the GAN!" (Huang et al., 2024): a sound modern default for small sets.

Relativistic pairing with both zero-centred gradient penalties in every step (section 2 of the paper):

    critic     E softplus(-(D(x) - D(G(z)))) + gamma/2 (R1 + R2),    R1 = E |grad D(x)|^2,  R2 = E |grad D(G(z))|^2
    generator  E softplus(-(D(G(z)) - D(x)))

As in the paper there is no normalisation layer, Adam has beta1 = 0, and learning rate, beta2 and gamma go along
cosine ramps over the first part of the run. The networks are plainer than the paper's ConvNeXt-like ones, which
processors without a graphics card cannot train in time. For a few thousand pictures the critic sees them through
differentiable augmentation.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor, nn

from explorer.core.explain.explanation import Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.game_objectives import duel, slope_penalty
from explorer.training.learning import losses
from explorer.training.learning.adversarial import AdversarialSettings, Adversaries
from explorer.training.learning.family import Batch, Family
from explorer.training.learning.knobs import knob, switch
from explorer.training.networks.convolutional import ConvolutionalCritic, ConvolutionalGenerator


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of an R3GAN run."""

    learning_rate: float = knob(4e-4, 1e-7, 1e-2, "Step size of Adam at the start, for both networks.")
    last_rate: float = knob(1e-4, 1e-7, 1e-2, "Step size of Adam once the ramp is over.")
    r1_gamma: float = knob(2.0, 0.0, 1000.0, "Strength of both gradient penalties at the start.")
    last_gamma: float = knob(0.5, 0.0, 1000.0, "Strength of both gradient penalties once the ramp is over.")
    ramp: float = knob(0.5, 0.0, 1.0, "Share of the run over which the settings go from start to end.")
    augment: bool = switch(True, "Alter what the critic sees, which keeps small sets from being memorised.")


class R3GAN(Adversaries):
    """Trains a generator against a critic, regularised on both sides."""

    config: Config
    plays = "relativistic"
    betas = (0.0, 0.9)

    def build(self) -> tuple[nn.Module, nn.Module]:
        task, width = self.task, self.config.width
        generator = ConvolutionalGenerator(self.latent_size, task.size, task.channels, width, nn.Identity)
        critic = ConvolutionalCritic(task.size, task.channels, width)
        for network in (generator, critic):
            network.apply(_start_level)
        return generator, critic

    def step(self, batch: Batch) -> dict[str, Tensor]:
        rate = self._ramped(self.config.learning_rate, self.config.last_rate)
        self.set_rate(rate, betas=(0.0, self._ramped(0.9, 0.99)))
        return super().step(batch)

    def _ramped(self, first: float, last: float) -> float:
        """``first`` at the start of the run, ``last`` when the ramp is over, along a cosine between."""
        length = self.config.ramp * self.task.steps
        share = min(1.0, self.done_steps / length) if length else 1.0
        return last + (first - last) * 0.5 * (1.0 + math.cos(math.pi * share))

    def penalties(self, real: Tensor, made: Tensor, score: Callable[[Tensor], Tensor]) -> dict[str, Tensor]:
        half = self._ramped(self.config.r1_gamma, self.config.last_gamma) / 2
        if half == 0:
            return {}
        return {
            "R1": losses.squared_slope(score, self.seen(real)) * half,
            "R2": losses.squared_slope(score, self.seen(made)) * half,
        }


def _start_level(module: nn.Module) -> None:
    """Weights that keep the size of what passes through, as there is no normalisation (He et al., 2015)."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        summed = _summed(module) if isinstance(module, nn.ConvTranspose2d) else module.weight[0].numel()
        nn.init.normal_(module.weight, 0.0, math.sqrt(2.0 / summed))
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def _summed(module: nn.ConvTranspose2d) -> int:
    """How many values are summed to each one that comes out."""
    kernel, stride = module.kernel_size[0], module.stride[0]
    return max(1, module.in_channels * (kernel // stride) ** 2)


FAMILY = Family(
    "r3gan",
    "R3GAN",
    "Relativistic, regularised on both sides: the sound modern choice for small sets.",
    Config,
    R3GAN,
    scores=lambda _config: "relative",
    explained=FamilyExplanation(
        objectives=lambda _config: duel("relativistic", (slope_penalty("R1", "x"), slope_penalty("R2", "G(z)"))),
        healthy=(
            "Both losses stay near log 2 = 0.69 and swing little; the generator's lies somewhat above.",
            "R1 and R2 fall together with gamma, which goes down over the first part of the run.",
            "Samples grow better for as long as the run lasts and keep differing from each other.",
        ),
        papers=(
            Paper(
                "Huang et al.",
                2024,
                "The GAN is dead; long live the GAN! A Modern GAN Baseline",
                "https://arxiv.org/abs/2501.05441",
            ),
        ),
    ),
    group="GANs",
    good_at="sharp, from a few hundred pictures",
)
