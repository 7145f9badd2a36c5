"""Which grid the user wants, as one immutable value, and the axes that follow from it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.core.digits import number_words
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.core.rendering.dimensions import Dimension
    from explorer.core.rendering.latent_axes import LatentAxes
    from explorer.core.rendering.w_statistics import Spread
    from explorer.core.traverse.axes import Axis
    from explorer.core.traverse.grid import Mode

_HINT = "Write dimensions and ranges of them, such as 3-9, 17."


@dataclass(frozen=True)
class GridChoice:
    """Which rows and which values a grid has.

    Attributes
    ----------
    rows : {"strongest", "all", "listed", "directions"}
    count : int
        How many of the strongest.
    listed : str
        Dimensions picked by hand: "3-9, 17"; with a w before one of them, they are those of W.
    columns : int
    values : {"fixed", "quantiles", "around", "encoded"}
    span : float
        How far the values go to both sides.
    """

    rows: str = "strongest"
    count: int = 8
    listed: str = ""
    columns: int = 9
    values: str = "fixed"
    span: float = 3.0

    @property
    def is_in_w(self) -> bool:
        """Whether dimensions of W are picked by hand: "w3-9, 17"."""
        return self.rows == "listed" and "w" in self.listed.lower()

    @property
    def mode(self) -> Mode:
        """How the values are meant."""
        return "quantiles" if self.values == "quantiles" else "fixed" if self.values == "fixed" else "around"

    def axes(
        self,
        size: int,
        strengths: NDArray[np.float32] | None,
        directions: Sequence[str],
        spread: Spread | None = None,
        names: Sequence[Dimension] = (),
        few: LatentAxes | None = None,
    ) -> tuple[Axis, ...]:
        """One axis a row.

        Parameters
        ----------
        size : int
            Dimensions of the latent.
        strengths : (size,) float32 or None
            How much each changes the picture; without, the strongest are any, spread evenly over all.
        directions : sequence of str
            The named directions of the model.
        spread : Spread or None
            Of W; None where the model has none.
        names : sequence of Dimension
            The parts of the latent that have names.
        few : LatentAxes or None
            Those that stand for a latent of thousands of dimensions, the strongest first.

        Raises
        ------
        Problem
            What was picked by hand cannot be understood, or is none of the model's.
        """
        from explorer.core.traverse.axes import Axis, dimensions, latent_axes, style_dimensions

        if self.is_in_w:
            if spread is None:
                raise Problem("This model has no W space.", "Pick dimensions of z.")
            return style_dimensions(listed_dimensions(self.listed, spread.mean.size), spread)
        if self.rows == "directions":
            return tuple(Axis("direction", name=name) for name in directions)
        if self.rows == "listed":
            return dimensions(listed_dimensions(self.listed, size), names)
        if few is not None:
            return latent_axes(few, self.count if self.rows == "strongest" else len(few))
        if self.rows == "strongest" and strengths is None:
            spread_evenly = np.linspace(0, size, min(self.count, size), endpoint=False)
            return dimensions([int(index) for index in spread_evenly + spread_evenly[1:2].sum() / 2], names)
        if self.rows == "strongest" and strengths is not None:
            order = np.argsort(-np.nan_to_num(strengths, nan=-1.0), kind="stable")
            return dimensions([int(index) for index in order], names, self.count)
        return dimensions(range(size), names)


def listed_dimensions(text: str, size: int) -> tuple[int, ...]:
    """The dimensions that "3-9, 17" means, in that order.

    Raises
    ------
    Problem
        It means none, one that is not there, or one twice.
    """
    found: list[int] = []
    for word in number_words(text):
        match = re.fullmatch(r"[zwW]?(\d{1,6})(?:-[zwW]?(\d{1,6}))?", word)
        if match is None:
            raise Problem(f"{word} is not a dimension.", _HINT)
        first, last = int(match[1]), int(match[2] or match[1])
        if max(first, last) >= size:
            raise Problem(f"There is no dimension {max(first, last)}.", f"Choose from 0 to {size - 1}.")
        found += range(first, last + 1) if first <= last else range(first, last - 1, -1)
    if not found:
        raise Problem("No dimension is picked yet.", _HINT)
    if len(set(found)) < len(found):
        twice = next(index for index in found if found.count(index) > 1)
        raise Problem(f"Dimension {twice} is picked twice.", "Leave one of them out.")
    return tuple(found)
