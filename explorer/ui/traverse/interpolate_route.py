"""A path as it is at one moment: what is played, and what an export goes on writing while the path is edited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.core.rendering.scene import Scene, scene_in_w

if TYPE_CHECKING:
    from explorer.core.traverse.carried import TakenAlong
    from explorer.core.traverse.latent_paths import LatentPath, Trajectory


@dataclass(frozen=True, eq=False)
class Route:
    """Says which scene lies where on a course; never changes, so that any thread may ask.

    Attributes
    ----------
    base : Scene
        The model, and the class of what goes through no points.
    course : Trajectory
    points : LatentPath or None
        The course, where it goes through points.
    labels : tuple of (int or None)
        The class of each point.
    in_w : bool
        The course leads through W.
    carried : tuple of TakenAlong
        What goes along with each point.
    truncates : bool
        Every frame is truncated as ``base`` is: in a style-based model, whose points in Z cannot hold that.
    """

    base: Scene
    course: Trajectory
    points: LatentPath | None = None
    labels: tuple[int | None, ...] = ()
    in_w: bool = False
    carried: tuple[TakenAlong, ...] = ()
    truncates: bool = False

    def scene_at(self, time: float) -> Scene:
        """The frame at ``time``, 0 to 1; of the class of the point it comes from."""
        label = self.base.label if self.points is None else self.labels[self.points.stretch_at(time)]
        base, point = self.base, self.course.at(time)
        scene = scene_in_w(base, point, label) if self.in_w else replace(base.plainly_at(point), label=label)
        if self.truncates and not self.in_w:
            scene = replace(scene, truncation=base.truncation, cutoff=base.cutoff)
        if self.points is None or not self.carried:
            return scene
        first, second, share = self.points.between_at(time)
        return self.carried[first].toward(self.carried[second], share).put_into(scene)

    def frames(self, count: int) -> list[Scene]:
        """Equal steps of time; a loop does not repeat its first frame at the end."""
        steps = count if self.course.is_loop else max(count - 1, 1)
        return [self.scene_at(index / steps) for index in range(count)]
