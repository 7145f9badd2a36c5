"""What the critic and the generator of the plane are to lower, for each loss that can be chosen."""

from __future__ import annotations

from torch import Generator, Tensor

from explorer.training.learning import losses
from explorer.training.toy_models.toy_settings import PlaneConfig

PENALISED = ("wgan-gp", "relativistic")
CLIP = 0.1  # WGAN: the largest weight; the paper's 0.01 is for networks with far more of them
_WEIGHTS = (
    10.0  # how much more a WGAN-GP penalty weighs than the others (Gulrajani et al., 2017: lambda = 10)
)


def critic_loss(loss: str, on_real: Tensor, on_made: Tensor) -> Tensor:
    """The critic's loss from its scores (N,), without a penalty."""
    if loss == "least squares":
        return losses.least_squares(on_real, 1.0) + losses.least_squares(on_made, 0.0)
    if loss.startswith("wgan"):
        return losses.wasserstein_critic(on_real, on_made)
    if loss == "relativistic":
        return losses.relativistic(on_real, on_made)
    return losses.logistic_critic(on_real, on_made)


def generator_loss(loss: str, on_real: Tensor, on_made: Tensor) -> Tensor:
    """The generator's loss from the critic's scores (N,)."""
    if loss == "minimax":
        return losses.minimax_generator(on_made)
    if loss == "least squares":
        return losses.least_squares(on_made, 1.0)
    if loss.startswith("wgan"):
        return losses.wasserstein_generator(on_made)
    if loss == "relativistic":
        return losses.relativistic(on_made, on_real)
    return losses.non_saturating_generator(on_made)


def penalty(config: PlaneConfig, score: losses.Score, real: Tensor, made: Tensor, rng: Generator) -> Tensor:
    """What else the critic is to lower, to keep its slope in bounds; only for the losses that have it."""
    if config.loss == "wgan-gp":
        return _WEIGHTS * config.penalty * losses.slope_from_one(score, real, made, rng)
    both = losses.squared_slope(score, real) + losses.squared_slope(score, made)
    return config.penalty / 2 * both
