"""A picture found in the latent space by optimisation: the latent whose picture is most like it.

After Abdal et al. (2019), Image2StyleGAN, and the projector of Karras et al. (2020), section 5, in a simple form that
needs nothing but the generator. Two rounds, in each of which Adam changes several latents at once:

1. the best of many samples (and the encoder's latent, where there is one) are *refined*, by pixels and by what the
   critic's layers see, which leads out of valleys that pixels alone do not leave;
2. the best of these are *polished* by pixels alone, for a picture is judged by its pixels.

What is minimised is, for a picture x, its target t, and a latent z of d dimensions,

    mean_k |x - t|^2 of the picture halved k times        pixels at several scales: large shapes lead the small
    + features  mean_l |f_l(x) - f_l(t)|^2 / |f_l(t)|^2   as the critic's layers f_l see them, in the first round
    + prior     max(0, |z|^2 - r^2) / d                   r being the norm that 84 % of the prior stay within

Latents within r cost nothing: there the prior says nothing for one and against another. A uniform prior has
edges; latents are kept within them and the last term is left out.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent, prior_deviation, typical_norm
from explorer.training.projection.differentiable_generator import Painter

_AT_ONCE = 32  # samples drawn between two looks at whether to stop
_SCALES = 4  # the picture and three halvings of it
_SMALLEST_SIDE = 4
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
        Of Adam, in standard deviations of the prior: rises over the first tenth of a round, then falls along a cosine.
    features : float
        How much it counts that the critic sees the same.
    prior : float
        How much it counts that the latent is as long as the prior's: of a photograph the model cannot draw, pixels
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
    z : (latent_size,) float32
        The best latent so far. Read-only.
    picture : (height, width, C) uint8
        Its picture.
    """

    step: int
    steps: int
    loss: float
    error: float
    z: Latent
    picture: NDArray[np.uint8]


Steps = Generator[Projected, None, None]


def project(
    painter: Painter,
    target: NDArray[np.uint8],
    effort: Effort | None = None,
    start: Latent | None = None,
) -> Steps:
    """Search for the latent whose picture is most like ``target``; yields after every step.

    What is yielded never gets worse, so that whoever stops asking, at any time, has the best so far.

    Parameters
    ----------
    painter : Painter
    target : (height, width, C) uint8
        Of the generator's size, aligned as its pictures are.
    effort : Effort, optional
    start : (latent_size,) float32, optional
        Where to search too, usually the encoder's latent; it may lie outside the prior.

    Raises
    ------
    Problem
        The target is of another size, or the generator gives nothing but numbers that are not finite.
    """
    search = _Search(painter, _checked(painter, target), effort or Effort())
    yield from search.sample(start)
    yield from search.refine()
    yield from search.polish()


