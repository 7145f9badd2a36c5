"""How a model that paints in steps is to paint: part of a scene, so that the scene is the same picture everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from explorer.core.json_text import number_in, whole_in
from explorer.core.rendering.styles import check_range

USUAL_STEPS = 8
MOST_STEPS = 1_000
LARGEST_GUIDANCE = 20.0
LARGEST_TEMPERATURE = 4.0


@dataclass(frozen=True)
class Sampling:
    """Settings of one painting.

    Attributes
    ----------
    steps : int
        In how many steps noise is taken off, 1 to `MOST_STEPS`. Pixel by pixel there are as many as pixels.
    eta : float
        How much chance there is in each step of a diffusion, 0 to 1: 0 is DDIM, 1 is DDPM (Song, Meng & Ermon, 2021,
        eq. 16).
    guidance : float
        How far what is said with the class is held against what is said without, 0 to `LARGEST_GUIDANCE`: 1 is the
        class alone, 0 no class (Ho & Salimans, 2022). Of a model without classes it changes nothing.
    temperature : float
        Above 0, to `LARGEST_TEMPERATURE`: how strong the noise is that one begins with, or pixel by pixel what the
        logits are divided by; less is more usual.
    """

    steps: int = USUAL_STEPS
    eta: float = 0.0
    guidance: float = 1.0
    temperature: float = 1.0


USUALLY = Sampling()


def sampling_from(told: Any) -> Sampling:
    """The settings that their values by name describe.

    Raises
    ------
    KeyError, TypeError, ValueError
        Something is missing, of another type or out of its range.
    """
    if not isinstance(told, dict):
        raise TypeError("its sampling is not an object")
    return checked_sampling(
        Sampling(
            whole_in(told["steps"], "number of steps"),
            number_in(told["eta"], "eta"),
            number_in(told["guidance"], "guidance"),
            number_in(told["temperature"], "temperature"),
        )
    )


def checked_sampling(sampling: Sampling) -> Sampling:
    """The same settings; ValueError where one is out of its range."""
    check_range("number of steps", sampling.steps, 1, MOST_STEPS)
    check_range("eta", sampling.eta, 0.0, 1.0)
    check_range("guidance", sampling.guidance, 0.0, LARGEST_GUIDANCE)
    check_range("temperature", sampling.temperature, 0.01, LARGEST_TEMPERATURE)
    return sampling
