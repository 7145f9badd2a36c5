"""DDIM (Song, Meng & Ermon, 2021): noise taken off in as many steps as one likes, and put on again the same way.

A mixture of a picture x and noise e is a point of a circle, x cos p + e sin p, and the model says the tangent there, v.
So both are known, x = m cos p - v sin p and e = m sin p + v cos p, and a step to another angle q is (eq. 12)

    m' = x cos q + sqrt(sin^2 q - s^2) e + s n,   s = eta (sin q / sin p) sqrt(1 - cos^2 p / cos^2 q)    (eq. 16)

with fresh noise n. Without it (eta = 0) a step only turns by q - p, and can be taken backwards: every picture has a
noise that it is painted of.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.core.sampling.painting import Labels, PaintingState, StepRun, Values
from explorer.core.sampling.schedules import DiffusionSchedule
from explorer.core.sampling.settings import Sampling

_LEAST_COSINE = 0.1  # of the angle of a step that can be corrected: a single step of all noise cannot


@dataclass(frozen=True, eq=False)
class KeptPart:
    """What of a picture is to stay while the rest is painted.

    Attributes
    ----------
    picture : (N, C, H, W) float32
        In the range of the card's values.
    mask : (1, 1, H, W) float32
        1 where it stays, 0 where there is a hole.
    """

    picture: Values
    mask: Values


class DiffusionPainter:
    """Takes noise off in steps.

    Parameters
    ----------
    run : callable (mixture, time, labels) -> v
    schedule : DiffusionSchedule
    shape : (int, int, int)
        Channels, height and width.
    classes : int
        How many there are; 0 where the model is told none.
    """

    def __init__(self, run: StepRun, schedule: DiffusionSchedule, shape: tuple[int, int, int], classes: int) -> None:
        self._run, self._schedule, self._shape, self._none = run, schedule, shape, classes

    def states(self, z: Values, labels: Labels, sampling: Sampling) -> Iterator[PaintingState]:
        """As `StepPainter` says: the latent is the noise of the whole picture."""
        noise = z.reshape(-1, *self._shape) * np.float32(sampling.temperature)
        yield from self.painted(noise, noise, labels, sampling)

    def painted(
        self,
        canvas: Values,
        noise: Values,
        labels: Labels,
        sampling: Sampling,
        *,
        start: float = 1.0,
        kept: KeptPart | None = None,
    ) -> Iterator[PaintingState]:
        """Noise taken off a mixture, from a time on.

        Parameters
        ----------
        canvas : (N, C, H, W) float32
            The mixture at time ``start``.
        noise : (N, C, H, W) float32
            What chance, where there is some, and what is kept are drawn from.
        start : float
            Above 0, to 1. Of ``sampling.steps``, which would lead from 1 to 0, about as large a share is taken.
        kept : KeptPart, optional
            Is put back after every step, with as much of ``noise`` as belongs there.
        """
        count = max(1, math.ceil(round(sampling.steps * start, 6)))
        times = np.linspace(start, 0.0, count + 1)
        angles = self._schedule.angles(times)
        chance = _Chance(noise) if sampling.eta > 0.0 else None
        canvas = self._put_back(canvas, noise, angles[0], kept)
        for step in range(count):
            here, there = angles[step], angles[step + 1]
            tangent = self.tangent(canvas, times[step], labels, sampling.guidance)
            guess = _turned(canvas, tangent, -here)
            yield PaintingState(step, count, float(times[step]), canvas, guess)
            if chance is None:
                canvas = _turned(canvas, tangent, there - here)
            else:
                rest = _turned(canvas, tangent, math.pi / 2 - here)
                canvas = _by_chance(guess, rest, here, there, sampling.eta, chance)
            canvas = self._put_back(canvas, noise, there, kept)
        yield PaintingState(count, count, 0.0, canvas, canvas)

    def inverted(
        self, pictures: Values, labels: Labels, sampling: Sampling, *, until: float = 1.0, corrections: int = 0
    ) -> Iterator[PaintingState]:
        """DDIM backwards: from pictures to the noise that they are painted of. ``eta`` and temperature play no part.

        Parameters
        ----------
        pictures : (N, C, H, W) float32
            In the range of the card's values.
        until : float
            The time to which it goes.
        corrections : int
            How often each step is made better by asking at the point it leads to, where the step of painting will
            ask: each is another run, and the paths there and back come to lie on each other.
        """
        count = max(1, math.ceil(round(sampling.steps * until, 6)))
        times = np.linspace(0.0, until, count + 1)
        angles = self._schedule.angles(times)
        canvas = guess = pictures.astype(np.float32)
        for step in range(count):
            yield PaintingState(step, count, float(times[step]), canvas, guess)
            turn = angles[step + 1] - angles[step]
            tangent = self.tangent(canvas, times[step], labels, sampling.guidance)
            further = _turned(canvas, tangent, turn)
            for _ in range(corrections if math.cos(turn) > _LEAST_COSINE else 0):
                tangent = self.tangent(further, times[step + 1], labels, sampling.guidance)
                # The step of painting turns back from there by as much: canvas = further cos - tangent sin.
                further = (canvas + tangent * np.float32(math.sin(turn))) * np.float32(1.0 / math.cos(turn))
            guess = _turned(canvas, tangent, -angles[step])
            canvas = further
        yield PaintingState(count, count, float(until), canvas, guess)

    def mixed(self, pictures: Values, noise: Values, time: float) -> Values:
        """Pictures with noise put on, as much as there is at a time: ``SDEdit`` begins here (Meng et al., 2022)."""
        angle = float(self._schedule.angles(np.array([time]))[0])
        return pictures * np.float32(math.cos(angle)) + noise * np.float32(math.sin(angle))

    def tangents(self, pictures: Values, noise: Values, time: float) -> Values:
        """What v is of pictures, noise and a time."""
        angle = float(self._schedule.angles(np.array([time]))[0])
        return noise * np.float32(math.cos(angle)) - pictures * np.float32(math.sin(angle))

    def tangent(self, canvas: Values, time: float, labels: Labels, guidance: float = 1.0) -> Values:
        """What the model says that v is of mixtures (N, C, H, W) at a time; with classes, guided."""
        if labels is None or guidance == 1.0 or (labels == self._none).all():
            return self._run(canvas, float(time), labels)
        none = np.full_like(labels, self._none)
        both = self._run(np.concatenate([canvas, canvas]), float(time), np.concatenate([none, labels]))
        without, within = both[: len(canvas)], both[len(canvas) :]
        return without + np.float32(guidance) * (within - without)

    def _put_back(self, canvas: Values, noise: Values, angle: float, kept: KeptPart | None) -> Values:
        if kept is None:
            return canvas
        there = kept.picture * np.float32(math.cos(angle)) + noise * np.float32(math.sin(angle))
        return np.where(kept.mask > 0.5, there, canvas).astype(np.float32)


class _Chance:
    """Fresh noise for each step, which the noise that was begun with decides: a stream of its own for each picture."""

    def __init__(self, noise: Values) -> None:
        self._streams = [np.random.RandomState(_number_of(each)) for each in noise]
        self._shape = noise.shape[1:]

    def draw(self) -> Values:
        """(N, C, H, W), standard normal."""
        return np.stack([stream.standard_normal(self._shape) for stream in self._streams]).astype(np.float32)


def _number_of(noise: Values) -> int:
    digest = hashlib.sha256(np.ascontiguousarray(noise, "<f4").tobytes()).digest()
    return int.from_bytes(digest[:4], "little")


def _turned(canvas: Values, tangent: Values, turn: float) -> Values:
    """Along the circle: ``canvas`` cos + ``tangent`` sin."""
    return canvas * np.float32(math.cos(turn)) + tangent * np.float32(math.sin(turn))


def _by_chance(guess: Values, rest: Values, here: float, there: float, eta: float, chance: _Chance) -> Values:
    """A step of which a part is fresh noise (eq. 12 and 16); ``rest`` is the noise in the mixture."""
    share = max(0.0, 1.0 - math.cos(here) ** 2 / math.cos(there) ** 2)
    fresh = eta * math.sin(there) / math.sin(here) * math.sqrt(share)
    known = math.sqrt(max(0.0, math.sin(there) ** 2 - fresh**2))
    drawn = chance.draw() * np.float32(fresh)
    mixed: Values = guess * np.float32(math.cos(there)) + rest * np.float32(known) + drawn
    return mixed
