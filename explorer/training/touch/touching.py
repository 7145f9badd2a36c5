"""A gesture on a picture: its latent is moved, a few gradients at a time, until the picture shows what the hand asks.

What is minimised over coordinates v of the latent, counted from where the gesture began, is

    asked(x) + keep * kept(x) + prior * outside(v) + near * |v|^2 / d

for the picture x = g(v): what was brushed or pulled, what is to stay, how far v lies beyond what samples do, and a
little of how far it went. By Adam, as both papers do, whose steps tell a hand within a tenth of a second where it goes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.core.touch.goals import Goal, PaintGoal, Place, PullGoal
from explorer.training.touch.losses import Painted, Pulled, Weighed
from explorer.training.touch.moved_latent import MovedLatent
from explorer.training.touch.touchable import Touchable


@dataclass(frozen=True)
class Strength:
    """How much the terms count, and how fast the latent moves.

    Attributes
    ----------
    keep, prior, near : float
        Of the terms of the loss.
    learning_rate : float
        Of Adam, in deviations of the prior.
    """

    keep: float
    learning_rate: float
    prior: float = 0.02
    near: float = 0.002


PAINTING = Strength(keep=0.5, learning_rate=0.12)
PULLING = Strength(keep=3.0, learning_rate=0.2, near=0.0)

_BETAS = (0.8, 0.95)
_SMALL = 0.1
_AT_ONCE = 4
_BUDGET_S = 0.06
_PATIENCE = 12
_MOST_STEPS = 160
_ARRIVED_PX = 1.0
_BETTER = 0.99


@dataclass(frozen=True, eq=False)
class Touched:
    """How far a gesture has come.

    Attributes
    ----------
    scene : Scene
        That of the latent as it is now.
    points : tuple of (float, float)
        Where the points that are pulled lie now, in pixels of the picture.
    rests : bool
        Whether nothing more is to be gained by going on.
    steps : int
        Gradients since the gesture began.
    """

    scene: Scene
    points: tuple[Place, ...]
    rests: bool
    steps: int


class Touching:
    """One gesture, from its beginning on; to be used by one thread.

    Parameters
    ----------
    model : Touchable
    latent : MovedLatent
        What is moved.
    """

    def __init__(self, model: Touchable, latent: MovedLatent) -> None:
        self._model, self._latent = model, latent
        self._at = torch.zeros(1, latent.size)
        self._mean, self._square = torch.zeros_like(self._at), torch.zeros_like(self._at)  # of the gradients
        self._goal: Goal | None = None
        self._painted: Painted | None = None
        self._pulled: Pulled | None = None
        self._best, self._stale, self._since, self.steps = float("inf"), 0, 0, 0
        with torch.no_grad():
            self._begun = model.painter.pictures(latent.rows(self._at))
        if not self._begun.isfinite().all():
            raise Problem(f"{model.painter.card.name} gives numbers that are not finite.", "Export or train it again.")

    def go_on(self, goal: Goal, *, steps: int = _AT_ONCE, budget_s: float = _BUDGET_S) -> Touched:
        """Take some gradient steps towards a goal; at least one, and no further ones once the time is up.

        The goal may be another each time, as long as it is of the same kind and its points begin at the same places.
        """
        self._take(goal)
        started = time.perf_counter()
        for number in range(steps):
            if number and time.perf_counter() - started > budget_s:
                break
            self._step()
        points = () if self._pulled is None else tuple(self._pulled.points)
        return Touched(self._latent.scene(self._at), points, self._rests(), self.steps)

    def _take(self, goal: Goal) -> None:
        if goal is self._goal:
            return
        self._goal, self._best, self._stale, self._since = goal, float("inf"), 0, 0
        if isinstance(goal, PaintGoal):
            self._painted = Painted(goal, self._begun)
        elif self._pulled is None:
            self._pulled = self._pulled_from(goal)
        else:
            self._pulled.begin(goal)

    def _pulled_from(self, goal: PullGoal) -> Pulled:
        with torch.no_grad():
            rows = self._latent.rows(torch.zeros_like(self._at))
            begun, features = self._model.painter.picture_and(rows, self._model.feature_layer)
        return Pulled(goal, begun, features)

    def _step(self) -> None:
        strength = PAINTING if self._painted is not None else PULLING
        leaf = self._at.clone().requires_grad_()
        asked, kept = self._weighed(self._latent.rows(leaf))
        near = leaf.square().mean()
        loss = asked + strength.keep * kept + strength.prior * self._latent.outside(leaf) + strength.near * near
        if loss.isfinite():
            (slope,) = torch.autograd.grad(loss, leaf)
            self._advance(slope.nan_to_num(0.0, 0.0, 0.0), strength.learning_rate)
        self._note(float(loss.detach()))

    def _advance(self, slope: Tensor, learning_rate: float) -> None:
        """One step of Adam (Kingma and Ba, 2015); torch's own would load its compiler first, which takes seconds."""
        number = self.steps + 1
        self._mean.lerp_(slope, 1 - _BETAS[0])
        self._square.lerp_(slope.square(), 1 - _BETAS[1])
        mean, square = self._mean / (1 - _BETAS[0] ** number), self._square / (1 - _BETAS[1] ** number)
        size = square.sqrt()
        step = mean / (size + _SMALL * size.max() + 1e-12)  # what hardly matters is to move little
        self._at = self._latent.within(self._at - learning_rate * step)

    def _weighed(self, rows: Tensor) -> Weighed:
        if self._painted is not None:
            return self._painted(self._model.painter.pictures(rows))
        assert self._pulled is not None
        return self._pulled(*self._model.painter.picture_and(rows, self._model.feature_layer))

    def _note(self, loss: float) -> None:
        """Notice whether it still gets better."""
        self.steps, self._since = self.steps + 1, self._since + 1
        value = loss if self._pulled is None else self._pulled.left
        if value < _BETTER * self._best:
            self._best, self._stale = value, 0
        else:
            self._stale += 1

    def _rests(self) -> bool:
        if self._pulled is not None and self._pulled.left <= _ARRIVED_PX * max(self._begun.shape[2:]) / 64:
            return True
        patience = _PATIENCE if self._pulled is None else 3 * _PATIENCE
        return self._stale >= patience or self._since >= _MOST_STEPS
