"""A picture that is to please a part of a network: which part, from what it begins, and how it grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.core.rendering.latents import LARGEST_SEED

_LIMITS = {
    "octaves": (1, 8, "A dream cannot have {} octaves."),
    "steps": (1, 500, "An octave cannot have {} steps."),
    "jitter": (0, 64, "A picture cannot be shaken by {} pixels."),
    "size": (16, 1024, "A dream cannot have sides of {} pixels."),
    "seed": (0, LARGEST_SEED, "The seed {} is out of range."),
    "rate": (0.001, 1.0, "A step cannot be as large as {:g}."),
    "scale": (1.0, 4.0, "An octave cannot be {:g} times as large as the one before."),
}


@dataclass(frozen=True)
class DreamSettings:
    """What is asked for.

    Attributes
    ----------
    layer : str
        By number or by the graph's own name; "" for the middle one.
    channel : int or None
        One channel alone, whose mean grows (Olah et al., 2017); None for all that the layer sees, whose variance
        over the picture grows (after DeepDream, Mordvintsev et al., 2015, whose mean square grows).
    octaves : int
        Sizes at which it is worked on, the largest last.
    scale : float
        By what each is larger than the one before.
    steps : int
        Of each octave.
    rate : float
        How far a step moves values, on average, as a share of the shown range.
    jitter : int
        By how many pixels the picture is shaken at each step, at most, so that no edge of the network shows. A dense
        layer is shaken by no more than an eighth of the side.
    size : int
        The longer side at the end, in pixels. A part that takes pictures of one size alone gives that size.
    seed : int
        Of the noise, and of the shaking.

    Raises
    ------
    Problem
        A value lies outside its range.
    """

    layer: str = ""
    channel: int | None = None
    octaves: int = 4
    scale: float = 1.5
    steps: int = 16
    rate: float = 0.02
    jitter: int = 32
    size: int = 256
    seed: int = 0

    def __post_init__(self) -> None:
        for name, (low, high, words) in _LIMITS.items():
            value: Any = getattr(self, name)
            if not low <= value <= high:  # neither is NaN
                raise Problem(words.format(value), f"The {name} runs from {low:g} to {high:g}.")

    @property
    def all_steps(self) -> int:
        """Of all octaves together."""
        return self.octaves * self.steps


@dataclass(frozen=True, eq=False)
class DreamState:
    """How far a dream has grown.

    Attributes
    ----------
    step, steps : int
        0 is what it begins with.
    canvas : (height, width, channels) uint8
        Of the size at the end, whatever the octave.
    pleased : float
        What the part of the network gives for it, which grows.
    """

    step: int
    steps: int
    canvas: NDArray[np.uint8]
    pleased: float
