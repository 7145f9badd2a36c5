"""The plane: two axes at once, four corners, and the classic manifold of two-dimensional latents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent, Latents, lerp, norm_preserving
from explorer.core.rendering.scene import Scene
from explorer.core.traverse.axes import Axis, check_axes
from explorer.core.traverse.grid import evenly, quantiles, usual_span, value_name
from explorer.core.traverse.plan import check_tiles, latents_of, scenes_of

Surface = Literal["bilinear", "spherical"]


@dataclass(frozen=True, eq=False)
class PlanePlan:
    """A grid over two axes; the rest of the latent stays the base's.

    Attributes
    ----------
    base : Scene
    across, up : Axis
        What the columns and what the rows run along; the topmost row has the largest value.
    column_values, row_values : tuple of float
        Coordinates of the columns from the left, and of the rows from the top.
    distribution : {"normal", "uniform"}
        The model's prior.
    """

    base: Scene
    across: Axis
    up: Axis
    column_values: tuple[float, ...]
    row_values: tuple[float, ...]
    distribution: str = "normal"

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.row_values)

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.column_values)

    @property
    def row_names(self) -> tuple[str, ...]:
        """The values of the rows."""
        return tuple(value_name(value) for value in self.row_values)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The values of the columns."""
        return tuple(value_name(value) for value in self.column_values)

    @property
    def labels(self) -> tuple[int | None, ...]:
        """The class of each tile, row by row."""
        return (self.base.label,) * (self.rows * self.columns)

    def at(self, x: float, y: float) -> Scene:
        """What the plane shows at any coordinates, also between and beyond the tiles."""
        return self.up.moved(self.across.moved(self.base, x), y)

    def scene(self, row: int, column: int) -> Scene:
        """What one tile shows."""
        return self.at(self.column_values[column], self.row_values[row])

    def latents(self, directions: Mapping[str, Latent] | None = None) -> Latents:
        """What is really drawn, row by row, (rows * columns, d) float32."""
        return latents_of(scenes_of(self), directions, self.distribution)

    def facts(self) -> dict[str, Any]:
        """The plan as plain values, to travel in a file."""
        return {
            "kind": "plane",
            "across": self.across.label,
            "up": self.up.label,
            "columns": list(self.column_values),
            "rows": list(self.row_values),
            "distribution": self.distribution,
        }


def plane_plan(
    base: Scene,
    across: Axis,
    up: Axis,
    rows: int = 9,
    columns: int = 9,
    span: float | None = None,
    distribution: str = "normal",
) -> PlanePlan:
    """A plane over two axes, in equal steps from -span to span both ways.

    Raises
    ------
    Problem
        The axes are the same or not the model's, there are no tiles or too many, or the span cannot be.
    """
    reach = usual_span(distribution) if span is None else span
    if not (np.isfinite(reach) and 0.0 < reach <= 100.0):
        raise Problem(f"A plane cannot span {reach:g}.", "Choose a span above 0 and up to 100.")
    check_tiles(rows, columns)
    return _plane(base, across, up, evenly(columns, reach), evenly(rows, reach), distribution)


def manifold_plan(base: Scene, rows: int = 20, columns: int = 20, distribution: str = "normal") -> PlanePlan:
    """The whole of a two-dimensional latent space in equal steps of probability: see `manifold`.

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
    return _plane(
        base, across, up, quantiles(columns, distribution), quantiles(rows, distribution), distribution
    )


def manifold(rows: int, columns: int, distribution: str = "normal") -> Latents:
    """Two-dimensional latents in equal steps of probability, through the prior's inverse distribution function.

    As in figure 4 of Kingma and Welling, "Auto-Encoding Variational Bayes" (2014): row by row from the top
    left, the first coordinate growing to the right and the second upwards.

    Returns
    -------
    (rows * columns, 2) float32
    """
    x, y = np.meshgrid(quantiles(columns, distribution), quantiles(rows, distribution)[::-1])
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)


def four_corners(
    top_left: Latent,
    top_right: Latent,
    bottom_left: Latent,
    bottom_right: Latent,
    rows: int,
    columns: int,
    kind: Surface = "bilinear",
) -> Latents:
    """The surface between four latents, row by row.

    ``spherical`` joins the corners by `norm_preserving` arcs, first along the top and the bottom edge, then
    between these two.

    Returns
    -------
    (rows * columns, d) float32

    Raises
    ------
    Problem
        The corners are of unlike size, or there are no tiles or too many.
    """
    check_tiles(rows, columns)
    corners = (top_left, top_right, bottom_left, bottom_right)
    if len({corner.shape for corner in corners}) > 1:
        raise Problem("The corners are latents of unlike size.", "Choose bookmarks of one model.")
    join = norm_preserving if kind == "spherical" else lerp
    across, down = _shares(columns), _shares(rows)
    top = join(top_left[None], top_right[None], across)
    bottom = join(bottom_left[None], bottom_right[None], across)
    return join(np.tile(top, (rows, 1)), np.tile(bottom, (rows, 1)), np.repeat(down, columns))


def _plane(
    base: Scene, across: Axis, up: Axis, x: tuple[float, ...], y: tuple[float, ...], distribution: str
) -> PlanePlan:
    check_axes((across, up))
    for axis in (across, up):
        axis.coordinate(base)
    return PlanePlan(base, across, up, x, y[::-1], distribution)


def _shares(count: int) -> np.ndarray:
    return np.linspace(0.0, 1.0, count) if count > 1 else np.zeros(1)
