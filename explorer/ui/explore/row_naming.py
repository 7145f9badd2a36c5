"""What rows of a latent are called, what they stand at, and which of them are chosen rather than slid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from explorer.core.rendering.dimensions import Dimension
from explorer.ui.theme import UNIT

NAME_PX = 11 * UNIT // 2


@dataclass(frozen=True)
class RowState:
    """What a row shows.

    Attributes
    ----------
    dimension : int
    value : float
    strength : float or None
        How much the dimension changes the picture, as a share of the strongest one; None if unknown.
    pinned, locked : bool
    current : bool
        Whether the keyboard acts on this row.
    focused : bool
        Whether the keyboard acts on the list at all.
    """

    dimension: int
    value: float
    strength: float | None
    pinned: bool
    locked: bool
    current: bool
    focused: bool


@dataclass(frozen=True, eq=False)
class Naming:
    """What rows are called.

    Attributes
    ----------
    name, tip : callable
        Of a dimension: what stands beside its slider, and what is said of it.
    width_px : int
        Room for the name.
    lockable : bool
        Whether rows have a lock.
    nameable : bool
        Whether the user may call them otherwise.
    first : int
        The number of the first, by which rows are searched for.
    reach : callable or None
        How far the slider of a dimension goes to both sides; None where that is the prior's to say.
    known : mapping of int to Dimension
        Named dimensions with a prior of their own, by their first number: a row each, above the others.
    unlisted : frozenset of int
        Numbers without a row, as they are told otherwise: those of a sentence.
    """

    name: Callable[[int], str] = "z{}".format
    tip: Callable[[int], str] = lambda _dimension: ""
    width_px: int = NAME_PX
    lockable: bool = True
    nameable: bool = False
    first: int = 0
    reach: Callable[[int], float] | None = None
    known: Mapping[int, Dimension] = field(default_factory=dict)
    unlisted: frozenset[int] = frozenset()

    @property
    def hidden(self) -> frozenset[int]:
        """Numbers without a row: those of a choice but the first, which stands for them all, and what is unlisted."""
        others = (number for one in self.known.values() for number in range(one.start + 1, one.start + one.size))
        return self.unlisted.union(others)

    def value(self, dimension: int, z: NDArray[np.float32]) -> float:
        """What the row of a dimension stands at: the number, or which choice it is."""
        one = self.known.get(dimension)
        return float(z[dimension]) if one is None or not one.choices else float(one.chosen(z))

    def said(self, dimension: int, z: NDArray[np.float32]) -> str:
        """That in words."""
        one = self.known.get(dimension)
        return f"{z[dimension]:.2f}" if one is None else one.said(z)


DIMENSIONS = Naming()