class _Search:
    """The state of one projection: the latents that are being changed, and the best so far."""

    def __init__(self, painter: Painter, target: Tensor, effort: Effort) -> None:
        self.painter, self.target, self.effort = painter, target, effort
        card = painter.card
        self.uniform = card.distribution == "uniform"
        self.deviation = prior_deviation(card.distribution)
        self.farthest = sum(typical_norm(card.latent_size, card.distribution)) ** 2
        self.pyramid = list(_pyramid(target))
        self.seen = None if painter.critic is None else _activations(painter, target)
        self.step = 0
        self.best: Projected | None = None
        self.latents = torch.zeros(0, card.latent_size)
        self.losses = torch.zeros(0)

    def sample(self, start: Latent | None) -> Steps:
        """Look at samples of the prior and at ``start``, and keep the best."""
        for z in torch.split(self._candidates(start), _AT_ONCE):
            with torch.no_grad():
                pictures = self.painter.paint(z)
                losses = self._note(z, pictures, self._pixels(pictures))
            self.latents, self.losses = torch.cat([self.latents, z]), torch.cat([self.losses, losses])
            if self.best is not None:
                yield self.best
        if self.best is None:
            raise Problem(f"{self.painter.card.name} gives numbers that are not finite.", "Export or train it again.")
        self._keep(self.effort.starts, len(self.losses) - 1 if start is not None else None)

    def refine(self) -> Steps:
        """The first round: by pixels, and by what the critic sees."""
        return self._descend(self.effort.refine_steps, self.effort.features)

    def polish(self) -> Steps:
        """The second round: the best few, by pixels alone."""
        self._keep(self.effort.polished)
        return self._descend(self.effort.polish_steps, 0.0)

    def _candidates(self, start: Latent | None) -> Tensor:
        card = self.painter.card
        draw = np.random.RandomState(self.effort.seed)
        shape = (max(self.effort.samples, 1), card.latent_size)
        drawn = draw.uniform(-1, 1, shape) if self.uniform else draw.standard_normal(shape)
        # Half of them nearer to the mean, where pictures are less extreme and more often like a given one.
        drawn[1::2] *= 0.6
        rows = [drawn.astype(np.float32)]
        if start is not None:
            rows.append(np.asarray(start, np.float32)[None])
        return self._within(torch.from_numpy(np.concatenate(rows)))

    def _keep(self, count: int, always: int | None = None) -> None:
        """Go on with the best latents alone; that at the place ``always`` among them, however it fares."""
        places = self.losses.argsort()[: max(count, 1)].tolist()
        if always is not None and always not in places:
            places = [*places[: count - 1], always]
        self.latents, self.losses = self.latents[places], self.losses[places]

    def _descend(self, steps: int, features: float) -> Steps:
        if steps < 1:
            return
        z = self.latents.clone().requires_grad_(True)
        optimizer = torch.optim.Adam([z], self.effort.learning_rate, betas=(0.9, 0.99))
        lowest, found = torch.full((len(z),), math.inf), z.detach().clone()
        for number in range(steps + 1):
            pictures = self.painter.paint(z)
            pixels = self._pixels(pictures)
            here = z.detach().clone()
            losses = self._note(here, pictures.detach(), pixels.detach())
            better = losses < lowest
            lowest, found = torch.where(better, losses, lowest), torch.where(better[:, None], here, found)
            self.latents, self.losses = found, lowest
            if number:
                self.step += 1
                assert self.best is not None
                yield replace(self.best, step=self.step)
            if number == steps:
                break
            loss = pixels + self.effort.prior * self._outside(z)
            if features and self.seen is not None:
                loss = loss + features * self._unlike(pictures, self.seen)
            self._advance(optimizer, z, loss, number / steps)

    def _advance(self, optimizer: torch.optim.Adam, z: Tensor, loss: Tensor, share: float) -> None:
        """One step of Adam; a latent whose loss or gradient is not finite stays where it is."""
        for group in optimizer.param_groups:
            group["lr"] = self.effort.learning_rate * self.deviation * _pace(share)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(torch.where(loss.isfinite(), loss, torch.zeros_like(loss)).sum())
        assert z.grad is not None
        z.grad.nan_to_num_(0.0, 0.0, 0.0)
        optimizer.step()
        with torch.no_grad():
            z.copy_(self._within(z))

    def _within(self, z: Tensor) -> Tensor:
        return z.clamp(-1.0, 1.0) if self.uniform else z

    def _pixels(self, pictures: Tensor) -> Tensor:
        """(N,): squared distance from the target, averaged over scales."""
        pairs = zip(_pyramid(pictures), self.pyramid, strict=True)
        return torch.stack([(x - t).square().flatten(1).mean(1) for x, t in pairs]).mean(0)

    def _outside(self, z: Tensor) -> Tensor:
        """(N,): how far latents lie outside the prior; 0 within it, and where it has edges."""
        if self.uniform:
            return z.new_zeros(len(z))
        return functional.relu(z.square().sum(1) - self.farthest) / z.shape[1]

    def _unlike(self, pictures: Tensor, seen: list[Tensor]) -> Tensor:
        """(N,): relative squared distance of what the critic sees, averaged over its layers."""
        pairs = zip(_activations(self.painter, pictures), seen, strict=True)
        apart = [(a - b).square().flatten(1).mean(1) / b.square().mean().clamp_min(1e-8) for a, b in pairs]
        return torch.stack(apart).mean(0) if apart else pictures.new_zeros(len(pictures))

    def _note(self, z: Tensor, pictures: Tensor, pixels: Tensor) -> Tensor:
        """Remember the best of these latents if it is the best of all; gives the losses that both rounds share."""
        losses = (pixels + self.effort.prior * self._outside(z)).nan_to_num(math.inf, math.inf, math.inf)
        place = int(losses.argmin())
        loss = float(losses[place])
        if loss < (math.inf if self.best is None else self.best.loss):
            shown = pictures[place].clamp(-1.0, 1.0)
            error = float((shown - self.target[0]).abs().mean()) / 2
            latent = z[place].numpy().copy()
            latent.flags.writeable = False
            self.best = Projected(self.step, self.effort.steps, loss, error, latent, _as_bytes(shown))
        return losses


def _checked(painter: Painter, target: NDArray[np.uint8]) -> Tensor:
    card = painter.card
    wanted = (card.height, card.width, card.channels)
    if target.shape != wanted:
        sizes = [" × ".join(map(str, shape)) for shape in (wanted, target.shape)]
        raise Problem(f"{card.name} draws pictures of {sizes[0]}, not {sizes[1]}.", "Align the picture first.")
    pixels = torch.from_numpy(np.ascontiguousarray(target).astype(np.float32))
    return pixels.permute(2, 0, 1)[None] / 127.5 - 1.0


def _pyramid(pictures: Tensor) -> Iterator[Tensor]:
    """Pictures (N, C, H, W), and the same halved again and again."""
    yield pictures
    for _ in range(_SCALES - 1):
        if min(pictures.shape[2:]) < 2 * _SMALLEST_SIDE:
            return
        pictures = functional.avg_pool2d(pictures, 2)
        yield pictures


def _activations(painter: Painter, pictures: Tensor) -> list[Tensor]:
    assert painter.critic is not None
    return painter.critic.activations(pictures)


def _as_bytes(picture: Tensor) -> NDArray[np.uint8]:
    pixels: NDArray[np.uint8] = ((picture + 1.0) * 127.5).round().to(torch.uint8).permute(1, 2, 0).numpy()
    return np.ascontiguousarray(pixels)


def _pace(share: float) -> float:
    """Share of the learning rate when so much of a round is done: up over a tenth of it, then down along a cosine."""
    return min(1.0, 10.0 * share + 0.1) * max(_LAST_PACE, 0.5 + 0.5 * math.cos(math.pi * share))
