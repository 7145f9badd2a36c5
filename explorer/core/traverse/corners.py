"""The surface between four scenes, as a sheet of tiles and at any point of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from explorer.core.problem import Problem
from explorer.core.rendering.conditions import condition_facts
from explorer.core.rendering.latents import Latent, lerp, norm_preserving
from explorer.core.rendering.scene import Scene, scene_in_w
from explorer.core.traverse.carried import TakenAlong
from explorer.core.traverse.plan import TilePlan, check_tiles

Surface = Literal["bilinear", "spherical"]


@dataclass(frozen=True, eq=False)
class CornersPlan(TilePlan):
    """A sheet between four latents: the tile at each corner shows one of them.

    Attributes
    ----------
    base : Scene
        Gives the model and the class; usually the top left corner.
    corners : four (d,) float32
        As they are drawn: top left, top right, bottom left, bottom right.
    rows, columns : int
        At least two.
    kind : {"bilinear", "spherical"}
        How corners are joined: by `lerp` or by `norm_preserving`, first along the top and the bottom.
    in_w : bool
        The corners are points of W, (style_size,): then the way between them is straight.
    carried : four TakenAlong, or none
        What goes along with each corner; by default all are under the conditions of ``base``.
    """

    corners: tuple[Latent, Latent, Latent, Latent]
    rows: int = 9
    columns: int = 9
    kind: Surface = "bilinear"
    in_w: bool = False
    carried: tuple[TakenAlong, ...] = ()

    def __post_init__(self) -> None:
        check_tiles(self.rows, self.columns)
        if len({corner.shape for corner in self.corners}) > 1:
            raise Problem("The corners are latents of different sizes.", "Choose bookmarks of one model.")

    @property
    def row_names(self) -> tuple[str, ...]:
        """How far down each row lies."""
        return _shares(self.rows)

    @property
    def column_names(self) -> tuple[str, ...]:
        """How far to the right each column lies."""
        return _shares(self.columns)

    def at(self, across: float, down: float) -> Scene:
        """What the surface shows at a place from (0, 0), the top left corner, to (1, 1)."""
        join = norm_preserving if self.kind == "spherical" and not self.in_w else lerp
        top_left, top_right, bottom_left, bottom_right = self.corners
        top, bottom = join(top_left, top_right, across), join(bottom_left, bottom_right, across)
        point, base = join(top, bottom, down), self.base
        scene = scene_in_w(base, point, base.label) if self.in_w else base.plainly_at(point)
        return self._carried_at(across, down).put_into(scene) if self.carried else scene

    def _carried_at(self, across: float, down: float) -> TakenAlong:
        top_left, top_right, bottom_left, bottom_right = self.carried
        return top_left.toward(top_right, across).toward(bottom_left.toward(bottom_right, across), down)

    def scene(self, row: int, column: int) -> Scene:
        """What one tile shows."""
        return self.at(column / max(self.columns - 1, 1), row / max(self.rows - 1, 1))

    def facts(self) -> dict[str, Any]:
        """The plan as plain values, to travel in a file."""
        told = {"kind": "corners", "surface": self.kind, "corners": [c.tolist() for c in self.corners]}
        return told | ({"space": "w"} if self.in_w else {}) | self._carried_facts()

    def _carried_facts(self) -> dict[str, Any]:
        if all(each == TakenAlong(said=each.said) for each in self.carried):  # a sentence is in its latent
            return {}
        facts = [{"directions": [*map(list, c.moves)], **condition_facts(c.conditions)} for c in self.carried]
        return {"carried": facts}


def _shares(count: int) -> tuple[str, ...]:
    return tuple(f"{index / max(count - 1, 1):.0%}" for index in range(count))
