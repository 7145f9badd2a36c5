"""A generator tuned to one picture: its weights change a little, until the picture of one point is that picture.

Pivotal tuning (Roich et al., 2021, Pivotal Tuning for Latent-based Editing of Real Images): the point that a search
found, the pivot, is held, and the weights of the synthesis learn by Adam to minimise

    what a search minimises, of the pivot's picture      pixels at several scales, and what the critic sees
    + locality  mean_k |G'(p) - G(p)|^2                  p half of the way from the pivot to a sample, G the original

so that the pictures around it stay what they were (their equation 5; they go by a distance, here it is a share).
Weights are those that a trainer calls so; noises, filters and the mapping stay.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.problem import Problem
from explorer.core.rendering.latent_points import LatentPoint
from explorer.core.rendering.latents import sample
from explorer.training.projection.differentiable_generator import Painter
from explorer.training.projection.latent_optimisation import Projected, pace
from explorer.training.projection.likeness import Likeness, as_bytes, checked_target

_SHARE = 0.5
_SMALLEST = 1e-3
"""Root mean square that a weight is taken to have at least: biases may all be 0."""

Weights = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class TuningEffort:
    """How hard to tune, and what counts.

    Attributes
    ----------
    steps : int
    learning_rate : float
        Of Adam, in root mean squares of each weight: rises over the first tenth, then falls along a cosine.
    features : float
        How much it counts that the critic sees the same.
    locality : float
        How much it counts that pictures around the pivot stay what they were.
    every : int
        Steps from one look at such a picture to the next.
    seed : int
        Decides where these lie.
    """

    steps: int = 200
    learning_rate: float = 0.005
    features: float = 0.1
    locality: float = 0.1
    every: int = 2
    seed: int = 0


class Tuning:
    """One generator being tuned to one picture.

    Attributes
    ----------
    weights : dict of str to ndarray
        What has been learnt by now, by the names in the generator's file.

    Parameters
    ----------
    painter : Painter
        Of the generator, which stays as it is.
    target : (height, width, C) uint8
        Of the generator's size.
    pivot : LatentPoint
        Whose picture is to become the target.
    effort : TuningEffort, optional

    Raises
    ------
    Problem
        The target is of another size, or the generator has no weights of layers.
    """

    def __init__(
        self, painter: Painter, target: NDArray[np.uint8], pivot: LatentPoint, effort: TuningEffort | None = None
    ) -> None:
        self._painter, self._pivot, self._effort = painter, pivot, effort or TuningEffort()
        self._likeness = Likeness(painter, checked_target(painter, target))
        self._row = painter.row_of(pivot)
        network = painter.synthesis.network
        self._learnt = {name: network.weight(name).clone().requires_grad_() for name in network.learnt_names}
        if not self._learnt:
            raise Problem(f"{painter.card.name} has no weights that could be tuned.", "Choose another model.")
        told = {**painter.synthesis.told, **self._learnt}
        self._tuned = replace(painter, synthesis=replace(painter.synthesis, told=told))

    @property
    def weights(self) -> Weights:
        """What has been learnt by now."""
        return {name: weight.detach().numpy().copy() for name, weight in self._learnt.items()}

    def run(self) -> Generator[Projected, None, None]:
        """Tune; yields before the first step and after every step, how alike the pivot's picture is by then.

        Raises
        ------
        Problem
            Numbers come that are not finite.
        """
        optimizer = torch.optim.Adam([{"params": [weight]} for weight in self._learnt.values()], betas=(0.9, 0.99))
        units = [max(float(weight.detach().square().mean().sqrt()), _SMALLEST) for weight in self._learnt.values()]
        steps = self._effort.steps
        for step in range(steps + 1):
            optimizer.zero_grad(set_to_none=True)
            picture, loss = self._pivots()
            yield self._told(step, picture, loss)
            if step == steps:
                return
            torch.autograd.backward(loss)
            if step % self._effort.every == 0 and self._effort.locality:
                torch.autograd.backward(self._effort.locality * self._strayed(step))
            for group, unit in zip(optimizer.param_groups, units, strict=True):
                group["lr"] = self._effort.learning_rate * unit * pace(step / steps)
            optimizer.step()

    def _pivots(self) -> tuple[Tensor, Tensor]:
        """The pivot's picture (1, C, H, W), and how unlike the target it is."""
        picture = self._tuned.pictures(self._row)
        loss = self._likeness.pixels(picture) + self._effort.features * self._likeness.features(picture)
        return picture, loss.sum()

    def _strayed(self, step: int) -> Tensor:
        """How far a picture near the pivot's has come from what it was."""
        card = self._painter.card
        z = sample(self._effort.seed + step, card.latent_size, card.prior)
        with torch.no_grad():
            row = torch.lerp(self._row, self._painter.rows(torch.from_numpy(z)[None]), _SHARE)
            before = self._painter.pictures(row)
        return Likeness(self._painter, before).pixels(self._tuned.pictures(row)).sum()

    def _told(self, step: int, picture: Tensor, loss: Tensor) -> Projected:
        if not loss.isfinite():
            what = f"{self._painter.card.name} gives numbers that are not finite."
            raise Problem(what, "Tune it in fewer steps, or from another point.")
        shown = picture.detach()[0].clamp(-1.0, 1.0)
        error = self._likeness.error(shown)
        return Projected(step, self._effort.steps, float(loss.detach()), error, self._pivot, as_bytes(shown))
