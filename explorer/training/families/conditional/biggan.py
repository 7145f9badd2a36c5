"""BigGAN (Brock, Donahue & Simonyan, 2019) in a small form: a class, a latent for every stage, and truncation.

    critic     E max(0, 1 - D(x, y)) + E max(0, 1 + D(G(z, y), y))
    generator  -E D(G(z, y), y)  +  beta sum over its weights of |W W' (1 - I)|^2

The critic is told the class by projection (Miyato & Koyama, 2018), and its weights have spectral norm (Miyato et al.,
2018). The last term (eq. 3) keeps the rows of each weight apart, so that a generator that never saw short latents
paints them soundly: truncation then trades variety for fidelity. What made the original big, batches of 2,048 and wide
networks with attention, is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.core.problem import Problem
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.game_objectives import duel
from explorer.training.learning.adversarial import AdversarialSettings
from explorer.training.learning.conditional_adversaries import ConditionalAdversaries
from explorer.training.learning.family import Family
from explorer.training.learning.knobs import knob
from explorer.training.learning.stages import sides
from explorer.training.networks.big_generator import BigGenerator, uneven, with_spectral_norm
from explorer.training.networks.class_conditioning import ProjectionCritic
from explorer.training.networks.convolutional import ConvolutionalCritic


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of a BigGAN run."""

    truncated: float = knob(0.0, 0.0, 1.0, "Share of latents drawn nearer to the mean; the paper has none.")
    batch_size: int = knob(64, 2, 1024, "Pictures in one step.")
    learning_rate: float = knob(4e-4, 1e-6, 1e-2, "Step size of Adam, for both networks.")
    orthogonal: float = knob(1e-4, 0.0, 1.0, "How strongly rows of the generator's weights are kept apart.")


class BigGAN(ConditionalAdversaries):
    """Trains a generator against a critic, both of which are told the class."""

    config: Config
    plays = "hinge"
    betas = (0.0, 0.999)

    def build(self) -> tuple[nn.Module, nn.Module]:
        task, width, classes = self.task, self.config.width, len(self.task.classes)
        if self.latent_size < (parts := len(sides(task.size))):
            raise Problem(
                f"A latent of {self.latent_size} cannot be cut into {parts} parts.",
                f"Set latent_size to {parts} or more.",
            )
        eyes = ConvolutionalCritic(task.size, task.channels, width)
        critic = with_spectral_norm(ProjectionCritic(eyes, eyes.judge.in_features, classes))
        return BigGenerator(self.latent_size, classes, task.size, task.channels, width), critic

    def generator_penalties(self, made: Tensor) -> dict[str, Tensor]:
        if self.config.orthogonal == 0.0:
            return {}
        return {"orthogonal": self.config.orthogonal * uneven(self.generator)}


def _objectives(config: Config) -> tuple[Objective, ...]:
    apart = FormulaTerm(
        "orthogonal",
        r"+ \beta\sum_W\lVert WW^\top\odot(1-I)\rVert^2",
        "Keeps the rows of each weight apart, so that short latents give sound pictures too.",
        ((r"\beta", "orthogonal"),),
    )
    return duel("hinge", (), (apart,) if config.orthogonal else ())


FAMILY = Family(
    "biggan",
    "BigGAN",
    "Class and latent enter every stage; truncation trades variety for fidelity. Needs labelled pictures.",
    Config,
    BigGAN,
    needs_classes=True,
    explained=FamilyExplanation(
        objectives=_objectives,
        healthy=(
            "The critic's loss stays between about 0.5 and 2; at 0 it has won, and the generator learns nothing more.",
            "Each row of the sample sheet shows one class, and the pictures within it differ.",
            "Orthogonal falls at first and then stays: rows of weights have been turned apart.",
        ),
        papers=(
            Paper(
                "Brock, Donahue & Simonyan",
                2019,
                "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
                "https://arxiv.org/abs/1809.11096",
            ),
            Paper(
                "Miyato, Kataoka, Koyama & Yoshida",
                2018,
                "Spectral Normalization for Generative Adversarial Networks",
                "https://arxiv.org/abs/1802.05957",
            ),
        ),
    ),
    group="GANs",
    good_at="classes, and truncation",
)
