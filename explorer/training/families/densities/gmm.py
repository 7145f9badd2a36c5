"""A mixture of Gaussians, each with a few principal components (Tipping & Bishop, 1999; Richardson & Weiss, 2018).

    p(x) = sum_k pi_k N(x; mu_k, W_k W_k' + sigma_k^2 I)

The covariance of a Gaussian in D values has D^2 / 2 numbers; a few factors W_k and one noise sigma_k say most of what
it says. Richardson & Weiss show that such mixtures hold more of the variety of pictures than GANs do, though their
samples are softer. They are fitted by online EM (`explorer.training.learning.mixtures`), and say exactly how likely a
picture is.
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
    """Settings of a mixture's run."""


class GaussianMixture(Mixture):
    """A mixture in which all values of a component have one noise."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(config, task, seed, by_value=False)


FAMILY = Family(
    "gmm",
    "Gaussian mixture",
    "Gaussians with a few factors each: seconds to train, covers every kind of picture, knows how likely each is.",
    Config,
    GaussianMixture,
    explained=FamilyExplanation(
        objectives=lambda _config: mixture(r"\sigma_k^2 I"),
        healthy=HEALTHY,
        papers=(
            Paper(
                "Tipping & Bishop",
                1999,
                "Mixtures of Probabilistic Principal Component Analyzers",
                "https://doi.org/10.1162/089976699300016728",
            ),
            RICHARDSON,
            CAPPE,
        ),
    ),
    group="Densities",
    good_at="seconds to train, exact likelihood",
)
