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

from torch import Tensor

from explorer.core.explain.explanation import FormulaTerm, Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.game_objectives import duel
from explorer.training.learning import losses
from explorer.training.learning.adversarial import AdversarialSettings, Adversaries
from explorer.training.learning.family import Family
from explorer.training.learning.knobs import knob


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of a WGAN-GP run."""

    learning_rate: float = knob(1e-4, 1e-7, 1e-2, "Step size of Adam, for both networks.")
    penalty: float = knob(10.0, 0.0, 1000.0, "Weight of the penalty on slopes other than 1.")
    critic_steps: int = knob(5, 1, 20, "Updates of the critic for one of the generator.")


class WGANGP(Adversaries):
    """Trains a generator against a critic of slope 1."""

    config: Config
    plays = "wasserstein"
    betas = (0.0, 0.9)

    def penalties(self, real: Tensor, made: Tensor, score: Callable[[Tensor], Tensor]) -> dict[str, Tensor]:
        if self.config.penalty == 0:
            return {}
        off = losses.slope_from_one(score, self.seen(real), self.seen(made), self.rng)
        return {"slope": self.config.penalty * off}


def _slope_terms(config: Config) -> tuple[FormulaTerm, ...]:
    if config.penalty == 0:
        return ()
    return (
        FormulaTerm(
            "slope",
            r"+ \lambda\,\mathbb{E}(\lVert\nabla D(\hat{x})\rVert-1)^2",
            "Keeps the critic's slope at 1 between real and made pictures, as the distance needs it.",
            ((r"\lambda", "penalty"),),
        ),
    )


FAMILY = Family(
    "wgan_gp",
    "WGAN-GP",
    "Wasserstein GAN with gradient penalty: hardly ever collapses, at five critic steps for each picture step.",
    Config,
    WGANGP,
    explained=FamilyExplanation(
        objectives=lambda config: duel("wasserstein", _slope_terms(config)),
        healthy=(
            "The critic's loss is negative; its size grows at first and then shrinks as the pictures get better.",
            "The slope penalty stays small: the critic's slope is near 1 between real and made pictures.",
            "Training hardly ever collapses; if samples are poor, it has not run for long enough.",
        ),
        papers=(
            Paper(
                "Gulrajani et al.",
                2017,
                "Improved Training of Wasserstein GANs",
                "https://arxiv.org/abs/1704.00028",
            ),
        ),
    ),
    group="GANs",
    good_at="hardly ever collapses",
)
