"""The traversal grid: a row an axis, a column a value, every row from the same base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from explorer.core.inference.generator import Generator, Pictures
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent, Prior, prior_word
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.sensitivity import strength
from explorer.core.traverse.axes import Axis, NamedAxis, check_axes
from explorer.core.traverse.plan import TilePlan, check_tiles

Mode = Literal["fixed", "quantiles", "around"]
MODES: tuple[Mode, ...] = ("fixed", "quantiles", "around")


@dataclass(frozen=True, eq=False)
class GridPlan(TilePlan):
    """What a traversal grid shows.

    Attributes
    ----------
    base : Scene
        What every row departs from.
    axes : tuple of Axis
        One a row.
    values : tuple of float
        One a column.
    mode : {"fixed", "quantiles", "around"}
        ``around`` adds the values to the base's coordinate; the others set the coordinate to them.
    prior : "normal", "uniform" or NamedPrior
        The model's prior.
    """

    axes: tuple[Axis, ...]
    values: tuple[float, ...]
    mode: Mode = "fixed"
    prior: Prior = "normal"

    @property
    def row_names(self) -> tuple[str, ...]:
        """The labels of the axes."""
        return tuple(axis.label for axis in self.axes)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The values, with a sign; in the words of its own where a named dimension is the only row."""
        if len(self.axes) == 1 and isinstance(axis := self.axes[0], NamedAxis):
            return tuple(axis.said(self.scene(0, column)) for column in range(len(self.values)))
        return tuple(value_name(value) for value in self.values)

    def scene(self, row: int, column: int) -> Scene:
        """What one tile shows: the base with one coordinate changed."""
        axis, value = self.axes[row], self.values[column]
        if self.mode == "around":
            value += axis.coordinate(self.base)
        return axis.moved(self.base, value)

    def facts(self) -> dict[str, Any]:
        """The plan as plain values, to travel in a file."""
        return {
            "kind": "grid",
            "mode": self.mode,
            "rows": list(self.row_names),
            "values": list(self.values),
            "distribution": prior_word(self.prior),
        }


def grid_plan(
    base: Scene,
    axes: Sequence[Axis],
    columns: int = 9,
    span: float | None = None,
    mode: Mode = "fixed",
    prior: Prior = "normal",
) -> GridPlan:
    """A traversal grid around ``base``.

    Parameters
    ----------
    base : Scene
    axes : sequence of Axis
        One a row, none twice.
    columns : int
    span : float or None
        The columns run from -span to span; None takes `usual_span`. Not used by ``quantiles``.
    mode : {"fixed", "quantiles", "around"}
        ``quantiles`` takes values of equal probability: the prior's quantiles at (k + 1/2) / columns.
    prior : "normal", "uniform" or NamedPrior

    Raises
    ------
    Problem
        An axis is there twice or is not the model's, there are no tiles or too many, or the span cannot be.
    """
    check_axes(axes)
    check_tiles(len(axes), columns)
    for axis in axes:
        axis.coordinate(base)
    values = quantiles(columns, prior) if mode == "quantiles" else _even(columns, span, prior)
    return GridPlan(base, tuple(axes), values, mode, prior)


def usual_span(prior: Prior) -> float:
    """How far a traversal usually goes: three standard deviations, or to the bounds of any other prior."""
    return 3.0 if prior == "normal" else 1.0


def quantiles(count: int, prior: Prior = "normal") -> tuple[float, ...]:
    """Values of equal probability under the prior: its quantiles at (k + 1/2) / count."""
    shares = [(k + 0.5) / count for k in range(count)]
    if prior != "normal":
        return tuple(2.0 * share - 1.0 for share in shares)
    return tuple(NormalDist().inv_cdf(share) for share in shares)


def evenly(count: int, span: float) -> tuple[float, ...]:
    """``count`` values in equal steps from -span to span; one alone is 0."""
    return tuple(float(value) for value in np.linspace(-span, span, count)) if count > 1 else (0.0,)


def value_name(value: float) -> str:
    """A value as it is written above a column: with a sign, to two digits after the point."""
    return f"{value:+.2f}".replace("-", "−") if abs(value) >= 0.005 else "0"


def strongest(
    generator: Generator,
    z: Latent,
    count: int,
    label: int | None = None,
) -> tuple[int, ...]:
    """The ``count`` dimensions that change the picture of ``z`` most, the strongest first."""

    def draw(latents: NDArray[np.float32]) -> Pictures:
        return generator.pictures(latents, [label] * len(latents))

    sensitivities = strength(draw, z)
    return tuple(int(index) for index in np.argsort(-sensitivities, kind="stable")[:count])


def _even(columns: int, span: float | None, prior: Prior) -> tuple[float, ...]:
    span = usual_span(prior) if span is None else span
    if not (np.isfinite(span) and 0.0 < span <= 100.0):
        raise Problem(f"A grid cannot span {span:g}.", "Choose a span above 0 and up to 100.")
    return evenly(columns, span)
