"""Ways to wander through the prior: a walk that never leaves it, and the points around one."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from explorer.core.rendering.latents import Latent, prior_deviation

_WAVES = 4
_SLOWEST, _FASTEST = 0.35, 1.05  # radians per unit of time
_EDGE = 0.999999  # a uniform latent nearer to its bounds than this would be at infinity for the walk

_normal = NormalDist()
_spread_evenly = np.frompyfunc(lambda value: 2.0 * _normal.cdf(value) - 1.0, 1, 1)
_spread_normally = np.frompyfunc(lambda value: _normal.inv_cdf((value + 1.0) / 2.0), 1, 1)


class _Waves:
    """A sum of waves in each dimension, whose amplitudes are drawn from the prior under the condition that it begins
    at ``start``; so at any time z is again like a sample."""

    def __init__(
        self, start: Latent, rates: NDArray[np.float64], stream: np.random.RandomState, distribution: str
    ) -> None:
        self._uniform = distribution == "uniform"
        begin = _before_spreading(start) if self._uniform else start.astype(np.float64)
        count, shape = len(rates), (len(rates), start.size)
        self._rates = rates
        self._sines = stream.standard_normal(shape) / math.sqrt(count)
        cosines = stream.standard_normal(shape) / math.sqrt(count)
        self._cosines = cosines + (begin - cosines.sum(axis=0)) / count

    def at(self, time: float) -> Latent:
        """Where the walk is after ``time``, (d,) float32."""
        turned = self._rates * time
        z = (self._cosines * np.cos(turned) + self._sines * np.sin(turned)).sum(axis=0)
        result: Latent = (_spread_evenly(z) if self._uniform else z).astype(np.float32)
        return result


class GentleWalk(_Waves):
    """A smooth, endless path through the prior that begins at ``start``.

    Each dimension has slow waves of its own, so the picture never jumps and never comes to rest; in one unit of time
    a dimension moves by about 0.7 deviations.

    Parameters
    ----------
    start : (d,) float32
    seed : int
        The same start and seed give the same walk.
    distribution : {"normal", "uniform"}
        The prior of each dimension.
    """

    def __init__(self, start: Latent, seed: int, distribution: str = "normal") -> None:
        stream = np.random.RandomState(seed)
        rates = stream.uniform(_SLOWEST, _FASTEST, (_WAVES, start.size))
        super().__init__(start, rates, stream, distribution)


def neighbours(
    z: Latent, spread: float, seed: int, count: int = 8, distribution: str = "normal"
) -> NDArray[np.float32]:
    """Points of the prior around ``z``, every one in a direction of its own.

    Under the normal prior they lie at the angle ``spread`` on the way to a fresh sample,
    cos(spread) z + sin(spread) e, which keeps their norm typical where that of ``z`` is.

    Parameters
    ----------
    z : (d,) float32
    spread : float
        How far away, in standard deviations of the prior.
    seed : int
    count : int
    distribution : {"normal", "uniform"}

    Returns
    -------
    (count, d) float32
    """
    noise = np.random.RandomState(seed).standard_normal((count, z.size))
    if distribution == "uniform":
        around = (z + spread * prior_deviation(distribution) * noise).clip(-1.0, 1.0)
    else:
        angle = min(spread, math.pi / 2)
        around = math.cos(angle) * z + math.sin(angle) * noise
    result: NDArray[np.float32] = around.astype(np.float32)
    return result


class ClosedWalk(_Waves):
    """A smooth path through the prior that begins at ``start`` and comes back to it.

    Its waves swing a whole number of times, so it closes without a seam, in place and in speed.

    Parameters
    ----------
    start, seed, distribution :
        As for `GentleWalk`.
    turns : int
        How many waves there are: the slowest swings once, the fastest this often.
    """

    is_loop = True

    def __init__(self, start: Latent, seed: int, distribution: str = "normal", turns: int = 2) -> None:
        stream = np.random.RandomState([seed, turns])  # not the one that the sample of this seed comes from
        rates = 2.0 * math.pi * np.arange(1, turns + 1, dtype=np.float64)[:, None]
        super().__init__(start, rates, stream, distribution)

    def at(self, time: float) -> Latent:
        """Where the walk is at ``time``, (d,) float32: at its start at 0, and again at 1."""
        return super().at(time % 1.0)


def _before_spreading(z: Latent) -> NDArray[np.float64]:
    """The normal values that a uniform latent stands for."""
    return np.asarray(_spread_normally(z.astype(np.float64).clip(-_EDGE, _EDGE)), np.float64)
