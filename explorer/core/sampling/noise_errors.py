"""How well a diffusion takes noise off pictures that it has never seen, at each strength of the noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.core.inference.generator import Pictures
from explorer.core.problem import Problem
from explorer.core.sampling.diffusion import DiffusionPainter
from explorer.core.sampling.sampler import Sampler

LEVELS = 10


@dataclass(frozen=True)
class NoiseError:
    """What was measured at one time.

    Attributes
    ----------
    time : float
        Above 0, below 1: how much noise there was.
    error : float
        Mean squared error of v.
    explained : float
        Share of v's mean square that is told rightly: 1 is all, 0 as little as by saying 0.
    """

    time: float
    error: float
    explained: float


def noise_errors(
    sampler: Sampler, pictures: Pictures, labels: list[int | None], *, levels: int = LEVELS, seed: int = 0
) -> list[NoiseError]:
    """The errors at evenly spread times, each of all pictures (N, H, W, C) under noise of its own.

    Raises
    ------
    Problem
        The model is no diffusion, or the pictures are of another size than its own.
    """
    painter = sampler.painter
    if not isinstance(painter, DiffusionPainter):
        raise Problem(f"{sampler.card.name} is not a diffusion model.", "Measure one that is.")
    clean, classes = sampler.as_values(pictures), sampler.classes_of(labels)
    stream, found = np.random.RandomState(seed), []
    for time in (np.arange(levels) + 0.5) / levels:
        noise = stream.standard_normal(clean.shape).astype(np.float32)
        wanted = painter.tangents(clean, noise, float(time))
        said = painter.tangent(painter.mixed(clean, noise, float(time)), float(time), classes)
        error = float(np.square(said - wanted, dtype=np.float64).mean())
        found.append(NoiseError(float(time), error, 1.0 - error / float(np.square(wanted, dtype=np.float64).mean())))
    return found
