"""A picture found in a latent space by optimisation: the point of Z, W or W+ whose picture is most like it.

After Abdal et al. (2019), Image2StyleGAN, and the projector of Karras et al. (2020), Analyzing and Improving the Image
Quality of StyleGAN, appendix D, in a simple form that needs nothing but the generator. Two rounds, in each of which
Adam changes several points at once:

1. the best of many samples (the mean of W among them, and the encoder's latent, where there is one) are *refined*, by
   pixels and by what the critic's layers see, which leads out of valleys that pixels alone do not leave; points of W
   are shaken by noise that fades within three quarters of the round;
2. the best of these are *polished* by pixels alone, for a picture is judged by its pixels.

What is minimised is, for a picture x, its target t, and a point v of d whitened dimensions,

    mean_k |x - t|^2 of the picture halved k times        pixels at several scales: large shapes lead the small
    + features  mean_l |f_l(x) - f_l(t)|^2 / |f_l(t)|^2   as the critic's layers f_l see them, in the first round
    + prior     max(0, |v|^2 - r^2) / d                   r being the norm that 84 % of the samples stay within
    + prior     0.1 mean_l |v_l - mean v|^2 / d           of W+: how far the layers lie apart

Points within r cost nothing: there the samples say nothing for one and against another. A uniform prior has edges;
latents are kept within them and the third term is left out. Of pictures of more than 256 pixels the first scale is one
of at most 256, fewer are looked at, and gradients pass through one at a time. The noise maps of the synthesis are held
as they are and not optimised: a scene draws the picture again, and has no room for them.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.problem import Problem
from explorer.core.rendering.latent_points import LatentPoint, Space
from explorer.training.projection.differentiable_generator import Painter
from explorer.training.projection.likeness import Likeness, as_bytes, checked_target
from explorer.training.projection.search_spaces import SearchSpace, search_space

_AT_ONCE = 32  # samples drawn between two looks at whether to stop
_LARGEST_PIXELS = 256**2
_GRADIENT_PIXELS = 2**17  # of pictures through which gradients pass at once
_SHAKEN = 0.75  # share of the first round
_LAST_PACE = 0.02  # of the learning rate, when a round ends


@dataclass(frozen=True)
class Effort:
    """How hard to search, and what counts.

    Attributes
    ----------
    samples : int
        Latents of the prior that are looked at before the first round.
    starts : int
        How many of them are refined.
    refine_steps : int
        Steps of the first round.
    polished : int
        How many of these go on to the second round.
    polish_steps : int
        Steps of the second round.
    learning_rate : float
        Of Adam, in standard deviations of the samples: rises over the first tenth of a round, then falls along a
        cosine.
    features : float
        How much it counts that the critic sees the same.
    prior : float
        How much it counts that the point lies where samples do: of a photograph the model cannot draw, pixels
        alone lead to latents far outside, whose pictures fall apart as soon as they are edited.
    seed : int
        Decides the samples.
    """

    samples: int = 256
    starts: int = 6
    refine_steps: int = 80
    polished: int = 2
    polish_steps: int = 120
    learning_rate: float = 0.1
    features: float = 0.1
    prior: float = 0.02
    seed: int = 0

    @property
    def steps(self) -> int:
        """Steps of both rounds."""
        return self.refine_steps + self.polish_steps

    def for_pictures(self, pixels: int) -> Effort:
        """The effort for pictures of so many pixels: of those larger than 256 x 256, fewer are looked at."""
        share = min(_LARGEST_PIXELS / pixels, 1.0)
        samples, starts, polished = (
            max(round(count * share), 1) for count in (self.samples, self.starts, self.polished)
        )
        return replace(self, samples=samples, starts=starts, polished=polished)

    @classmethod
    def of_steps(cls, steps: int, seed: int = 0) -> Effort:
        """The usual effort, spread over ``steps`` steps in all."""
        usual = cls(seed=seed)
        refine = round(steps * usual.refine_steps / usual.steps)
        return cls(refine_steps=refine, polish_steps=steps - refine, seed=seed)


@dataclass(frozen=True, eq=False)
class Projected:
    """How far a projection has come.

    Attributes
    ----------
    step, steps : int
        Steps done, and of how many; 0 while samples are looked at.
    loss : float
        Of the best latent so far, in the terms that both rounds share.
    error : float
        Mean absolute difference of its picture from the target, as a share of the range from black to white.
    point : LatentPoint
        The best so far.
    picture : (height, width, C) uint8
        Its picture.
    """

    step: int
    steps: int
    loss: float
    error: float
    point: LatentPoint
    picture: NDArray[np.uint8]


Steps = Generator[Projected, None, None]


def project(
    painter: Painter,
    target: NDArray[np.uint8],
    effort: Effort | None = None,
    start: LatentPoint | None = None,
    space: Space = "z",
) -> Steps:
    """Search for the point whose picture is most like ``target``; yields after every step.

    What is yielded never gets worse, so that whoever stops asking, at any time, has the best so far.

    Parameters
    ----------
    painter : Painter
    target : (height, width, C) uint8
        Of the generator's size, aligned as its pictures are.
    effort : Effort, optional
    start : LatentPoint, optional
        Where to search too, usually the encoder's latent; it may lie outside the prior. Of use to a search in Z only
        where it is of Z.
    space : {"z", "w", "w+"}
        Where to search; W and W+ are those of style-based models.

    Raises
    ------
    Problem
        The target is of another size, the generator has no W, or gives nothing but numbers that are not finite.
    """
    search = _Search(painter, checked_target(painter, target), effort or Effort(), search_space(painter, space))
    yield from search.sample(start)
    yield from search.refine()
    yield from search.polish()


class _Search:
    """The state of one projection: the points that are being changed, and the best so far.

    Points are coordinates of a `SearchSpace`, (N, size).
    """

    def __init__(self, painter: Painter, target: Tensor, effort: Effort, space: SearchSpace) -> None:
        self.painter, self.space = painter, space
        self.effort = effort.for_pictures(target.shape[2] * target.shape[3])
        self.likeness = Likeness(painter, target)
        self.at_once = max(_GRADIENT_PIXELS // (target.shape[2] * target.shape[3]), 1)
        self.shake = torch.Generator().manual_seed(effort.seed)
        self.step = 0
        self.best: Projected | None = None
        self.points = torch.zeros(0)
        self.losses = torch.zeros(0)

    def sample(self, start: LatentPoint | None) -> Steps:
        """Look at samples and at ``start``, and keep the best."""
        begun = None if start is None else self.space.coordinates(start)
        self.points = self._candidates(begun)
        losses = []
        for part in torch.split(self.points, min(_AT_ONCE, 2 * self.at_once)):
            with torch.no_grad():
                pictures = self.painter.pictures(self.space.rows(part))
                losses.append(self._note(part, pictures, self.likeness.pixels(pictures)))
            if self.best is not None:
                yield self.best
        self.losses = torch.cat(losses)
        if self.best is None:
            raise Problem(f"{self.painter.card.name} gives numbers that are not finite.", "Export or train it again.")
        self._keep(self.effort.starts, None if begun is None else len(self.losses) - 1)

    def refine(self) -> Steps:
        """The first round: by pixels, and by what the critic sees."""
        return self._descend(self.effort.refine_steps, self.effort.features, self.space.noise)

    def polish(self) -> Steps:
        """The second round: the best few, by pixels alone."""
        self._keep(self.effort.polished)
        return self._descend(self.effort.polish_steps, 0.0, 0.0)

    def _candidates(self, begun: Tensor | None) -> Tensor:
        drawn = self.space.samples(max(self.effort.samples, 1), np.random.RandomState(self.effort.seed))
        return self.space.within(drawn if begun is None else torch.cat([drawn, begun]))

    def _keep(self, count: int, always: int | None = None) -> None:
        """Go on with the best points alone; that at the place ``always`` among them, however it fares."""
        places = self.losses.argsort()[: max(count, 1)].tolist()
        if always is not None and always not in places:
            places = [*places[: count - 1], always]
        self.points, self.losses = self.points[places], self.losses[places]

    def _descend(self, steps: int, features: float, noise: float) -> Steps:
        """Change all points by Adam; what each came to at its best is where they are afterwards."""
        if steps < 1:
            return
        points = self.points.clone().requires_grad_(True)
        optimizer = torch.optim.Adam([points], self.effort.learning_rate, betas=(0.9, 0.99))
        lowest, found = torch.full((len(points),), math.inf), points.detach().clone()
        for number in range(steps + 1):
            optimizer.zero_grad(set_to_none=True)
            shaken = points.detach() + self._noise(points.shape, noise, number / steps)
            losses = []
            for part in torch.split(torch.arange(len(points)), self.at_once):
                losses.append(self._looked_at(points, shaken, part, features, last=number == steps))
                if len(part) < len(points) and self.best is not None:
                    yield replace(self.best, step=self.step)
            better = torch.cat(losses) < lowest
            lowest = torch.where(better, torch.cat(losses), lowest)
            found = torch.where(better[:, None], shaken, found)
            self.points, self.losses = found, lowest
            if number:
                self.step += 1
                assert self.best is not None
                yield replace(self.best, step=self.step)
            if number < steps:
                self._advance(optimizer, points, number / steps)

    def _looked_at(self, points: Tensor, shaken: Tensor, part: Tensor, features: float, last: bool) -> Tensor:
        """The losses of some of the points, (n,), whose gradients are added to them unless these are the last."""
        at = points[part] + (shaken - points.detach())[part]
        pictures = self.painter.pictures(self.space.rows(at))
        pixels = self.likeness.pixels(pictures)
        losses = self._note(shaken[part], pictures.detach(), pixels.detach())
        if not last:
            loss = pixels + self.effort.prior * self.space.outside(at)
            if features:
                loss = loss + features * self.likeness.features(pictures)
            torch.autograd.backward(torch.where(loss.isfinite(), loss, torch.zeros_like(loss)).sum())
        return losses

    def _noise(self, shape: Sequence[int], most: float, share: float) -> Tensor:
        """What points are shaken by when so much of a round is done."""
        strength = most * max(0.0, 1.0 - share / _SHAKEN) ** 2
        return torch.randn(shape, generator=self.shake) * strength if strength else torch.zeros(shape)

    def _advance(self, optimizer: torch.optim.Adam, points: Tensor, share: float) -> None:
        """One step of Adam; a point whose loss or gradient is not finite stays where it is."""
        for group in optimizer.param_groups:
            group["lr"] = self.effort.learning_rate * self.space.step * pace(share)
        assert points.grad is not None
        points.grad.nan_to_num_(0.0, 0.0, 0.0)
        optimizer.step()
        with torch.no_grad():
            points.copy_(self.space.within(points))

    def _note(self, points: Tensor, pictures: Tensor, pixels: Tensor) -> Tensor:
        """Remember the best of these points if it is the best of all; gives the losses that both rounds share."""
        outside = self.space.outside(points)
        losses = (pixels + self.effort.prior * outside).nan_to_num(math.inf, math.inf, math.inf)
        place = int(losses.argmin())
        loss = float(losses[place])
        if loss < (math.inf if self.best is None else self.best.loss):
            shown = pictures[place].clamp(-1.0, 1.0)
            error, point = self.likeness.error(shown), self.space.point(points[place])
            self.best = Projected(self.step, self.effort.steps, loss, error, point, as_bytes(shown))
        return losses


def pace(share: float) -> float:
    """Share of the learning rate when so much of a round is done: up over a tenth of it, then down along a cosine."""
    return min(1.0, 10.0 * share + 0.1) * max(_LAST_PACE, 0.5 + 0.5 * math.cos(math.pi * share))
