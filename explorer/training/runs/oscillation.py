"""Whether a series swings to and fro with a period of its own, or only wanders and rustles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BINS = 256
_FEWEST = 128
_SLOWEST = 4  # swings in the whole stretch; fewer may be a trend


@dataclass(frozen=True)
class Oscillation:
    """A swing that was found.

    Attributes
    ----------
    period : float
        In steps.
    strength : float
        Autocorrelation one period later, 0 to 1.
    swing : float
        From trough to crest, in the units of the series.
    """

    period: float
    strength: float
    swing: float


def wave(steps: NDArray[np.int64], values: NDArray[np.float64]) -> Oscillation | None:
    """The wave in a series (N,), if there is one.

    Values are averaged in at most 256 bins and freed of their linear trend. The strongest frequency of the
    periodogram counts if the autocorrelation confirms it: high one and two periods later, low in between. A drift
    or noise of any colour does not do that.
    """
    if len(values) < _FEWEST or not np.isfinite(values).all():
        return None
    size = len(values) // max(1, len(values) // _BINS)
    series = np.array([part.mean() for part in np.array_split(values, min(size, _BINS))])
    places = np.arange(len(series))
    series = series - np.polyval(np.polyfit(places, series, 1), places)
    power = np.abs(np.fft.rfft(series)) ** 2
    power[:_SLOWEST] = 0
    if not power.max() > 0:
        return None
    return _confirmed(series, len(series) / int(power.argmax()), float(steps[-1] - steps[0]))


def _confirmed(series: NDArray[np.float64], period: float, length: float) -> Oscillation | None:
    whole = np.fft.irfft(np.abs(np.fft.rfft(series, 2 * len(series))) ** 2)[: len(series)]
    alike = whole / np.arange(len(series), 0, -1) / (whole[0] / len(series))
    once, twice, between = (alike[min(len(alike) - 1, round(period * n))] for n in (1, 2, 0.5))
    if period < 4 or once < 0.5 or twice < 0.35 or between > -0.4:
        return None
    low, high = np.percentile(series, (5, 95))
    return Oscillation(period * length / len(series), float(once), float(high - low))
