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

from dataclasses import dataclass

from explorer.core.explain.explanation import Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.game_objectives import MESCHEDER, game_with_r1
from explorer.training.learning.adversarial import AdversarialSettings, Adversaries
from explorer.training.learning.family import Family
from explorer.training.learning.knobs import choice, knob, switch
from explorer.training.learning.losses import scores_of


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of a DCGAN run."""

    loss: str = choice("relativistic", ("relativistic", "non-saturating"), "How critic and generator compete.")
    learning_rate: float = knob(3e-4, 1e-6, 1e-2, "Step size of Adam, for both networks.")
    beta1: float = knob(0.0, 0.0, 0.99, "Momentum of Adam.")
    r1_gamma: float = knob(1.0, 0.0, 100.0, "Strength of the R1 penalty; 0 switches it off.")
    r1_every: int = knob(8, 1, 64, "Steps between R1 penalties; each counts that many times.", " steps")
    augment: bool = switch(True, "Alter what the critic sees, which keeps small sets from being memorised.")


class DCGAN(Adversaries):
    """Trains a generator against a critic."""

    betas = (0.0, 0.99)


FAMILY = Family(
    "dcgan",
    "DCGAN",
    "A convolutional GAN: sharp pictures, from a thousand examples upwards.",
    Config,
    DCGAN,
    scores=scores_of,
    explained=FamilyExplanation(
        objectives=game_with_r1,
        healthy=(
            "Both losses swing about a level. Relativistic: near log 2 = 0.69 while the two are matched.",
            "The gap between D(x) and D(G(z)) stays moderate; R1 is small and does not climb.",
            "Samples grow sharper for tens of thousands of steps and keep differing from each other.",
        ),
        papers=(
            Paper(
                "Radford, Metz & Chintala",
                2016,
                "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks",
                "https://arxiv.org/abs/1511.06434",
            ),
            MESCHEDER,
        ),
    ),
    group="GANs",
    good_at="sharp, from a thousand pictures",
)
