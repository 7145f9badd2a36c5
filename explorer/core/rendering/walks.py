"""Ways to wander through the prior: a walk that never leaves it, and the points around one."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from explorer.core.rendering.latents import Latent, Prior, ends
from explorer.core.rendering.named_prior import NamedPrior

_WAVES = 4
_SLOWEST, _FASTEST = 0.35, 1.05  # radians per unit of time
_EDGE = 0.999999  # a uniform latent nearer to its bounds than this would be at infinity for the walk

_normal = NormalDist()
_spread_evenly = np.frompyfunc(lambda value: 2.0 * _normal.cdf(value) - 1.0, 1, 1)
_spread_normally = np.frompyfunc(lambda value: _normal.inv_cdf((value + 1.0) / 2.0), 1, 1)


class _Waves:
    """A sum of waves in each dimension, whose amplitudes are drawn from the prior under the condition that it begins
    at ``start``; so at any time z is again like a sample."""

    def __init__(self, start: Latent, rates: NDArray[np.float64], stream: np.random.RandomState, prior: Prior) -> None:
        self._start, (self._low, self._high) = start, ends(start.size, prior)
        self._still = prior.is_still if isinstance(prior, NamedPrior) else np.zeros(start.size, np.bool_)
        self._uniform = np.isfinite(self._low) & ~self._still
        begin = self._before_spreading(start)
        count, shape = len(rates), (len(rates), start.size)
        self._rates = rates
        self._sines = stream.standard_normal(shape) / math.sqrt(count)
        cosines = stream.standard_normal(shape) / math.sqrt(count)
        self._cosines = cosines + (begin - cosines.sum(axis=0)) / count

    def at(self, time: float) -> Latent:
        """Where the walk is after ``time``, (d,) float32."""
        turned = self._rates * time
        z = (self._cosines * np.cos(turned) + self._sines * np.sin(turned)).sum(axis=0)
        if (at := self._uniform).any():
            low, high = self._low[at].astype(np.float64), self._high[at]
            z[at] = low + (high - low) * (_spread_evenly(z[at]).astype(np.float64) + 1.0) / 2.0
        result: Latent = np.where(self._still, self._start, z).astype(np.float32)
        return result

    def _before_spreading(self, start: Latent) -> NDArray[np.float64]:
        """The normal values that a latent stands for."""
        begin = start.astype(np.float64)
        if (at := self._uniform).any():
            low, high = self._low[at].astype(np.float64), self._high[at]
            shares = (2.0 * (begin[at] - low) / (high - low) - 1.0).clip(-_EDGE, _EDGE)
            begin[at] = _spread_normally(shares).astype(np.float64)
        return begin


class GentleWalk(_Waves):
    """A smooth, endless path through the prior that begins at ``start``.

    Each dimension has slow waves of its own, so the picture never jumps and never comes to rest; in one unit of time
    a dimension moves by about 0.7 deviations.

    Parameters
    ----------
    start : (d,) float32
    seed : int
        The same start and seed give the same walk.
    prior : "normal", "uniform" or NamedPrior
        The prior of each dimension.
    """

    def __init__(self, start: Latent, seed: int, prior: Prior = "normal") -> None:
        stream = np.random.RandomState(seed)
        rates = stream.uniform(_SLOWEST, _FASTEST, (_WAVES, start.size))
        super().__init__(start, rates, stream, prior)


def neighbours(z: Latent, spread: float, seed: int, count: int = 8, prior: Prior = "normal") -> NDArray[np.float32]:
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
    prior : "normal", "uniform" or NamedPrior

    Returns
    -------
    (count, d) float32
    """
    noise = np.random.RandomState(seed).standard_normal((count, z.size))
    low, high = ends(z.size, prior)
    still = prior.is_still if isinstance(prior, NamedPrior) else np.zeros(z.size, np.bool_)
    deviation = (high.astype(np.float64) - low) / math.sqrt(12.0)
    angle = min(spread, math.pi / 2)
    turned = math.cos(angle) * z + math.sin(angle) * noise
    moved = np.where(np.isfinite(low), z + spread * np.where(np.isfinite(low), deviation, 0.0) * noise, turned)
    around: NDArray[np.float32] = np.where(still, z, moved.clip(low, high)).astype(np.float32)
    return around


class ClosedWalk(_Waves):
    """A smooth path through the prior that begins at ``start`` and comes back to it.

    Its waves swing a whole number of times, so it closes without a seam, in place and in speed.

    Parameters
    ----------
    start, seed, prior :
        As for `GentleWalk`.
    turns : int
        How many waves there are: the slowest swings once, the fastest this often.
    """

    is_loop = True

    def __init__(self, start: Latent, seed: int, prior: Prior = "normal", turns: int = 2) -> None:
        stream = np.random.RandomState([seed, turns])  # not the one that the sample of this seed comes from
        rates = 2.0 * math.pi * np.arange(1, turns + 1, dtype=np.float64)[:, None]
        super().__init__(start, rates, stream, prior)

    def at(self, time: float) -> Latent:
        """Where the walk is at ``time``, (d,) float32: at its start at 0, and again at 1."""
        return super().at(time % 1.0)
