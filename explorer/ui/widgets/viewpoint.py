"""Which part of a picture a canvas shows, and how large: arithmetic only."""

from __future__ import annotations

from dataclasses import dataclass, replace

SMALLEST_ZOOM, LARGEST_ZOOM = 1 / 16, 128.0
_EVEN_FROM = 4  # from this zoom on, fitted pixels are made equally large at the cost of a margin

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, width, height


@dataclass(frozen=True)
class Viewpoint:
    """How a picture lies on a canvas. All lengths are in device pixels but where said otherwise.

    Attributes
    ----------
    canvas, picture : (int, int)
        Width and height.
    factor : float or None
        Device pixels per picture pixel; None fits the picture in.
    centre : (float, float)
        The place in the picture, in its own pixels, that lies in the middle of the canvas.
    margin : float
        What stays free around a fitted picture.
    smooth : bool
        Whether fitted pixels may be of uneven size.
    """

    canvas: tuple[int, int] = (1, 1)
    picture: tuple[int, int] = (1, 1)
    factor: float | None = None
    centre: Point = (0.0, 0.0)
    margin: float = 0.0
    smooth: bool = True

    @property
    def zoom(self) -> float:
        """Device pixels per picture pixel."""
        if self.factor is not None:
            return self.factor
        sides = zip(self.canvas, self.picture, strict=True)
        fitting = min(max(room - 2 * self.margin, 1.0) / side for room, side in sides)
        return fitting if self.smooth or fitting < _EVEN_FROM else float(int(fitting))

    @property
    def box(self) -> Box:
        """Where the whole picture lies on the canvas, at whole device pixels."""
        zoom = self.zoom
        width, height = (max(round(side * zoom), 1) for side in self.picture)
        x, y = self._middle
        left, top = round(self.canvas[0] / 2 - x * zoom), round(self.canvas[1] / 2 - y * zoom)
        return (left, top, width, height)

    @property
    def overflows(self) -> bool:
        """Whether some of the picture lies outside the canvas."""
        _, _, width, height = self.box
        return width > self.canvas[0] or height > self.canvas[1]

    @property
    def _middle(self) -> Point:
        if self.factor is None:
            return (self.picture[0] / 2, self.picture[1] / 2)
        return self.centre

    def at(self, x: float, y: float) -> Point:
        """The place in the picture, in its own pixels, that lies at (``x``, ``y``) on the canvas."""
        left, top, width, height = self.box
        return ((x - left) * self.picture[0] / width, (y - top) * self.picture[1] / height)

    def zoomed(self, factor: float, x: float, y: float) -> Viewpoint:
        """The picture at ``factor``, with what lies at (``x``, ``y``) on the canvas left in its place."""
        factor = min(max(factor, SMALLEST_ZOOM), LARGEST_ZOOM)
        there_x, there_y = self.at(x, y)
        centre = (there_x + (self.canvas[0] / 2 - x) / factor, there_y + (self.canvas[1] / 2 - y) / factor)
        return replace(self, factor=factor, centre=self._held(centre))

    def panned(self, dx: float, dy: float) -> Viewpoint:
        """The picture moved by (``dx``, ``dy``) on the canvas."""
        x, y = self._middle
        return replace(self, factor=self.zoom, centre=self._held((x - dx / self.zoom, y - dy / self.zoom)))

    def fitted(self) -> Viewpoint:
        """The whole picture, as large as it goes."""
        return replace(self, factor=None)

    def _held(self, centre: Point) -> Point:
        """``centre``, kept within the picture, so that it cannot be lost."""
        return (min(max(centre[0], 0.0), self.picture[0]), min(max(centre[1], 0.0), self.picture[1]))
