"""A generator that can be touched: gradients pass through it and one of its layers, which tells points apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from explorer.core.models.model import ModelFiles
from explorer.core.problem import Problem
from explorer.core.rendering.conditions import USUAL, Conditions
from explorer.core.rendering.latents import Latent
from explorer.training.projection.differentiable_generator import Painter
from explorer.training.projection.search_spaces import SearchSpace, search_space


@dataclass(frozen=True, eq=False)
class Touchable:
    """A generator run by torch, for one class and one set of conditions.

    Attributes
    ----------
    painter : Painter
    """

    painter: Painter

    @classmethod
    def open(
        cls, files: ModelFiles, label: int | None = None, under: Conditions = USUAL, *, trusted: bool = False
    ) -> Touchable:
        """The generator of a model; parameters and errors are those of `Painter.open`."""
        return cls(Painter.open(files, label, under, trusted=trusted))

    @cached_property
    def w_space(self) -> SearchSpace:
        """The W of a style-based model, measured when it is first asked for."""
        return search_space(self.painter, "w")

    def slope(self, z: Latent) -> Latent:
        """The gradient of the mean square of the pixels by a latent (latent_size,): what a step costs at the least."""
        leaf = torch.from_numpy(np.array(z, np.float32))[None].requires_grad_()
        (slope,) = torch.autograd.grad(self.painter.paint(leaf).square().mean(), leaf)
        found: Latent = slope[0].numpy()
        return found

    @cached_property
    def feature_layer(self) -> str:
        """The last layer that works on less than the whole size of the picture.

        Pan et al. (2023), section 3.2, take one at half the size or a quarter of it: earlier ones are too coarse
        to follow a point, later ones see colours alone.

        Raises
        ------
        Problem
            There is none, as in networks without convolutions.
        """
        card = self.painter.card
        fitting = [
            name
            for name, shape in self.painter.layer_shapes()
            if len(shape) == 4 and 4 <= shape[2] < card.height and shape[2] * card.width == shape[3] * card.height
        ]
        if not fitting:
            raise Problem(f"{card.name} has no layers on which a point could be followed.", "Paint instead.")
        return fitting[-1]
