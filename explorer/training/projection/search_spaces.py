"""Where a search moves: Z, W or W+, in coordinates of which a deviation of the samples is about 1.

W is whitened: its coordinates run along the principal axes of samples and are 1 at a deviation. What varies little
among samples then moves little (Zhu et al., 2020, Improved StyleGAN Embedding: Where are the Good Latents?), and how
far out a point lies can be told.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from explorer.core.problem import Problem
from explorer.core.rendering.latent_points import LatentPoint, Space, check_space
from explorer.core.rendering.latents import Prior, ends, prior_deviation, typical_norm
from explorer.core.rendering.named_prior import NamedPrior
from explorer.training.projection.differentiable_generator import Painter

_MEASURED = 4096
"""Samples that tell how W lies."""
_AT_ONCE = 512
_WITHIN = 0.84
"""Share of the samples that lie near enough to cost nothing."""
_NARROWEST = 0.01
"""Of the widest principal axis: where W does not vary, a search may leave it a little."""
_APART = 0.1
"""Of how much it costs to lie far out: layers that differ."""
_NOISE = 0.2
"""Deviations that w is shaken by at first. Karras et al. (2020, appendix D) shake it by as much as W is wide, but they
begin at the mean, and not at the best of many samples."""


class SearchSpace(Protocol):
    """What a search knows of where it moves; N points are (N, size) coordinates.

    Attributes
    ----------
    step : float
        What one deviation of samples amounts to in its coordinates.
    noise : float
        How far coordinates are shaken when a search begins.
    """

    step: float
    noise: float

    def samples(self, count: int, draw: np.random.RandomState) -> Tensor:
        """Where to look first, (count, size); every second nearer to the mean, where pictures are less extreme."""

    def rows(self, at: Tensor) -> Tensor:
        """What the synthesis takes for coordinates, (N, width)."""

    def within(self, at: Tensor) -> Tensor:
        """Coordinates, kept where the space is."""

    def outside(self, at: Tensor) -> Tensor:
        """(N,): what it costs to lie where samples do not; 0 where they do."""

    def coordinates(self, point: LatentPoint) -> Tensor | None:
        """Where a point lies, (1, size); None where that cannot be told, as of a point of W in Z."""

    def point(self, at: Tensor) -> LatentPoint:
        """The point at coordinates (size,)."""


def search_space(painter: Painter, space: Space) -> SearchSpace:
    """The space of that name of a generator.

    Raises
    ------
    Problem
        It is W or W+, and the generator has no mapping, or one that gives numbers that are not finite.
    """
    check_space(space, painter.card)
    return _Prior(painter) if space == "z" else _Whitened(painter, space)


class _Prior:
    """Latents as they are. A uniform prior has edges; latents are kept within them."""

    noise = 0.0

    def __init__(self, painter: Painter) -> None:
        self._painter, card = painter, painter.card
        self._prior, self._size = card.prior, card.latent_size
        self._ends = [torch.from_numpy(end.copy()) for end in ends(card.latent_size, card.prior)]
        self.step = prior_deviation(card.prior)
        self._farthest = sum(typical_norm(card.latent_size, card.prior)) ** 2

    def samples(self, count: int, draw: np.random.RandomState) -> Tensor:
        return torch.from_numpy(_drawn(draw, count, self._size, self._prior, 0.6))

    def rows(self, at: Tensor) -> Tensor:
        return self._painter.rows(at)

    def within(self, at: Tensor) -> Tensor:
        return torch.clamp(at, *self._ends)

    def outside(self, at: Tensor) -> Tensor:
        if self._ends[0].isfinite().any():
            return at.new_zeros(len(at))
        return functional.relu(at.square().sum(1) - self._farthest) / at.shape[1]

    def coordinates(self, point: LatentPoint) -> Tensor | None:
        return torch.from_numpy(np.array(point.numbers, np.float32))[None] if point.space == "z" else None

    def point(self, at: Tensor) -> LatentPoint:
        return LatentPoint("z", at.numpy().copy())


class _Whitened:
    """W, or W+, which costs to have layers that differ too: such points are edited less well (Tov et al., 2021)."""

    step, noise = 1.0, _NOISE

    def __init__(self, painter: Painter, space: Space) -> None:
        card = painter.card
        self._painter, self._space, self._styles = painter, space, card.styles
        self._layers = card.styles if space == "w+" else 1
        w = self._mapped(_drawn(np.random.RandomState(0), _MEASURED, card.latent_size, card.prior))
        if not w.isfinite().all():
            raise Problem(f"{card.name} gives numbers that are not finite.", "Export or train it again.")
        self._mean = w.mean(0)
        variances, axes = torch.linalg.eigh(torch.cov(w.double().T).reshape(card.style_size, card.style_size))
        widths = variances.clamp_min(0.0).sqrt()
        widest = float(widths.max()) or 1.0
        self._out = (axes * widths.clamp_min(_NARROWEST * widest)).T.float()  # from coordinates to w
        self._in = (axes / widths.clamp_min(_NARROWEST * widest)).float()
        self._farthest = float(torch.quantile((w - self._mean).matmul(self._in).square().sum(1), _WITHIN))

    def samples(self, count: int, draw: np.random.RandomState) -> Tensor:
        card = self._painter.card
        w = self._mapped(_drawn(draw, count, card.latent_size, card.prior))
        at = (w - self._mean) @ self._in
        at[1::2] *= 0.6
        at[0] = 0.0
        tiled: Tensor = at.repeat(1, self._layers)
        return tiled

    def rows(self, at: Tensor) -> Tensor:
        w = self._each(at) @ self._out + self._mean
        rows: Tensor = w.flatten(1).repeat(1, self._styles // self._layers)
        return rows

    def within(self, at: Tensor) -> Tensor:
        return at

    def outside(self, at: Tensor) -> Tensor:
        each = self._each(at)
        far = functional.relu(each.square().sum(2) - self._farthest).mean(1)
        apart = (each - each.mean(1, keepdim=True)).square().sum(2).mean(1)
        cost: Tensor = (far + _APART * apart) / each.shape[2]
        return cost

    def coordinates(self, point: LatentPoint) -> Tensor | None:
        numbers = torch.from_numpy(np.array(point.numbers, np.float32))
        w = self._painter.points(numbers[None]) if point.space == "z" else numbers.reshape(-1, len(self._mean))
        w = w if len(w) == self._layers else w.mean(0, keepdim=True).repeat(self._layers, 1)
        at: Tensor = (w - self._mean) @ self._in
        return at.reshape(1, -1)

    def point(self, at: Tensor) -> LatentPoint:
        w = self._each(at[None])[0] @ self._out + self._mean
        return LatentPoint(self._space, w.flatten().numpy().copy())

    def _each(self, at: Tensor) -> Tensor:
        """Coordinates layer by layer, (N, layers, style_size)."""
        return at.reshape(len(at), self._layers, -1)

    def _mapped(self, z: NDArray[np.float32]) -> Tensor:
        with torch.no_grad():
            return torch.cat([self._painter.points(part) for part in torch.split(torch.from_numpy(z), _AT_ONCE)])


def _drawn(
    draw: np.random.RandomState, count: int, size: int, prior: Prior, shortened: float = 1.0
) -> NDArray[np.float32]:
    """Latents of the prior, every second one shortened; not where dimensions have a prior of their own."""
    if isinstance(prior, NamedPrior):
        return prior.drawn(draw, count).astype(np.float32)
    drawn = draw.uniform(-1, 1, (count, size)) if prior == "uniform" else draw.standard_normal((count, size))
    drawn[1::2] *= shortened
    return drawn.astype(np.float32)
