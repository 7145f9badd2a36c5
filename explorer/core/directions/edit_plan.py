"""What a direction does to several pictures: a row a picture, moved further along it in every column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from explorer.core.rendering.latents import Latent, Prior, sample
from explorer.core.rendering.scene import Scene
from explorer.core.traverse.grid import value_name
from explorer.core.traverse.plan import TilePlan, check_tiles


@dataclass(frozen=True, eq=False)
class EditPlan(TilePlan):
    """The same steps along one direction from several pictures.

    Attributes
    ----------
    direction : str
        Its name.
    others : tuple of Scene
        One a row, after ``base``, with which they are compared. None goes along the direction itself.
    names : tuple of str
        Of the rows.
    alphas : tuple of float
        One a column, in standard deviations of the prior.
    """

    direction: str
    others: tuple[Scene, ...]
    names: tuple[str, ...]
    alphas: tuple[float, ...]

    @property
    def row_names(self) -> tuple[str, ...]:
        """The names of the pictures."""
        return self.names

    @property
    def column_names(self) -> tuple[str, ...]:
        """The steps."""
        return tuple(value_name(alpha) for alpha in self.alphas)

    def scene(self, row: int, column: int) -> Scene:
        """What one tile shows."""
        alpha, base = self.alphas[column], (self.base, *self.others)[row]
        return replace(base, directions=(*base.directions, (self.direction, alpha))) if alpha else base

    def facts(self) -> dict[str, Any]:
        """The plan as plain values, to travel in a file."""
        return {
            "kind": "direction",
            "direction": self.direction,
            "alphas": list(self.alphas),
            "pictures": list(self.row_names),
        }


def edit_plan(
    direction: str,
    scene: Scene,
    seeds: tuple[int, ...] = (),
    span: float = 3.0,
    columns: int = 7,
    prior: Prior = "normal",
    pictures: Sequence[tuple[str, Latent]] = (),
) -> EditPlan:
    """Steps from -span to span along a direction, from ``scene`` and from the samples of some seeds.

    The samples are of the class and the truncation of ``scene``, with no other direction applied; so are
    ``pictures``, names with latents such as an encoder gives, but they are not truncated.

    Raises
    ------
    Problem
        There are no tiles or too many.
    """
    check_tiles(1 + len(seeds) + len(pictures), columns)
    here = without(scene, direction)
    others = tuple(replace(scene, z=sample(seed, scene.z.size, prior), seed=seed, directions=()) for seed in seeds)
    seen = tuple(scene.plainly_at(z) for _name, z in pictures)
    names = ("This picture", *(f"Seed {seed}" for seed in seeds), *(name for name, _z in pictures))
    alphas = tuple(float(alpha) for alpha in np.linspace(-span, span, columns))
    return EditPlan(here, direction, (*others, *seen), names, alphas)


def without(scene: Scene, direction: str) -> Scene:
    """``scene``, not moved along one direction; the very same where it was not."""
    left = tuple(pair for pair in scene.directions if pair[0] != direction)
    return scene if len(left) == len(scene.directions) else replace(scene, directions=left)
