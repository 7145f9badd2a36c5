"""A drawing as one immutable value: the strokes of a hand, in order, over what lies under them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.core.drawing.legend import Colour
from explorer.core.photos.resizing import scaled_picture, with_channels

Tool = Literal["pen", "dab", "fill", "eraser"]
TOOLS: tuple[Tool, ...] = ("pen", "dab", "fill", "eraser")

Places = NDArray[np.float32]
Ground = NDArray[np.uint8]

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)

GRID = 8192
"""Places lie on a grid of so many steps to the side, so that their digits are short and exact."""

PRESSURE_STEPS = 255
MOST_GROUND_PX = 512
"""Of a side of the ground, which is reduced to it: a picture's file has to carry it."""

FARTHEST = 2.0
"""How far beyond the board, in sides, a stroke may go."""


@dataclass(frozen=True, eq=False)
class Stroke:
    """One movement of a hand, from where it touches the board to where it leaves it.

    Places and pressures are rounded to the grid on which they are kept.

    Attributes
    ----------
    tool : {"pen", "dab", "fill", "eraser"}
        A pen draws over everything; a dab colours what no pen has drawn; a fill colours all that is alike around its
        place; an eraser leaves paper. A segment is drawn with pen or fill in a colour of the legend.
    points : (N, 2) float32
        At least one; x and y as shares of the board's width and height, 0 to 1 from its upper left corner. Read-only.
    width : float
        As a share of the board's shorter side.
    colour : (int, int, int)
        Red, green, blue.
    pressures : (N,) float32 or None
        0 to 1, what the width is multiplied by; None where the hand's pressure is not known. Read-only.
    is_mirrored : bool
        Drawn a second time on the other side of the board's middle.
    """

    tool: Tool
    points: Places
    width: float = 0.02
    colour: Colour = BLACK
    pressures: Places | None = None
    is_mirrored: bool = False

    def __post_init__(self) -> None:
        places = np.asarray(self.points, np.float64).reshape(-1, 2)
        object.__setattr__(self, "points", _rounded(places, -FARTHEST, 1.0 + FARTHEST, GRID))
        if self.pressures is not None:
            object.__setattr__(self, "pressures", _rounded(np.asarray(self.pressures), 0.0, 1.0, PRESSURE_STEPS))

    def longer(self, points: Places, pressures: Places | None = None) -> Stroke:
        """The same stroke gone on to more places (N, 2), with pressures (N,) where it has some."""
        pressed = self.pressures
        if pressed is not None:
            added = np.ones(len(points), np.float32) if pressures is None else pressures
            pressed = np.concatenate([pressed, added])
        return replace(self, points=np.concatenate([self.points, np.asarray(points, np.float32)]), pressures=pressed)

    def begins_as(self, other: Stroke) -> bool:
        """Whether it is ``other``, perhaps gone on."""
        count = len(other.points)
        return (
            (self.tool, self.width, self.colour, self.is_mirrored)
            == (other.tool, other.width, other.colour, other.is_mirrored)
            and np.array_equal(self.points[:count], other.points)
            and (self.pressures is None) == (other.pressures is None)
            and (self.pressures is None or np.array_equal(self.pressures[:count], other.pressures))  # type: ignore[arg-type]
        )


@dataclass(frozen=True, eq=False)
class Drawing:
    """Strokes over a ground.

    Attributes
    ----------
    strokes : tuple of Stroke
        In the order in which they were drawn.
    ground : (H, W, 3) uint8 or None
        What lies under the strokes: traced lines, or a photo as the model takes it; None is plain paper. Read-only,
        in colour, and at most `MOST_GROUND_PX` high and wide.
    paper : (int, int, int)
        The colour of the paper, white or that of a legend's background.
    """

    strokes: tuple[Stroke, ...] = ()
    ground: Ground | None = None
    paper: Colour = WHITE

    def __post_init__(self) -> None:
        if self.ground is not None:
            object.__setattr__(self, "ground", _reduced(self.ground))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing but paper."""
        return not self.strokes and self.ground is None

    def adding(self, stroke: Stroke) -> Drawing:
        """The drawing with one more stroke."""
        return replace(self, strokes=(*self.strokes, stroke))

    def going_on(self, stroke: Stroke) -> Drawing:
        """The drawing with ``stroke`` in the place of its last, which has gone on."""
        return replace(self, strokes=(*self.strokes[:-1], stroke))


def _rounded(values: NDArray[np.floating], low: float, high: float, steps: int) -> Places:
    """Values on a grid of so many steps to 1, read-only."""
    found: Places = (np.rint(values.clip(low, high) * steps) / steps).astype(np.float32)
    found.flags.writeable = False
    return found


def _reduced(ground: Ground) -> Ground:
    height, width = ground.shape[:2]
    share = min(1.0, MOST_GROUND_PX / max(height, width))
    sides = max(1, round(height * share)), max(1, round(width * share))
    found = scaled_picture(with_channels(ground, 3), *sides)
    found.flags.writeable = False
    return found
