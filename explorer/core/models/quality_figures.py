"""How good a model's pictures are, as numbers that say in which features and on how many pictures they were taken."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from explorer.core.words import plain_name


@dataclass(frozen=True)
class QualityFigures:
    """Samples of a model beside real pictures.

    Attributes
    ----------
    kernel_distance : float
        Between their distributions in the features: 0 at best, by chance a little below.
    precision, recall : float
        Share of samples that lie among real pictures, and of real pictures that lie among samples, 0 to 1.
    fine_detail : float
        How much fine detail samples have, of that of real pictures: 1 is as much, less softer, more noisier.
    bits_per_dimension : float or None
        What a model that gives pictures a likelihood spends on one value of a picture, at most: less is better.
    different_bins, bins : int
        In how many of so many kinds of real pictures samples are more or fewer than by chance; 0 of 0 where that was
        not counted.
    features : str
        By what pictures were compared.
    pictures : int
        How many real ones, and as many samples.
    held_out : bool
        Whether the model never learned from these real pictures.
    step : int
        After which step of training; 0 where that is not known.
    """

    kernel_distance: float
    precision: float
    recall: float
    fine_detail: float
    bits_per_dimension: float | None = None
    different_bins: int = 0
    bins: int = 0
    features: str = ""
    pictures: int = 0
    held_out: bool = False
    step: int = 0

    def numbers(self) -> dict[str, float]:
        """The figures alone, as a run writes them: ``quality/NAME``."""
        found = {
            "quality/kernel distance": self.kernel_distance,
            "quality/precision": self.precision,
            "quality/recall": self.recall,
            "quality/fine detail": self.fine_detail,
        }
        bits = self.bits_per_dimension
        return found if bits is None else {**found, "quality/bits per dimension": bits}

    def __str__(self) -> str:
        bits = "" if self.bits_per_dimension is None else f", {self.bits_per_dimension:.3g} bits per dimension"
        return (
            f"kernel distance {self.kernel_distance:.3g}, precision {self.precision:.2f}, recall {self.recall:.2f}, "
            f"fine detail {self.fine_detail:.2f}{bits} ({self.told_with})"
        )

    @property
    def told_with(self) -> str:
        """With what they were taken, in words."""
        kind = "held-out pictures" if self.held_out else "pictures"
        after = f", after step {self.step:,}" if self.step else ""
        return f"{self.pictures:,} {kind}, features of {self.features or 'an unknown network'}{after}"


def quality_from(data: object) -> QualityFigures | None:
    """The figures that a card's JSON tells, None for none; unknown keys are passed over.

    Raises
    ------
    ValueError, TypeError
        They are none, or cannot be.
    """
    if data is None:
        return None
    if not isinstance(data, Mapping):
        raise ValueError("quality is an object of figures")
    known: dict[str, Any] = {each.name: data[each.name] for each in fields(QualityFigures) if each.name in data}
    for name in ("kernel_distance", "precision", "recall", "fine_detail", "bits_per_dimension"):
        if known.get(name) is not None:
            known[name] = float(known[name])
            if not math.isfinite(known[name]):
                raise ValueError(f"{name} is not a number")
    known |= {name: max(0, int(known.get(name, 0))) for name in ("pictures", "step", "different_bins", "bins")}
    known |= {"features": plain_name(str(known.get("features", ""))), "held_out": bool(known.get("held_out", False))}
    return QualityFigures(**known)
