"""Which reading of the weights agrees best with what the weights themselves remember.

A batch normalisation keeps the mean and the variance that it saw in training: with the right activations and latents
before it, they come out again. An encoder finds the latent again that a picture was painted from, if both are read
rightly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

import torch
from torch import Tensor, nn

_LATENTS = 48
_CLEARLY = 0.85
_T = TypeVar("_T")


def latents(count: int, size: int, distribution: str, seed: int = 0) -> Tensor:
    """Samples of a prior, (count, size)."""
    rng = torch.Generator().manual_seed(seed)
    if distribution in ("uniform", "unit"):
        drawn = torch.rand((count, size), generator=rng)
        return drawn if distribution == "unit" else drawn * 2 - 1
    return torch.randn((count, size), generator=rng)


def typical(count: int, size: int, distribution: str, classes: Tensor | None = None) -> Tensor:
    """Samples of a prior, (count, size), whose mean and covariance are just those of the prior where there are enough.

    Chance then disturbs the statistics that they lead to much less. With ``classes``, (count,) int64, the mean of each
    class is that of the prior, too.
    """
    if distribution == "unit":
        return (typical(count, size, "uniform", classes) + 1) / 2
    z = latents(count, size, distribution)
    if not enough(count, size, classes):
        return torch.cat([z[: count // 2], -z[: count // 2]])
    if classes is not None:
        of_class = nn.functional.one_hot(classes).float()
        z = z - (of_class @ (of_class.T @ z)) / (of_class @ of_class.sum(0))[:, None]
    return whitened(z) * deviation(distribution)


def enough(count: int, size: int, classes: Tensor | None = None) -> bool:
    """Whether so many samples can have just the mean and covariance of their prior, within each class, too."""
    return count > 2 * size and (classes is None or count >= size + 2 * int(classes.max() + 1))


def deviation(distribution: str) -> float:
    """The standard deviation of a prior's numbers."""
    return math.sqrt({"normal": 1, "uniform": 1 / 3, "unit": 1 / 12}[distribution])


def whitened(rows: Tensor) -> Tensor:
    """Rows of numbers, (N, d), of mean 0 and with the identity for covariance."""
    rows = rows - rows.mean(0)
    root = torch.linalg.cholesky(rows.T @ rows / len(rows))
    white: Tensor = torch.linalg.solve_triangular(root, rows.T, upper=False)
    return white.T


def surprise(norm: nn.Module, flow: Tensor) -> float:
    """How far what reaches a batch normalisation is from what it saw in training; 0 is just that.

    The mean over its channels of the difference of log variances, and of the difference of means in standard
    deviations.
    """
    assert isinstance(norm, nn.BatchNorm1d | nn.BatchNorm2d)
    assert norm.running_mean is not None
    assert norm.running_var is not None
    rows = flow.transpose(0, 1).flatten(1)
    wanted = norm.running_var + 1e-8
    variance = torch.log((rows.var(1) + 1e-8) / wanted).abs()
    mean = (rows.mean(1) - norm.running_mean).abs() / wanted.sqrt()
    return float((variance + mean).nan_to_num(1e3).clamp(max=1e3).mean())


@torch.no_grad()
def forgetfulness(generator: nn.Module, encoder: nn.Module, latent_size: int) -> float:
    """Mean squared distance of latents from what the encoder finds in their pictures; 1 is as bad as a guess."""
    z = latents(_LATENTS, latent_size, "normal")
    found = encoder(generator(z))
    return float((found - z).square().mean().nan_to_num(1e6))


def best(options: Sequence[_T], usual: _T, score: Callable[[_T], float]) -> tuple[_T, bool]:
    """The option of the lowest score, or the usual one where that is hardly worse; and whether scores told."""
    scores = {place: score(option) for place, option in enumerate(options)}
    own = scores[options.index(usual)]
    place = min(scores, key=lambda place: scores[place])
    worst = max(scores.values())
    if scores[place] < _CLEARLY * own:
        return options[place], True
    return usual, own < _CLEARLY * worst
