"""What a picture is drawn under besides its latent: the noise, how content is moved and turned, how it is sampled."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.json_text import number_in, whole_in
from explorer.core.rendering.latents import LARGEST_SEED
from explorer.core.rendering.styles import check_range

if TYPE_CHECKING:
    from explorer.core.sampling.settings import Sampling

LARGEST_NOISE = 2.0
LARGEST_MOVE = 10.0
MOST_HELD_BACK = 12.0


@dataclass(frozen=True)
class Noise:
    """The noise that a generator adds to its activations (Karras et al., 2019, section 2).

    Attributes
    ----------
    seed : int or None
        Of freely drawn noise, in every layer as strong as the model's own; None for the model's own.
    strength : float
        0 to `LARGEST_NOISE`; what it is multiplied by in all layers, so that 0 is no noise.
    """

    seed: int | None = None
    strength: float = 1.0


@dataclass(frozen=True)
class Placement:
    """How the content of StyleGAN3's pictures is moved and turned before it is painted (Karras et al., 2021).

    It is first turned about the middle and then moved; pictures have no edges there, so that something comes in.

    Attributes
    ----------
    x, y : float
        To the right and down, in widths of the picture.
    degrees : float
        Anticlockwise.
    """

    x: float = 0.0
    y: float = 0.0
    degrees: float = 0.0

    def transform(self) -> NDArray[np.float64]:
        """The (3, 3) matrix that NVIDIA's programs put into ``G.synthesis.input.transform``: where content comes from.

        It is the inverse of the movement, as the waves are looked up at the places that it gives.
        """
        turn = math.radians(self.degrees)
        cosine, sine = math.cos(turn), math.sin(turn)
        across, down = sine * self.y - cosine * self.x, -sine * self.x - cosine * self.y
        return np.array([[cosine, -sine, across], [sine, cosine, down], [0.0, 0.0, 1.0]])


@dataclass(frozen=True)
class Conditions:
    """All of them, equal where their values are; None stands for what the model does by itself.

    Attributes
    ----------
    noise : Noise or None
    placement : Placement or None
    sampling : Sampling or None
    held_back : float or None
        How many of its last stages a growing generator leaves out (Karras et al., 2018), up to `MOST_HELD_BACK`; a
        broken number fades one in.
    """

    noise: Noise | None = None
    placement: Placement | None = None
    sampling: Sampling | None = None
    held_back: float | None = None


USUAL = Conditions()


def noise_or_none(noise: Noise) -> Noise | None:
    """None in the place of the model's own noise at its own strength."""
    return None if noise == Noise() else noise


def placement_or_none(placement: Placement) -> Placement | None:
    """None in the place of one that neither moves nor turns."""
    return None if placement == Placement() else placement


def condition_facts(conditions: Conditions) -> dict[str, Any]:
    """Conditions as plain values, for JSON."""
    noise, place = conditions.noise, conditions.placement
    return {
        "noise": None if noise is None else {"seed": noise.seed, "strength": noise.strength},
        "placement": None if place is None else {"x": place.x, "y": place.y, "degrees": place.degrees},
        **({} if conditions.sampling is None else {"sampling": asdict(conditions.sampling)}),
        **({} if conditions.held_back is None else {"held back": conditions.held_back}),
    }


def conditions_from(told: dict[str, Any]) -> Conditions:
    """What `condition_facts` told.

    Raises
    ------
    KeyError, TypeError, ValueError
        Something is missing, of another type or out of its range.
    """
    noise, place = told.get("noise"), told.get("placement")
    return Conditions(
        None if noise is None else _noise(noise),
        None if place is None else _placement(place),
        None if told.get("sampling") is None else _sampling(told["sampling"]),
        None if told.get("held back") is None else _held_back(told["held back"]),
    )


def _sampling(told: Any) -> Sampling:
    from explorer.core.sampling.settings import sampling_from

    return sampling_from(told)


def _held_back(told: Any) -> float | None:
    stages = number_in(told, "number of stages held back")
    check_range("number of stages held back", stages, 0.0, MOST_HELD_BACK)
    return stages or None


def _noise(told: Any) -> Noise | None:
    if not isinstance(told, dict):
        raise TypeError("its noise is not an object")
    seed = None if told["seed"] is None else whole_in(told["seed"], "seed of the noise")
    strength = number_in(told["strength"], "strength of the noise")
    check_range("seed of the noise", seed, 0, LARGEST_SEED)
    check_range("strength of the noise", strength, 0.0, LARGEST_NOISE)
    return noise_or_none(Noise(seed, strength))


def _placement(told: Any) -> Placement | None:
    if not isinstance(told, dict):
        raise TypeError("its placement is not an object")
    x, y, degrees = (number_in(told[key], f"{key} of the placement") for key in ("x", "y", "degrees"))
    for name, value, most in (("x", x, LARGEST_MOVE), ("y", y, LARGEST_MOVE), ("turn", degrees, 360.0)):
        check_range(f"{name} of the placement", value, -most, most)
    return placement_or_none(Placement(x, y, degrees))
