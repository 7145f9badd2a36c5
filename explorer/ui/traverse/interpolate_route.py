"""A path as it is at one moment: what is played, and what an export goes on writing while the path is edited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.core.scene import Scene

if TYPE_CHECKING:
    from explorer.core.traversal.paths import Course, LatentPath


@dataclass(frozen=True, eq=False)
class Route:
    """Says which scene lies where on a course; never changes, so that any thread may ask.

    Attributes
    ----------
    base : Scene
        The model, and the class of what goes through no points.
    course : Course
    points : LatentPath or None
        The course, where it goes through points.
    labels : tuple of (int or None)
        The class of each point.
    """

    base: Scene
    course: Course
    points: LatentPath | None = None
    labels: tuple[int | None, ...] = ()

    def scene_at(self, time: float) -> Scene:
        """The frame at ``time``, 0 to 1; of the class of the point it comes from."""
        label = self.base.label if self.points is None else self.labels[self.points.stretch_at(time)]
        return Scene(self.base.model, self.base.model_name, self.course.at(time), label)

    def frames(self, count: int) -> list[Scene]:
        """Equal steps of time; a loop does not repeat its first frame at the end."""
        steps = count if self.course.is_loop else max(count - 1, 1)
        return [self.scene_at(index / steps) for index in range(count)]
