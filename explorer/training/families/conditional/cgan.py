"""Conditional GAN (Mirza & Osindero, 2014): generator and critic are told the class, so it can be chosen.

The game is played with D(x, y) and G(z, y) for D(x) and G(z) (eq. 2 of the paper). The class y enters the generator
beside the latent as a vector of zeros and a one, as in the paper. The critic is told by projection (Miyato & Koyama,
2018), D(x, y) = a . phi(x) + b + v_y . phi(x), which is what the ratio of two densities looks like when y is one of
several classes; the paper's way, y beside the picture, is weaker. Pictures whose class is unknown are judged by
a . phi(x) + b alone, and the generator is told zeros for them.

Losses are those of `explorer.training.families.gans.dcgan`: relativistic, the pairs being of one class each, or
non-saturating, with R1 (Mescheder et al., 2018) on real pictures every few steps. Adam with 5e-4 and betas (0, 0.99).

The exported critic takes a picture alone: log E_y exp D(x, y), all classes being as likely.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from explorer.core.explain.explanation import Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.game_objectives import game_with_r1
from explorer.training.learning.adversarial import AdversarialSettings
from explorer.training.learning.conditional_adversaries import ConditionalAdversaries
from explorer.training.learning.family import Family
from explorer.training.learning.knobs import choice, knob
from explorer.training.learning.losses import scores_of
from explorer.training.networks.class_conditioning import ProjectionCritic
from explorer.training.networks.convolutional import ConvolutionalCritic, ConvolutionalGenerator


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of a conditional GAN run."""

    batch_size: int = knob(64, 2, 1024, "Pictures in one step.")
    loss: str = choice("relativistic", ("relativistic", "non-saturating"), "How critic and generator compete.")
    learning_rate: float = knob(5e-4, 1e-6, 1e-2, "Step size of Adam, for both networks.")
    r1_gamma: float = knob(1.0, 0.0, 100.0, "Strength of the R1 penalty; 0 switches it off.")
    r1_every: int = knob(8, 1, 64, "Steps between R1 penalties; each counts that many times.", " steps")


class ConditionalGAN(ConditionalAdversaries):
    """Trains a generator against a critic, both of which are told the class."""

    def build(self) -> tuple[nn.Module, nn.Module]:
        task, width, classes = self.task, self.config.width, len(self.task.classes)
        eyes = ConvolutionalCritic(task.size, task.channels, width)
        critic = ProjectionCritic(eyes, eyes.judge.in_features, classes)
        return ConvolutionalGenerator(self.latent_size + classes, task.size, task.channels, width), critic


FAMILY = Family(
    "cgan",
    "Conditional GAN",
    "A GAN that is told the class: choose the class and vary everything else. Needs labelled pictures.",
    Config,
    ConditionalGAN,
    needs_classes=True,
    scores=scores_of,
    explained=FamilyExplanation(
        objectives=game_with_r1,
        healthy=(
            "Both losses swing about a level, like those of a GAN without classes.",
            "Each row of the sample sheet shows one class, and the pictures within it differ.",
            "If all classes look alike, the class is being ignored: train for longer, or label more pictures.",
        ),
        papers=(
            Paper(
                "Mirza & Osindero", 2014, "Conditional Generative Adversarial Nets", "https://arxiv.org/abs/1411.1784"
            ),
            Paper("Miyato & Koyama", 2018, "cGANs with Projection Discriminator", "https://arxiv.org/abs/1802.05637"),
        ),
    ),
    group="GANs",
    good_at="a class of your choice",
)
