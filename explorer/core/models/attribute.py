"""What a classifier says of a picture, one attribute at a time, and how far it can be trusted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from explorer.core.words import plain_name

KINDS = ("yes/no", "number")


@dataclass(frozen=True)
class AttributeFigures:
    """How well an attribute was told on pictures that were kept out of training.

    Attributes
    ----------
    pictures, yes : int
        How many pictures it was known of, and of how many of them it was true.
    accuracy, accuracy_low, accuracy_high : float or None
        Share of them judged rightly at a probability of 1/2, and its 95 % Wilson interval. Of yes/no only.
    auc : float or None
        Area under the ROC curve: how often a picture with the attribute gets more than one without.
    r2, mae : float or None
        Share of the variance that is explained (1 at best, below 0 when worse than the mean), and mean
        absolute error in the attribute's own unit. Of numbers only.
    """

    pictures: int = 0
    yes: int = 0
    accuracy: float | None = None
    accuracy_low: float | None = None
    accuracy_high: float | None = None
    auc: float | None = None
    r2: float | None = None
    mae: float | None = None

    def __str__(self) -> str:
        if self.accuracy is not None:
            low, high = 100 * (self.accuracy_low or 0.0), 100 * (self.accuracy_high or 0.0)
            words = f"{100 * self.accuracy:.1f}% right ({low:.1f} to {high:.1f})"
            ranked = "" if self.auc is None else f", AUC {self.auc:.3f}"
            return f"{words}{ranked}, {self.pictures} pictures, {self.yes} yes"
        if self.mae is not None:
            explained = "" if self.r2 is None else f"R² {self.r2:.3f}, "
            return f"{explained}off by {self.mae:.3g} on average, {self.pictures} pictures"
        return f"{self.pictures} pictures"


@dataclass(frozen=True)
class Attribute:
    """One output of a classifier.

    Attributes
    ----------
    name : str
    kind : str
        ``yes/no``: the output is a probability, 0 to 1. ``number``: it is a value in the attribute's own unit.
    low, high : float
        Smallest and largest value seen in training; both 0 where that is not known.
    held_out : AttributeFigures or None
        How well it does on pictures that were kept out of training; None where there were none.
    """

    name: str
    kind: str = "yes/no"
    low: float = 0.0
    high: float = 1.0
    held_out: AttributeFigures | None = None

    def __str__(self) -> str:
        span = "" if self.kind == "yes/no" or self.low == self.high else f" {self.low:.3g} to {self.high:.3g}"
        return f"{self.name} ({self.kind}{span}): {self.held_out or 'not held out'}"


def attribute_from(data: object) -> Attribute:
    """The attribute that a card's JSON describes; unknown keys are passed over.

    Raises
    ------
    ValueError
        A value is of the wrong type or cannot be.
    """
    if not isinstance(data, dict):
        raise ValueError("an attribute is a JSON object")
    name, kind = data.get("name"), data.get("kind", "yes/no")
    if not isinstance(name, str) or kind not in KINDS:
        raise ValueError(f"an attribute cannot be {str(name)[:60]} ({str(kind)[:60]})")
    low, high = _finite(data.get("low", 0.0)), _finite(data.get("high", 1.0))
    if low > high:
        raise ValueError(f"{name[:60]} cannot run from {low:g} to {high:g}")
    told = data.get("held_out")
    return Attribute(plain_name(name), kind, low, high, None if told is None else _figures(told))


def _figures(told: object) -> AttributeFigures:
    if not isinstance(told, Mapping):
        raise ValueError("figures are a JSON object")
    known: dict[str, Any] = {f.name: told[f.name] for f in fields(AttributeFigures) if told.get(f.name) is not None}
    for name, value in known.items():
        known[name] = int(_finite(value)) if name in ("pictures", "yes") else _finite(value)
    if min(known.get("pictures", 0), known.get("yes", 0)) < 0:
        raise ValueError("there cannot be fewer than no pictures")
    return AttributeFigures(**known)


def _finite(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{str(value)[:60]} is not a number")
    return float(value)
