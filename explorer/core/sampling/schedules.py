"""In which order a model paints that paints in steps: what its card says of one run of its graph.

There are two kinds. A *diffusion* takes noise off the whole picture, a little in each step; a *raster* draws one pixel
after the other, from left to right and from the top down.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.models.card import NewerCardError

_MOST_TIMES = 10_000
_MOST_LEVELS = 4_096
_CLEAN, _NOISE = 0.999, 0.1  # how much of the picture there must be at time 0, and at most at time 1

Times = NDArray[np.float64]


@dataclass(frozen=True)
class DiffusionSchedule:
    """How much of the picture there is at each time, from 0 (all, no noise) to 1 (none, only noise).

    Of a picture x and noise e of standard deviation 1 the mixture at time t is a x + b e with a^2 + b^2 = 1: a point of
    the circle, at the angle whose cosine is a.

    Attributes
    ----------
    signal : tuple of float
        a at evenly spaced times from 0 to 1; between them the angle is interpolated.
    prediction : str
        What a run gives: ``v``, how the mixture changes with the angle, a e - b x (Salimans & Ho, 2022, appendix D).
    kind : str
    """

    signal: tuple[float, ...]
    prediction: str = "v"
    kind: str = "diffusion"

    @classmethod
    def cosine(cls, count: int = 33) -> DiffusionSchedule:
        """The angle grows evenly with the time (Nichol & Dhariwal, 2021, without their offset)."""
        return cls(tuple(round(math.cos(math.pi / 2 * place / (count - 1)), 9) for place in range(count)))

    def angles(self, times: Times) -> Times:
        """The angles of times, in radians from 0 to pi / 2."""
        known = np.arccos(np.clip(self.signal, -1.0, 1.0))
        found: Times = np.interp(times, np.linspace(0.0, 1.0, len(known)), known)
        return found


@dataclass(frozen=True)
class RasterSchedule:
    """Pixels in reading order; every number of a pixel is one of a few levels.

    Attributes
    ----------
    levels : tuple of float
        What the logits of a run are about, in the range of the card's values, growing.
    kind : str
    """

    levels: tuple[float, ...]
    kind: str = "raster"


Schedule = DiffusionSchedule | RasterSchedule


def schedule_from(told: Any) -> Schedule:
    """The schedule that a card tells of.

    Raises
    ------
    NewerCardError
        It is of a kind, or predicts something, that this version does not know.
    TypeError, ValueError
        Something is missing or cannot be.
    """
    if not isinstance(told, dict):
        raise TypeError("its schedule is not an object")
    kind = told.get("kind")
    if kind == "diffusion":
        return _diffusion(told)
    if kind == "raster":
        return RasterSchedule(_growing(told.get("levels"), "levels", _MOST_LEVELS))
    raise NewerCardError(f"that its schedule is {str(kind)[:40]}")


def _diffusion(told: dict[str, Any]) -> DiffusionSchedule:
    if told.get("prediction") != "v":
        raise NewerCardError(f"that its schedule predicts {str(told.get('prediction'))[:40]}")
    falling = told.get("signal")
    rising = falling[::-1] if isinstance(falling, list | tuple) else falling
    signal = _growing(rising, "signal", _MOST_TIMES)[::-1]
    if not (1.0 >= signal[0] >= _CLEAN and _NOISE >= signal[-1] >= 0.0):
        raise ValueError(f"the signal of its schedule goes from {signal[0]:g} to {signal[-1]:g}, not from 1 to 0")
    return DiffusionSchedule(signal)


def _growing(told: Any, name: str, most: int) -> tuple[float, ...]:
    if not isinstance(told, list | tuple) or not 2 <= len(told) <= most:
        raise ValueError(f"the {name} of its schedule are not 2 to {most:,} numbers")
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in told):
        raise ValueError(f"the {name} of its schedule are not all numbers")
    numbers = tuple(float(value) for value in told)
    if not all(math.isfinite(value) for value in numbers) or any(np.diff(numbers) <= 0.0):
        raise ValueError(f"the {name} of its schedule are not in order")
    return numbers
