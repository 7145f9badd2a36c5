"""What a portrait is made of: one frozen value whose fields say how each may vary."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem

Kind = Literal["continuous", "yes/no", "category"]


@dataclass(frozen=True)
class Factor:
    """One way in which portraits differ, and how it is drawn at random.

    ``low`` and ``high`` bound a continuous factor, which is uniform between them; ``choices`` and
    ``weights`` (summing to 1) belong to a category; ``chance`` is how often a yes/no factor is yes.
    ``shown_with`` names the yes/no factor without which this one cannot be seen, or is "".
    """

    name: str
    kind: Kind
    help: str
    low: float = 0.0
    high: float = 1.0
    choices: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    chance: float = 0.0
    shown_with: str = ""

    def allows(self, value: object) -> bool:
        """Whether a portrait may have ``value`` for this factor."""
        if self.kind == "category":
            return value in self.choices
        if self.kind == "yes/no":
            return isinstance(value, bool)
        if not isinstance(value, int | float) or isinstance(value, bool):
            return False
        return self.low <= value <= self.high

    def at(self, chance: NDArray[np.float64]) -> NDArray[Any]:
        """The values that ``chance``, uniform in (0, 1), stands for: floats, bools or words."""
        if self.kind == "continuous":
            return self.low + (self.high - self.low) * chance
        if self.kind == "yes/no":
            return chance > 1 - self.chance
        return np.asarray(self.choices)[np.searchsorted(np.cumsum(self.weights[:-1]), chance)]


def _continuous(default: float, low: float, high: float, help: str) -> Any:
    return field(default=default, metadata={"kind": "continuous", "low": low, "high": high, "help": help})


def _yes_no(chance: float, help: str) -> Any:
    return field(default=False, metadata={"kind": "yes/no", "chance": chance, "help": help})


def _category(default: str, odds: dict[str, float], help: str, shown_with: str = "") -> Any:
    total = sum(odds.values())
    weights = tuple(o / total for o in odds.values())
    about = {"choices": tuple(odds), "weights": weights, "help": help, "shown_with": shown_with}
    return field(default=default, metadata={"kind": "category", **about})


def _evenly(*names: str) -> dict[str, float]:
    return dict.fromkeys(names, 1.0)


@dataclass(frozen=True)
class Factors:
    """Everything that tells one portrait from another; the defaults are the mean face.

    Left and right are the viewer's. New fields go at the end, so that the others keep their values
    for a given seed.

    Raises
    ------
    Problem
        A value lies outside its range or is none of its choices.
    """

    smile: float = _continuous(0.0, -1, 1, "Corners of the mouth, from a frown to a broad smile.")
    mouth_open: float = _continuous(0.0, 0, 1, "How far the mouth is open, from closed to a wide laugh.")
    brow_height: float = _continuous(0.0, -1, 1, "Brows, from low over the eyes to raised in surprise.")
    brow_angle: float = _continuous(0.0, -1, 1, "Brows, from worried (inner ends up) to stern (inner ends down).")
    gaze_x: float = _continuous(0.0, -1, 1, "Where the eyes look, from left to right.")
    gaze_y: float = _continuous(0.0, -1, 1, "Where the eyes look, from up to down.")
    eye_size: float = _continuous(0.0, -1, 1, "Eyes, from narrow to wide.")
    nose_size: float = _continuous(0.0, -1, 1, "Nose, from a button to a big one.")
    head_turn: float = _continuous(0.0, -1, 1, "The head turned about its neck, from left to right.")
    head_tilt: float = _continuous(0.0, -1, 1, "The head leaning to a shoulder, from left to right.")
    face_width: float = _continuous(0.0, -1, 1, "Face, from slender to broad.")
    jaw: float = _continuous(0.0, -1, 1, "Jaw, from a pointed chin to a square one.")
    age_lines: float = _continuous(0.0, 0, 1, "Lines on forehead, eyes and cheeks, from none to deep.")
    skin_tone: float = _continuous(0.35, 0, 1, "Skin, from the lightest to the deepest human tones.")
    light: float = _continuous(0.0, -1, 1, "Where the light comes from, from the left to the right.")
    background: float = _continuous(0.5, 0, 1, "Backdrop colour: apricot, butter, sage, aqua, sky, lilac, rose.")
    clothes: float = _continuous(0.5, 0, 1, "Colour of clothes and hat: brick, mustard, olive, teal, navy, plum.")
    eyeglasses: bool = _yes_no(0.35, "Wears glasses.")
    hat: bool = _yes_no(0.3, "Wears a hat.")
    earrings: bool = _yes_no(0.25, "Wears earrings.")
    freckles: bool = _yes_no(0.2, "Has freckles over nose and cheeks.")
    hair_style: str = _category(
        "short",
        _evenly("bald", "short", "swept", "curly", "afro", "bob", "long", "pigtails", "bun"),
        "The cut of the hair.",
    )
    hair_colour: str = _category(
        "brown",
        _evenly("black", "brown", "chestnut", "ginger", "blond", "grey", "white"),
        "Colour of hair, brows and beard.",
    )
    beard: str = _category(
        "none",
        {"none": 12, "stubble": 2, "moustache": 2, "goatee": 2, "full": 2},
        "What grows on lip and chin.",
    )
    eye_colour: str = _category("brown", _evenly("brown", "hazel", "green", "blue", "grey"), "Colour of the irises.")
    hat_style: str = _category("beanie", _evenly("beanie", "cap", "sunhat", "beret"), "Kind of hat.", shown_with="hat")

    def __post_init__(self) -> None:
        for factor in FACTORS:
            if not factor.allows(value := getattr(self, factor.name)):
                raise Problem(f"{factor.name} cannot be {value!r}.", _range(factor))


def _range(factor: Factor) -> str:
    if factor.kind == "category":
        return f"Choose one of: {', '.join(factor.choices)}."
    if factor.kind == "yes/no":
        return "It is True or False."
    return f"It runs from {factor.low:g} to {factor.high:g}."


FACTORS: tuple[Factor, ...] = tuple(Factor(f.name, **f.metadata) for f in fields(Factors))
"""Every factor with its kind, range and meaning, in the order of the fields of `Factors`."""
