"""ProGAN (Karras, Aila, Laine & Lehtinen, 2018): generator and critic grow together, from 4 x 4 pixels to the whole.

Each stage is first faded in, then left to settle. Up to there both networks see pictures in larger pixels, so that what
is coarse is learned early, and quickly. Of the paper's other means there are normalised pixels, equalised learning
rates, and how much pictures of a batch differ, told to the critic.

Losses are those of `gans.dcgan` with R1, in the place of the paper's Wasserstein distance with a gradient penalty,
which needs a slope of the critic in every step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from explorer.core.explain.explanation import Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.game_objectives import duel, r1_terms
from explorer.training.learning.adversarial import AdversarialSettings, Adversaries
from explorer.training.learning.family import Batch, Family, NetworkExport
from explorer.training.learning.knobs import choice, knob, switch
from explorer.training.learning.losses import scores_of
from explorer.training.networks.growing import GrowingCritic, GrowingGenerator, deviation, follow_deviation, stage_graph


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of a ProGAN run."""

    loss: str = choice("relativistic", ("relativistic", "non-saturating"), "How critic and generator compete.")
    learning_rate: float = knob(1e-3, 1e-7, 1e-1, "Step size of Adam, for both networks.")
    growing: float = knob(0.6, 0.0, 1.0, "Share of the run after which they are grown.")
    fading: float = knob(0.5, 0.0, 1.0, "Share of each stage's time in which it is faded in.")
    r1_gamma: float = knob(1.0, 0.0, 100.0, "Strength of the R1 penalty; 0 switches it off.")
    r1_every: int = knob(8, 1, 64, "Steps between R1 penalties; each counts that many times.", " steps")
    bfloat16: bool = switch(False, "Use bfloat16 on processors that have it: fewer digits, nearly twice as fast.")


class ProGAN(Adversaries):
    """Trains a generator against a critic while both grow."""

    config: Config
    generator: GrowingGenerator
    critic: GrowingCritic
    average: GrowingGenerator
    betas = (0.0, 0.99)

    def build(self) -> tuple[nn.Module, nn.Module]:
        task, width = self.task, self.config.width
        generator = GrowingGenerator(self.latent_size, task.size, task.channels, width)
        return generator, GrowingCritic(task.size, task.channels, width)

    def grown(self) -> float:
        """How far they have grown by now: k for the k-th stage by itself, k + alpha while the next one fades in."""
        last, config = self.generator.stages - 1, self.config
        done = self.done_steps / (config.growing * self.task.steps) if config.growing else 1.0
        whole, part = divmod(min(done, 1.0) * last, 1.0)
        settling = 1.0 - config.fading
        return whole + max(0.0, part - settling) / config.fading if config.fading else whole

    def step(self, batch: Batch) -> dict[str, Tensor]:
        level = self.grown()
        for network in (self.generator, self.critic, self.average):
            network.grown.fill_(level)
        losses = super().step(replace(batch, pictures=self.coarse(batch.pictures, level)))
        return losses | {"stage": self.generator.grown[0].clone()}

    def coarse(self, pictures: Tensor, level: float) -> Tensor:
        """Real pictures as a stage shows them, a stage that is being faded in like that of the generator (figure 2)."""
        whole = int(level)
        found = _pixelated(pictures, self.generator.stages - 1 - whole)
        if level > whole:
            found = found.lerp(_pixelated(pictures, self.generator.stages - 2 - whole), level - whole)
        return found

    def scores(self, pictures: Tensor, labels: Tensor | None) -> Tensor:
        features = self.critic.features(pictures)
        return self.critic.judged(features, torch.cat([deviation(part) for part in self._parts(features)]))

    def teach_critic(self, real: Tensor, labels: Tensor | None = None) -> dict[str, Tensor]:
        self._pictures = len(real)
        return super().teach_critic(real, labels)

    def penalties(self, real: Tensor, made: Tensor, score: Callable[[Tensor], Tensor]) -> dict[str, Tensor]:
        with torch.no_grad():
            follow_deviation(self.critic, deviation(self.critic.features(real)))
        return super().penalties(real, made, score)

    def _parts(self, features: Tensor) -> tuple[Tensor, ...]:
        """Real and made pictures apart: how much they differ is not to be measured across both."""
        count = self._pictures
        return tuple(features[start : start + count] for start in range(0, len(features), count))

    _pictures = 1 << 30

    def exports(self) -> dict[str, NetworkExport]:
        found = super().exports()
        return {
            "generator": replace(found["generator"], graph=stage_graph),
            "critic": replace(found["critic"], module=self.critic.finished().eval()),
        }

    def origins(self) -> dict[str, nn.Module]:
        return {"generator": self.average, "critic": self.critic}


def _pixelated(pictures: Tensor, halvings: int) -> Tensor:
    if not halvings:
        return pictures
    small = nn.functional.avg_pool2d(pictures, 2**halvings)
    return nn.functional.interpolate(small, scale_factor=float(2**halvings))


FAMILY = Family(
    "progan",
    "ProGAN",
    "Grows from 4 x 4 pixels up: what is coarse comes first, and can still be seen later. From a thousand pictures.",
    Config,
    ProGAN,
    scores=scores_of,
    explained=FamilyExplanation(
        objectives=lambda config: duel(config.loss, r1_terms(config), ()),
        healthy=(
            "Stage climbs a step at a time; each time a new one is faded in, both losses jump and settle again.",
            "Samples are blocks at first, then blurred faces, then sharp ones: what is coarse hardly changes later.",
            "Samples keep differing at every stage; if not, growth was too fast.",
        ),
        papers=(
            Paper(
                "Karras, Aila, Laine & Lehtinen",
                2018,
                "Progressive Growing of GANs for Improved Quality, Stability, and Variation",
                "https://arxiv.org/abs/1710.10196",
            ),
        ),
    ),
    group="GANs",
    good_at="grows from coarse to fine",
)
