"""What generators and critics are told by their scores: the losses of the GAN papers, and their penalties.

Throughout, ``on_real`` is D(x) and ``on_made`` is D(G(z)), raw scores of shape (N,): the higher, the more real.
Every loss is to be lowered, and gives a scalar.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

Score = Callable[[Tensor], Tensor]


def logistic_critic(on_real: Tensor, on_made: Tensor) -> Tensor:
    """-E log D(x) - E log(1 - D(G(z))), D being the sigmoid of the score (Goodfellow et al., 2014, eq. 1)."""
    return functional.softplus(-on_real).mean() + functional.softplus(on_made).mean()


def minimax_generator(on_made: Tensor) -> Tensor:
    """E log(1 - D(G(z))) (Goodfellow et al., 2014, eq. 1): flat where the critic is sure, so slow to begin."""
    return -functional.softplus(on_made).mean()


def non_saturating_generator(on_made: Tensor) -> Tensor:
    """-E log D(G(z)) (Goodfellow et al., 2014, section 3): steep where the critic is sure."""
    return functional.softplus(-on_made).mean()


def relativistic(better: Tensor, worse: Tensor) -> Tensor:
    """E softplus(-(better - worse)), pair by pair (Jolicoeur-Martineau, 2019; Huang et al., 2024, eq. 2).

    The critic's loss with the real scores as the better ones, the generator's with the made ones.
    """
    return functional.softplus(worse - better).mean()


def wasserstein_critic(on_real: Tensor, on_made: Tensor) -> Tensor:
    """E D(G(z)) - E D(x) (Arjovsky et al., 2017, eq. 2): minus an estimate of the distance, if D is 1-Lipschitz."""
    return on_made.mean() - on_real.mean()


def wasserstein_generator(on_made: Tensor) -> Tensor:
    """-E D(G(z)) (Arjovsky et al., 2017, algorithm 1)."""
    return -on_made.mean()


def least_squares(scores: Tensor, target: float) -> Tensor:
    """1/2 E (D - target)^2 (Mao et al., 2017, eq. 2): one term of the critic's loss, or the generator's whole."""
    return (scores - target).square().mean() / 2


def hinge_critic(on_real: Tensor, on_made: Tensor) -> Tensor:
    """E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))) (Lim & Ye, 2017, eq. 5): what is told well enough teaches no more."""
    return functional.relu(1.0 - on_real).mean() + functional.relu(1.0 + on_made).mean()


def energy_critic(on_real: Tensor, on_made: Tensor, margin: float) -> Tensor:
    """E(x) + max(0, m - E(G(z))) (Zhao et al., 2017, eq. 1), the energy E being minus the score."""
    return functional.relu(margin + on_made).mean() - on_real.mean()


def pulling_away(codes: Tensor) -> Tensor:
    """Mean squared cosine between the rows of (N, F), N >= 2, each with every other (Zhao et al., 2017, eq. 6)."""
    unit = functional.normalize(codes.float(), dim=1)
    squares = (unit @ unit.T).square()
    return (squares.sum() - squares.diagonal().sum()) / (len(unit) * (len(unit) - 1))


def equilibrium(on_real: Tensor, on_made: Tensor, gamma: float) -> tuple[Tensor, Tensor]:
    """gamma L(x) - L(G(z)) and M = L(x) + |gamma L(x) - L(G(z))|, L being minus the score (Berthelot et al., 2017)."""
    balance = on_made.mean() - gamma * on_real.mean()
    return balance, balance.abs() - on_real.mean()


def squared_slope(score: Score, pictures: Tensor) -> Tensor:
    """E |grad D|^2 at ``pictures`` (Mescheder et al., 2018): R1 at real ones, R2 at made ones, twice over gamma."""
    at = pictures.detach().float().requires_grad_(True)
    (slope,) = torch.autograd.grad(score(at).sum(), at, create_graph=True)
    return slope.flatten(1).square().sum(1).mean()


def slope_from_one(score: Score, real: Tensor, made: Tensor, rng: torch.Generator) -> Tensor:
    """E (|grad D| - 1)^2 between real and made pictures (Gulrajani et al., 2017, eq. 3), without its weight."""
    shape = (len(real), *[1] * (real.dim() - 1))
    share = torch.rand(shape, generator=rng, device=rng.device)
    at = torch.lerp(made.detach().float(), real.float(), share).requires_grad_(True)
    (slope,) = torch.autograd.grad(score(at).sum(), at, create_graph=True)
    length = slope.flatten(1).square().sum(1).add(1e-12).sqrt()  # the root's own slope is infinite at 0
    return (length - 1.0).square().mean()


@dataclass(frozen=True)
class Game:
    """How a critic and a generator compete.

    Attributes
    ----------
    critic : callable (on_real, on_made) -> scalar
    generator : callable (on_made, on_real) -> scalar
        ``on_real`` is a function: few games ask for these scores, which take a pass of the critic.
    scores : str
        What the critic's scores mean, as in `Family`.
    """

    critic: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor, Callable[[], Tensor]], Tensor]
    scores: str = ""


GAMES: Mapping[str, Game] = {
    "non-saturating": Game(logistic_critic, lambda made, _real: non_saturating_generator(made), "logistic"),
    "minimax": Game(logistic_critic, lambda made, _real: minimax_generator(made), "logistic"),
    "least squares": Game(
        lambda real, made: least_squares(real, 1.0) + least_squares(made, 0.0),
        lambda made, _real: least_squares(made, 1.0),
    ),
    "wasserstein": Game(wasserstein_critic, lambda made, _real: wasserstein_generator(made)),
    "hinge": Game(hinge_critic, lambda made, _real: wasserstein_generator(made)),
    "relativistic": Game(relativistic, lambda made, real: relativistic(made, real()), "relative"),
}


def scores_of(config: Any) -> str:
    """What scores mean in the game that ``config.loss`` names."""
    return GAMES[config.loss].scores
