"""Least-squares GAN (Mao et al., 2017).

Scores are drawn to targets by squares instead of logarithms, so that pictures far on the wrong side keep a
slope (eq. 2 of the paper, with a = 0, b = c = 1):

    critic  1/2 E (D(x) - b)^2 + 1/2 E (D(G(z)) - a)^2,    generator  1/2 E (D(G(z)) - c)^2

Adam with beta1 = 0.5 as in the paper; R1 (Mescheder et al., 2018) may be added, for small sets.
"""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.explain.explanation import Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.game_objectives import duel, r1_terms
from explorer.training.learning.adversarial import AdversarialSettings, Adversaries
from explorer.training.learning.family import Family
from explorer.training.learning.knobs import knob


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of an LSGAN run."""

    learning_rate: float = knob(2e-4, 1e-7, 1e-2, "Step size of Adam, for both networks.")
    r1_gamma: float = knob(0.0, 0.0, 100.0, "Strength of the R1 penalty; 0, as in the paper, leaves it out.")


class LSGAN(Adversaries):
    """Trains a generator against a critic that scores 1 for real and 0 for made."""

    plays = "least squares"


FAMILY = Family(
    "lsgan",
    "LSGAN",
    "Least-squares GAN: gentler slopes than the original, good on simple pictures.",
    Config,
    LSGAN,
    explained=FamilyExplanation(
        objectives=lambda config: duel("least squares", r1_terms(config)),
        healthy=(
            "Scores of real pictures hover below 1 and those of made ones above 0; they meet near 1/2 at best.",
            "The critic's loss ends near 1/4, the generator's near 1/8 if they are matched.",
            "A generator's loss that climbs towards 1/2 means that the critic wins.",
        ),
        papers=(
            Paper(
                "Mao et al.",
                2017,
                "Least Squares Generative Adversarial Networks",
                "https://arxiv.org/abs/1611.04076",
            ),
        ),
    ),
    group="GANs",
    good_at="gentle, simple pictures",
)
