"""What a touch of the picture moves: the latent of a scene, or its point of W, and nothing else that the scene says.

Coordinates are deviations of the prior (of W: along the principal axes of samples), counted from where the gesture
began. What is drawn follows from them as the renderer draws it: truncated, then moved along the directions that are on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from explorer.core.problem import Problem
from explorer.core.rendering.latent_points import LatentPoint
from explorer.core.rendering.latents import ends, prior_deviation, typical_norm
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.styles import StylePoint
from explorer.core.rendering.w_space import StyleRenderer
from explorer.training.touch.touchable import Touchable

_LEAST_TRUNCATION = 0.05


class MovedLatent(Protocol):
    """How coordinates (1, size) lead to a picture, and to a scene.

    Attributes
    ----------
    size : int
    """

    size: int

    def rows(self, at: Tensor) -> Tensor:
        """What the synthesis takes, (1, width)."""

    def outside(self, at: Tensor) -> Tensor:
        """What it costs to lie where samples do not, and further out than the gesture began; a number of 0 or more."""

    def within(self, at: Tensor) -> Tensor:
        """Coordinates, kept where the prior is, and where they began in what is locked."""

    def scene(self, at: Tensor) -> Scene:
        """The scene at these coordinates."""


def moved_latent(
    model: Touchable,
    renderer: Renderer,
    scene: Scene,
    locked: frozenset[int] = frozenset(),
    layers: tuple[int, int] | None = None,
) -> MovedLatent:
    """What a touch of the picture of a scene moves.

    Parameters
    ----------
    model : Touchable
        For the class and the conditions of the scene.
    renderer : Renderer
        Draws the scene.
    scene : Scene
    locked : frozenset of int
        Dimensions of z, or of w where there is one, that stay where they are.
    layers : (int, int), optional
        Of a style-based model the first and the last layer that are moved; all without it.

    Raises
    ------
    Problem
        The picture hardly follows the latent, or moves channels of StyleSpace, which this leaves alone.
    """
    if abs(scene.truncation) < _LEAST_TRUNCATION and (scene.cutoff is None or not renderer.has_w):
        what = "At this truncation every latent gives the same picture, so there is nothing to move."
        raise Problem(what, "Raise the truncation ψ first.")
    if isinstance(renderer, StyleRenderer):
        return _InW(model, renderer, scene, locked, layers)
    return _InZ(model, renderer, scene, locked)


class _InZ:
    """A latent as it is in the scene, before truncation and directions."""

    def __init__(self, model: Touchable, renderer: Renderer, scene: Scene, locked: frozenset[int]) -> None:
        self._painter, self._scene, card = model.painter, scene, model.painter.card
        self._z = torch.from_numpy(scene.z.copy())[None]
        self.size = self._z.shape[1]
        self._drawn = torch.from_numpy(renderer.latent(scene).copy())[None]
        self._deviation = prior_deviation(card.prior)
        self._ends = [torch.from_numpy(end.copy())[None] for end in ends(self.size, card.prior)]
        self._free = _free(self.size, locked)
        usual = sum(typical_norm(self.size, card.prior)) ** 2
        self._farthest = max(usual, float(self._z.square().sum()))

    def _moved(self, at: Tensor) -> Tensor:
        return at * self._free * self._deviation

    def rows(self, at: Tensor) -> Tensor:
        return self._painter.rows(self._drawn + self._scene.truncation * self._moved(at))

    def outside(self, at: Tensor) -> Tensor:
        far = functional.relu((self._z + self._moved(at)).square().sum() - self._farthest)
        return far / self.size / self._deviation**2

    def within(self, at: Tensor) -> Tensor:
        if not self._ends[0].isfinite().any():
            return at * self._free
        low, high = torch.minimum(self._z, self._ends[0]), torch.maximum(self._z, self._ends[1])  # it may begin outside
        return torch.clamp(self._z + self._moved(at), low, high).sub(self._z) / self._deviation

    def scene(self, at: Tensor) -> Scene:
        z = (self._z + self._moved(at))[0].numpy().copy()
        return replace(self._scene, z=z, seed=None)


class _InW:
    """A point of W: all layers, or those that are chosen, are moved alike."""

    def __init__(
        self,
        model: Touchable,
        renderer: StyleRenderer,
        scene: Scene,
        locked: frozenset[int],
        layers: tuple[int, int] | None,
    ) -> None:
        if any(renderer.moves_channels(name) for name, _ in scene.directions):
            what = "This picture moves channels of StyleSpace, which cannot be combined with touching the picture."
            raise Problem(what, "Reset the channels first.")
        card = model.painter.card
        self._scene = renderer.written(scene)
        self._styles, self.size = card.styles, card.style_size
        self._space = model.w_space
        self._drawn = torch.from_numpy(np.asarray(renderer.drawn(scene), np.float32).copy()).reshape(1, -1)
        self._layers = layers or (0, card.styles - 1)
        self._share = self._shares()
        self._free = _free(self.size, locked)
        self._still = torch.zeros(1, self.size)
        w = self._scene.w
        assert w is not None
        self._w = torch.from_numpy(w.copy()).reshape(-1, self.size)
        self._begun = self._coordinates(self._w.mean(0))
        self._farthest = max(float(self.size), float(self._begun.square().sum()))

    def _shares(self) -> Tensor:
        """(styles,): how far what a layer is given goes along with its w."""
        scene, layer = self._scene, torch.arange(self._styles)
        first, last = self._layers
        share = ((layer >= first) & (layer <= last)).float()
        if scene.mix is not None:
            share[scene.mix.first : scene.mix.last + 1] = 0.0
        cut = self._styles if scene.cutoff is None else scene.cutoff
        return torch.where(layer < cut, share * scene.truncation, share)

    def _coordinates(self, w: Tensor) -> Tensor:
        found = self._space.coordinates(LatentPoint("w", w.numpy().copy()))
        assert found is not None
        return found

    def _moved(self, at: Tensor) -> Tensor:
        """By how much w is moved, (1, style_size)."""
        rows = self._space.rows(torch.cat([at, self._still]))[:, : self.size]
        return (rows[:1] - rows[1:]) * self._free

    def rows(self, at: Tensor) -> Tensor:
        moved = self._share[:, None] * self._moved(at)
        return self._drawn + moved.reshape(1, -1)

    def outside(self, at: Tensor) -> Tensor:
        return functional.relu((self._begun + at).square().sum() - self._farthest) / self.size

    def within(self, at: Tensor) -> Tensor:
        return at

    def scene(self, at: Tensor) -> Scene:
        scene, moved, (first, last) = self._scene, self._moved(at), self._layers
        w = self._w
        if (first, last) != (0, self._styles - 1):
            w = w.expand(self._styles, -1).clone()
            w[first : last + 1] += moved
        else:
            w = w + moved
        return replace(scene, styled=StylePoint(w.reshape(-1).numpy().copy(), scene.z, scene.label))


def _free(size: int, locked: frozenset[int]) -> Tensor:
    free = torch.ones(1, size)
    free[:, [dimension for dimension in locked if dimension < size]] = 0.0
    return free
