"""A mixture of factor analysers (Ghahramani & Hinton, 1996): Gaussians with a few factors, and noise pixel by pixel.

    p(x) = sum_k pi_k N(x; mu_k, W_k W_k' + diag(psi_k))

As `densities.gmm`, but each value has a noise psi of its own. So a border that is always black costs
next to nothing, and bits per dimension are far fewer; what lies where nothing ever lay is stranger, too. How little
noise a value may have decides much of the figure: it is a setting.
"""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.explain.explanation import Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.mixture_objectives import CAPPE, HEALTHY, RICHARDSON, mixture
from explorer.training.learning.family import Family, TrainingTask
from explorer.training.learning.mixtures import Mixture, MixtureSettings


@dataclass(frozen=True)
class Config(MixtureSettings):
    """Settings of a run of factor analysers."""


class FactorAnalysers(Mixture):
    """A mixture in which each value of a component has a noise of its own."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(config, task, seed, by_value=True)


FAMILY = Family(
    "mfa",
    "Factor analysers",
    "A Gaussian mixture that knows how much each pixel varies: fewest bits where parts of pictures never change.",
    Config,
    FactorAnalysers,
    explained=FamilyExplanation(
        objectives=lambda _config: mixture(r"\mathrm{diag}(\psi_k)"),
        healthy=HEALTHY,
        papers=(
            Paper(
                "Ghahramani & Hinton",
                1996,
                "The EM Algorithm for Mixtures of Factor Analyzers",
                "https://www.cs.toronto.edu/~hinton/absps/tr-96-1.pdf",
            ),
            RICHARDSON,
            CAPPE,
        ),
    ),
    group="Densities",
    good_at="exact likelihood, pixel by pixel",
)
