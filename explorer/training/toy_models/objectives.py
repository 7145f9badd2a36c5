"""How the critic and the generator of the plane compete, and what holds the critic back."""

from __future__ import annotations

from torch import Generator, Tensor

from explorer.training.learning import losses
from explorer.training.toy_models.toy_settings import PlaneConfig

PENALISED = ("wgan-gp", "relativistic")
_WEIGHTS = 10.0  # how much more a WGAN-GP penalty weighs than the others (Gulrajani et al., 2017: lambda = 10)


def game(loss: str) -> losses.Game:
    """How the two networks compete, for each loss that can be chosen."""
    return losses.GAMES["wasserstein" if loss.startswith("wgan") else loss]


def penalty(config: PlaneConfig, score: losses.Score, real: Tensor, made: Tensor, rng: Generator) -> Tensor:
    """What else the critic is to lower, to keep its slope in bounds; only for the losses that have it."""
    if config.loss == "wgan-gp":
        return _WEIGHTS * config.penalty * losses.slope_from_one(score, real, made, rng)
    both = losses.squared_slope(score, real) + losses.squared_slope(score, made)
    return config.penalty / 2 * both
