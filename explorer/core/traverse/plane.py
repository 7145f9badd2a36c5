"""The plane: two axes at once, and the classic manifold of two-dimensional latents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.core.problem import Problem
from explorer.core.rendering.latents import Prior, prior_word
from explorer.core.rendering.scene import Scene
from explorer.core.traverse.axes import Axis, check_axes
from explorer.core.traverse.grid import evenly, quantiles, usual_span, value_name
from explorer.core.traverse.plan import TilePlan, check_tiles


@dataclass(frozen=True, eq=False)
class PlanePlan(TilePlan):
    """A grid over two axes; the rest of the latent stays the base's.

    Attributes
    ----------
    base : Scene
    across, up : Axis
        What the columns and what the rows run along; the topmost row has the largest value.
    column_values, row_values : tuple of float
        Coordinates of the columns from the left, and of the rows from the top.
    prior : "normal", "uniform" or NamedPrior
        The model's prior.
    """

    across: Axis
    up: Axis
    column_values: tuple[float, ...]
    row_values: tuple[float, ...]
    prior: Prior = "normal"

    @property
    def row_names(self) -> tuple[str, ...]:
        """The values of the rows."""
        return tuple(value_name(value) for value in self.row_values)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The values of the columns."""
        return tuple(value_name(value) for value in self.column_values)

    def at(self, x: float, y: float) -> Scene:
        """What the plane shows at any coordinates, also between and beyond the tiles."""
        return self.up.moved(self.across.moved(self.base, x), y)

    def scene(self, row: int, column: int) -> Scene:
        """What one tile shows."""
        return self.at(self.column_values[column], self.row_values[row])

    def facts(self) -> dict[str, Any]:
        """The plan as plain values, to travel in a file."""
        return {
            "kind": "plane",
            "across": self.across.label,
            "up": self.up.label,
            "columns": list(self.column_values),
            "rows": list(self.row_values),
            "distribution": prior_word(self.prior),
        }


def plane_plan(
    base: Scene,
    across: Axis,
    up: Axis,
    rows: int = 9,
    columns: int = 9,
    span: float | None = None,
    prior: Prior = "normal",
) -> PlanePlan:
    """A plane over two axes, in equal steps from -span to span both ways.

    Raises
    ------
    Problem
        The axes are the same or not the model's, there are no tiles or too many, or the span cannot be.
    """
    reach = usual_span(prior) if span is None else span
    if not (np.isfinite(reach) and 0.0 < reach <= 100.0):
        raise Problem(f"A plane cannot span {reach:g}.", "Choose a span above 0 and up to 100.")
    check_tiles(rows, columns)
    return _plane(base, across, up, evenly(columns, reach), evenly(rows, reach), prior)


def manifold_plan(base: Scene, rows: int = 20, columns: int = 20, prior: Prior = "normal") -> PlanePlan:
    """The whole of a two-dimensional latent space in equal steps of probability.

    Through the prior's inverse distribution function, as in figure 4 of Kingma and Welling, "Auto-Encoding
    Variational Bayes" (2014): the first coordinate grows to the right and the second upwards.

    Raises
    ------
    Problem
        The latent has another size than two, or there are no tiles or too many.
    """
    if base.z.size != 2:
        raise Problem(
            f"The manifold needs a latent of two dimensions; this one has {base.z.size}.",
            "Use the plane instead.",
        )
    check_tiles(rows, columns)
    across, up = Axis("dimension", 0), Axis("dimension", 1)
    return _plane(base, across, up, quantiles(columns, prior), quantiles(rows, prior), prior)


def _plane(base: Scene, across: Axis, up: Axis, x: tuple[float, ...], y: tuple[float, ...], prior: Prior) -> PlanePlan:
    check_axes((across, up))
    for axis in (across, up):
        axis.coordinate(base)
    return PlanePlan(base, across, up, x, y[::-1], prior)
