"""What a scene of a style-based model may say besides its latent: a point of W, and a second latent for some layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.json_text import whole_in
from explorer.core.rendering.latents import LARGEST_SEED

MOST_STYLES = 256
"""Layers of a synthesis network; the largest known has 26."""

Numbers = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class StylePoint:
    """A point of W or of W+, and the latent that it was reached from.

    It stands for that very latent in that class, so that a scene with another latent forgets it.

    Attributes
    ----------
    w : (style_size,) or (styles * style_size,) float32
        One w for all layers, or that of each layer after that of the one before (W+; Abdal et al., 2019). Read-only.
    z : (latent_size,) float32
    label : int or None
    """

    w: Numbers
    z: Numbers
    label: int | None = None

    def __post_init__(self) -> None:
        self.w.flags.writeable = False


@dataclass(frozen=True, eq=False)
class StyleMix:
    """The second latent of style mixing (Karras et al., 2019, section 3.1), and the layers that follow it.

    Attributes
    ----------
    z : (latent_size,) float32
        Read-only.
    first, last : int
        The layers, counted from 0; both belong to the range.
    label : int or None
    seed : int or None
        The seed that ``z`` was sampled with.
    w : (style_size,) or (styles * style_size,) float32, or None
        The point of W or W+, where it is not what the mapping makes of ``z``.
    """

    z: Numbers
    first: int
    last: int
    label: int | None = None
    seed: int | None = None
    w: Numbers | None = None

    def __post_init__(self) -> None:
        self.z.flags.writeable = False
        if self.w is not None:
            self.w.flags.writeable = False


def digits_of(numbers: Numbers) -> list[float]:
    """The shortest digits that give each float32 back."""
    return [float(str(value)) for value in numbers]


def numbers_from(told: Any, what: str, most: int) -> Numbers:
    """A row of float32 from JSON.

    Raises
    ------
    ValueError, TypeError
        It is no row of numbers, too long, or not finite.
    """
    if isinstance(told, list) and not {int, float}.issuperset(map(type, told)):
        raise ValueError(f"its {what} is not a row of numbers")
    row = np.array(told, dtype=np.float64)
    if row.ndim != 1 or row.size > most:
        raise ValueError(f"its {what} has shape {row.shape}")
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite and is refused below
        numbers = row.astype(np.float32)
    if not np.isfinite(numbers).all():
        raise ValueError("a number in it is not finite")
    return numbers


def mix_facts(mix: StyleMix) -> dict[str, Any]:
    """The serial form that `mix_from` reads."""
    return {
        "latent": digits_of(mix.z),
        "w": None if mix.w is None else digits_of(mix.w),
        "class": mix.label,
        "seed": mix.seed,
        "first": mix.first,
        "last": mix.last,
    }


def check_range(what: str, value: float | None, low: float, high: float) -> None:
    """Raises ValueError where ``value`` is there and lies outside ``low`` to ``high``."""
    if value is not None and not low <= value <= high:
        raise ValueError(f"its {what} is {value:.12g}, not from {low:.12g} to {high:.12g}")


def mix_from(told: Any, most: int) -> StyleMix:
    """The mix that JSON describes, of latents of at most ``most`` numbers.

    Raises
    ------
    KeyError, TypeError, ValueError
        Something is missing, of another type or out of its range.
    """
    if not isinstance(told, dict):
        raise TypeError("its style mixing is not an object")
    label, seed = (None if told.get(key) is None else whole_in(told[key], key) for key in ("class", "seed"))
    first, last = (whole_in(told[key], f"{key} mixed layer") for key in ("first", "last"))
    check_range("class of the mix", label, 0, most)
    check_range("seed of the mix", seed, 0, LARGEST_SEED)
    check_range("first mixed layer", first, 0, MOST_STYLES - 1)
    check_range("last mixed layer", last, first, MOST_STYLES - 1)
    w = None if told.get("w") is None else numbers_from(told["w"], "mixed w", most)
    return StyleMix(numbers_from(told["latent"], "mixed latent", most), first, last, label, seed, w)
