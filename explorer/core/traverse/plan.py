"""What grids and planes share: tiles in rows and columns, each of them a scene."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent, Latents, Prior
from explorer.core.rendering.renderer import effective_latent
from explorer.core.rendering.scene import Scene

MOST_TILES = 4096


@dataclass(frozen=True, eq=False)
class TilePlan(ABC):
    """Tiles in rows and columns. Tile ``row * columns + column`` shows ``scene(row, column)``.

    Attributes
    ----------
    base : Scene
        What every tile departs from.
    """

    base: Scene

    @property
    @abstractmethod
    def row_names(self) -> tuple[str, ...]:
        """What to write beside the rows."""

    @property
    @abstractmethod
    def column_names(self) -> tuple[str, ...]:
        """What to write above the columns."""

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.row_names)

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.column_names)

    @abstractmethod
    def scene(self, row: int, column: int) -> Scene:
        """What one tile shows."""

    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """The plan as plain values, to travel in a file."""


def scenes_of(plan: TilePlan) -> list[Scene]:
    """The scenes of all tiles, row by row."""
    return [plan.scene(row, column) for row in range(plan.rows) for column in range(plan.columns)]


def latents_of(
    scenes: Sequence[Scene], directions: Mapping[str, Latent] | None = None, prior: Prior = "normal"
) -> Latents:
    """The latents that are really drawn for scenes, (N, d) float32: truncated, and moved along directions."""
    return np.stack([effective_latent(scene, directions or {}, prior) for scene in scenes])


def check_tiles(rows: int, columns: int) -> None:
    """Refuse a layout of no tiles, or of more than 4,096.

    Raises
    ------
    Problem
    """
    if rows < 1 or columns < 1:
        raise Problem(f"{rows} rows and {columns} columns make no tiles.", "Ask for at least one row and column.")
    if rows * columns > MOST_TILES:
        raise Problem(
            f"{rows} rows of {columns} are {rows * columns:,} tiles; at most {MOST_TILES:,} are drawn.",
            "Choose fewer rows or columns.",
        )
