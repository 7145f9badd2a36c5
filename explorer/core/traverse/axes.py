"""What a row or a plane runs along: a latent dimension, or a named direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from explorer.core.problem import Problem
from explorer.core.rendering.dimensions import Dimension
from explorer.core.rendering.latents import Latents, axis_name
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.styles import StylePoint

if TYPE_CHECKING:
    from explorer.core.rendering.latent_axes import LatentAxes
    from explorer.core.rendering.w_statistics import Spread

Kind = Literal["dimension", "direction"]


@dataclass(frozen=True)
class Axis:
    """One way to move through latent space.

    Attributes
    ----------
    kind : {"dimension", "direction"}
    index : int
        Which dimension; ignored for a direction.
    name : str
        Of the direction; for a dimension what to call it, "" being z and its number.
    """

    kind: Kind = "dimension"
    index: int = 0
    name: str = ""

    @property
    def label(self) -> str:
        """What to write beside it."""
        return self.name or f"z{self.index}"

    def coordinate(self, scene: Scene) -> float:
        """Where a scene lies along it: the value of the dimension, or how far the direction is applied."""
        if self.kind == "direction":
            return dict(scene.directions).get(self.name, 0.0)
        self._check(scene.z.size)
        return float(scene.z[self.index])

    def said(self, scene: Scene) -> str:
        """Where a scene lies along it, in words."""
        return f"{self.coordinate(scene):.2f}".replace("-", "−")

    def moved(self, scene: Scene, value: float) -> Scene:
        """``scene`` with its coordinate along this axis set to ``value``, and nothing else changed."""
        if self.kind == "direction":
            strengths = dict(scene.directions) | {self.name: float(value)}
            return replace(scene, directions=tuple(strengths.items()))
        self._check(scene.z.size)
        z = scene.z.copy()
        z[self.index] = value
        return replace(scene, z=z, seed=None)

    def _check(self, latent_size: int) -> None:
        if not 0 <= self.index < latent_size:
            raise Problem(f"There is no latent dimension {self.index}.", f"Choose from 0 to {latent_size - 1}.")


@dataclass(frozen=True)
class StyleAxis(Axis):
    """One dimension of W, in standard deviations from its mean; for scenes with a point of W.

    Attributes
    ----------
    mean, deviation : float
        Of this dimension.
    size : int
        How many dimensions W has.
    """

    mean: float = 0.0
    deviation: float = 1.0
    size: int = 1

    @property
    def label(self) -> str:
        """What to write beside it."""
        return self.name or f"w{self.index}"

    def coordinate(self, scene: Scene) -> float:
        """How many deviations a scene lies from the mean; of W+, where the mean of its layers lies."""
        return float((self._rows(scene)[:, self.index].mean() - self.mean) / self.deviation)

    def moved(self, scene: Scene, value: float) -> Scene:
        """``scene`` so many deviations from the mean in this dimension, and nothing else changed."""
        rows = self._rows(scene).copy()
        column = rows[:, self.index]
        rows[:, self.index] = self.mean + value * self.deviation + (column - column.mean())
        return replace(scene, styled=StylePoint(rows.reshape(-1), scene.z, scene.label))

    def _rows(self, scene: Scene) -> Latents:
        """A row for all layers, or one for each."""
        if scene.w is None:
            raise Problem("This scene has no point of W.", "Choose dimensions of z.")
        self._check(self.size)
        return scene.w.reshape(-1, self.size)


@dataclass(frozen=True)
class LatentAxis(Axis):
    """One of the few axes of a latent of thousands of dimensions, in its standard deviations.

    Attributes
    ----------
    of : LatentAxes
        All axes of the model.
    """

    of: LatentAxes | None = None

    @property
    def label(self) -> str:
        """What to write beside it."""
        return self.name or axis_name(self.index)

    def coordinate(self, scene: Scene) -> float:
        """Where the latent of a scene lies along it."""
        return float(self._axes.values(scene.z)[self.index])

    def moved(self, scene: Scene, value: float) -> Scene:
        """``scene`` moved along this axis to where it reads ``value``, and what is perpendicular to it left."""
        return replace(scene, z=self._axes.moved(scene.z, {self.index: value}), seed=None)

    @property
    def _axes(self) -> LatentAxes:
        assert self.of is not None
        self._check(len(self.of))
        return self.of


@dataclass(frozen=True)
class NamedAxis(Axis):
    """A named dimension with a prior of its own: -1 is its one end and 1 its other, choices lying evenly between.

    Attributes
    ----------
    of : Dimension
    """

    of: Dimension | None = None

    def coordinate(self, scene: Scene) -> float:
        """How far along it a scene lies."""
        self._check(scene.z.size)
        return 2.0 * self._dimension.share(scene.z) - 1.0

    def moved(self, scene: Scene, value: float) -> Scene:
        """``scene`` with this dimension, all of its numbers, at ``value``; between two choices it is some of both."""
        self._check(scene.z.size)
        z = scene.z.copy()
        z[self._dimension.place] = self._dimension.at_share((value + 1.0) / 2.0)
        return replace(scene, z=z, seed=None)

    def said(self, scene: Scene) -> str:
        """What a scene shows of it, in its own words."""
        return self._dimension.said(scene.z).replace("-", "−")

    @property
    def _dimension(self) -> Dimension:
        assert self.of is not None
        return self.of


def latent_axes(axes: LatentAxes, count: int) -> tuple[LatentAxis, ...]:
    """The first axes of a model, at most ``count``: those along which its pictures vary most."""
    return tuple(LatentAxis("dimension", index, of=axes) for index in range(min(count, len(axes))))


def style_dimensions(indices: Sequence[int], spread: Spread) -> tuple[StyleAxis, ...]:
    """The axes of dimensions of W.

    Raises
    ------
    Problem
        W has no such dimension.
    """
    for index in indices:
        Axis("dimension", int(index))._check(spread.mean.size)
    mean, deviation = spread.mean, spread.deviation
    return tuple(
        StyleAxis("dimension", int(i), "", float(mean[i]), float(deviation[i]), mean.size) for i in map(int, indices)
    )


def dimensions(indices: Sequence[int], named: Sequence[Dimension] = (), most: int | None = None) -> tuple[Axis, ...]:
    """The axes of the numbers of a latent: one for all numbers of a choice that a card has ``named``; at most ``most``.

    A named dimension that has a prior runs from end to end. Numbers of a sentence are left out: alone they say nothing.
    """
    at = {number: one for one in named for number in range(one.start, one.start + one.size)}
    found: list[Axis] = []
    for index in map(int, indices):
        one = at.get(index)
        if one is not None and one.prior == "silent":
            continue
        if one is None or not one.is_own:
            found.append(Axis("dimension", index, one.label if one is not None and one.size == 1 else ""))
        elif one.size == 1 or all(axis.index != one.start for axis in found):
            found.append(NamedAxis("dimension", one.start, one.label, one))
    return tuple(found)[:most]


def check_axes(axes: Sequence[Axis]) -> None:
    """Refuse a choice of axes that cannot be laid out.

    Raises
    ------
    Problem
        There is none, or one is there twice.
    """
    if not axes:
        raise Problem("No axis was chosen.", "Choose at least one dimension or direction.")
    seen: set[str] = set()
    for axis in axes:
        key = axis.name if axis.kind == "direction" else f"dimension {axis.index}"
        if key in seen:
            raise Problem(f"The axis {axis.label} was chosen twice.", "Choose another one in its place.")
        seen.add(key)


def called(axes: Sequence[Axis], names: Mapping[str, str]) -> tuple[Axis, ...]:
    """``axes`` whose dimensions have the ``names`` that there are for "z31" or "w7"."""
    return tuple(
        replace(axis, name=names.get(replace(axis, name="").label, axis.name)) if axis.kind == "dimension" else axis
        for axis in axes
    )
