"""The handles by which a frame is laid on a photo: two pupils, or four corners; arithmetic only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from explorer.core.photos.alignment import Alignment
from explorer.core.photos.pupils import Point, Pupils
from explorer.core.problem import Problem
from explorer.session.photos.photo import Placing

CORNERS: tuple[Point, ...] = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
_SMALLEST_PX = 4.0
_LARGEST = 6.0  # times the longer side of the photo


@dataclass(frozen=True)
class Handles:
    """How one photo may be laid in a frame.

    Attributes
    ----------
    size : (int, int)
        Width and height of the photo, in pixels.
    pupils : ((x, y), (x, y)) or None
        Where the frame has its pupils, as shares; None where it has none, and the corners are pulled instead.
    """

    size: tuple[int, int]
    pupils: Pupils | None

    @property
    def count(self) -> int:
        """How many handles there are."""
        return 2 if self.pupils is not None else 4

    def name(self, index: int) -> str:
        """What to call a handle; ``count`` and beyond is the whole frame."""
        if index >= self.count:
            return "frame"
        if self.pupils is not None:
            return ("left pupil", "right pupil")[index]
        return ("upper left", "upper right", "lower right", "lower left")[index] + " corner"

    def first(self) -> Placing:
        """What to begin with."""
        return Placing(Alignment.guessed(*self.size, self.pupils))

    def points(self, placing: Placing) -> list[Point]:
        """Where the handles lie on the photo, in its pixels."""
        found = placing.alignment.to_photo(self._targets(placing))
        return [(float(x), float(y)) for x, y in found]

    def pulled(self, placing: Placing, index: int, to: Point) -> Placing:
        """One handle pulled to a point of the photo; the other pupil, or the opposite corner, stays."""
        points, targets = self.points(placing), self._targets(placing)
        if self.pupils is None:
            return self._changed(placing, lambda: _corner(placing.alignment, points, index, to))
        points[index] = to
        return self._changed(placing, lambda: Alignment.from_handles(points, targets))

    def clicked(self, placing: Placing, index: int, at: Point, before: Point | None) -> Placing:
        """The pupils as they are clicked one after the other: the first shifts the frame, the second fixes it."""
        if before is None or self.pupils is None:
            here = self.points(placing)[index]
            return self.moved(placing, at[0] - here[0], at[1] - here[1])
        targets = sorted(self._targets(placing))
        points = sorted((before, at))
        return self._changed(placing, lambda: Alignment.from_handles(points, targets))

    def laid(self, placing: Placing, points: Pupils) -> Placing:
        """The frame with both pupils at points of the photo."""
        return self._changed(placing, lambda: Alignment.from_handles(points, self._targets(placing)))

    def face(self, placing: Placing) -> Pupils | None:
        """Where the pupils belong in the frame as it lies on the photo; None where it has none."""
        if self.pupils is None:
            return None
        first, second = self._targets(placing)
        return first, second

    def moved(self, placing: Placing, dx: float, dy: float) -> Placing:
        """The frame shifted by pixels of the photo; its middle stays on the photo."""
        width, height = self.size
        place = placing.alignment
        x, y = min(max(place.x + dx, 0.0), float(width)), min(max(place.y + dy, 0.0), float(height))
        return replace(placing, alignment=replace(place, x=x, y=y))

    def zoomed(self, placing: Placing, factor: float) -> Placing:
        """The frame made smaller, ``factor`` above 1, or larger."""
        return self._changed(placing, lambda: placing.alignment.zoomed(factor))

    def turned_to(self, placing: Placing, angle: float) -> Placing:
        """The frame turned to ``angle``, in radians."""
        return self._changed(placing, lambda: placing.alignment.turned(angle - placing.alignment.angle))

    def flipped(self, placing: Placing) -> Placing:
        """Left and right changed; the handles stay on the photo where that is possible."""
        return replace(placing, mirrored=not placing.mirrored)

    def _targets(self, placing: Placing) -> tuple[Point, ...]:
        """Where the handles belong in the frame as it lies on the photo, which is not mirrored yet."""
        if self.pupils is None:
            return CORNERS
        if not placing.mirrored:
            return self.pupils
        (x1, y1), (x2, y2) = self.pupils
        return ((1.0 - x2, y2), (1.0 - x1, y1))

    def _changed(self, placing: Placing, make: Callable[[], Alignment]) -> Placing:
        """What ``make`` gives, unless it is of no use."""
        try:
            place = make()
        except Problem:
            return placing
        if not min(_SMALLEST_PX, *self.size) <= place.side <= _LARGEST * max(*self.size, _SMALLEST_PX):
            return placing
        return self.moved(replace(placing, alignment=place), 0.0, 0.0)


def _corner(place: Alignment, corners: list[Point], index: int, to: Point) -> Alignment:
    """The frame with one corner pulled towards ``to``, along its diagonal."""
    fixed, corner = complex(*corners[(index + 2) % 4]), complex(*corners[index])
    along = ((complex(*to) - fixed) * (corner - fixed).conjugate()).real / abs(corner - fixed) ** 2
    return place.zoomed(1.0 / max(along, 1e-3), (fixed.real, fixed.imag))
