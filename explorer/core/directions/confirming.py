"""Whether pictures show what was asked of their named dimensions, in the eyes of a classifier that never saw them.

A yes or no and a choice are right or wrong; numbers are told with an R², 1 - sum (told - asked)² / sum (asked - mean)².
The same figures of real pictures say what the classifier can see at all: what it cannot see there says nothing here.
The style of a hat is asked of those who wear one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.rendering.dimensions import Dimension

RIGHT, EXPLAINED = 0.9, 0.8  # what counts as confirmed

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Confirmation:
    """What a classifier makes of one named dimension.

    Attributes
    ----------
    name, kind : str
        Kind is ``yes/no``, ``choice`` or ``number``.
    figure : float or None
        Share that it tells as was asked, of a number R²; None where it does not tell of this dimension.
    by_chance : float
        The same for always saying the most common.
    of_real : float or None
        The same for real pictures, of which it is known; None where there were none.
    """

    name: str
    kind: str
    figure: float | None
    by_chance: float
    of_real: float | None = None

    @property
    def floor(self) -> float:
        """The least that confirms it."""
        return EXPLAINED if self.kind == "number" else RIGHT

    @property
    def verdict(self) -> str:
        """``confirmed``, ``not confirmed``, ``not seen`` (in real pictures either) or ``not told``."""
        if self.figure is None:
            return "not told"
        if self.figure >= self.floor:
            return "confirmed"
        return "not seen" if self.of_real is not None and self.of_real < self.floor else "not confirmed"


def confirmations(
    dimensions: Sequence[Dimension], asked: Rows, told: Rows, names: Sequence[str]
) -> tuple[Confirmation, ...]:
    """What a classifier makes of pictures of which something was asked, or is known.

    Parameters
    ----------
    dimensions : sequence of Dimension
        Those with choices, or one number; others are passed over.
    asked : (N, d) float32
        Their latents; NaN where nothing was asked.
    told : (N, A) float32
        What the classifier tells of the pictures.
    names : sequence of A str
    """
    found = []
    for one in dimensions:
        if not (one.choices or one.is_number):
            continue
        kind = "number" if one.is_number else "yes/no" if one.is_switch else "choice"
        known = np.isfinite(asked[:, one.place]).all(1) & _is_shown(one, dimensions, asked)
        figure, by_chance = _figures(one, asked[known], told[known], names)
        found.append(Confirmation(one.name, kind, figure, by_chance))
    return tuple(found)


def _is_shown(one: Dimension, dimensions: Sequence[Dimension], asked: Rows) -> NDArray[np.bool_]:
    """Where something can be seen of it, (N,): of a ``hat_style`` where the ``hat`` is yes, of others everywhere."""
    owner = next((each for each in dimensions if each.is_switch and one.name.startswith(f"{each.name}_")), None)
    if owner is None:
        return np.ones(len(asked), np.bool_)
    return np.array([owner.chosen(row) == 1 for row in asked], np.bool_)


def _figures(one: Dimension, asked: Rows, told: Rows, names: Sequence[str]) -> tuple[float | None, float]:
    """How often the classifier is right, or its R²; and the same by chance."""
    if one.is_number:
        values = asked[:, one.start].astype(np.float64)
        if one.name not in names or not len(values) or not values.var():
            return None, 0.0
        off = told[:, list(names).index(one.name)] - values
        return float(1.0 - np.square(off).mean() / values.var()), 0.0
    truth = np.array([one.chosen(row) for row in asked], np.int64)
    by_chance = float(np.bincount(truth).max() / len(truth)) if len(truth) else 0.0
    columns = [_column(one, choice, names) for choice in ((one.choices[1],) if one.is_switch else one.choices)]
    if any(column is None for column in columns) or not len(truth):
        return None, by_chance
    seen = told[:, [column for column in columns if column is not None]]
    guessed = (seen[:, 0] > 0.5).astype(np.int64) if one.is_switch else seen.argmax(1)
    return float((guessed == truth).mean()), by_chance


def _column(one: Dimension, choice: str, names: Sequence[str]) -> int | None:
    wanted = (one.name,) if one.is_switch else (f"{one.name}={choice}", choice)
    return next((names.index(name) for name in wanted if name in names), None)
