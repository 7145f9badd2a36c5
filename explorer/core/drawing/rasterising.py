"""Drawings as pixels: drawn large and hard-edged, so that every smaller picture of it shows the same.

A `Raster` keeps what is drawn so far, and a stroke that goes on costs only its new places. The large sheet is what a
fill flows in, so that it stops at the same lines on the screen and in what a model is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw

from explorer.core.drawing.drawing import Drawing, Ground, Stroke
from explorer.core.drawing.flooding import connected
from explorer.core.drawing.legend import Colour
from explorer.core.photos.resizing import with_channels
from explorer.core.rendering.picture_files import fitted

Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; the last two lie outside."""

_BOARD_PX = 512  # about the longer side of what is shown
_LEAST_PX = 1.0  # of a pen on the large sheet, however lightly it is pressed
_KEPT_EVERY, _MOST_KEPT = 8, 6
_LIGHT, _MOSTLY = 230, 0.5  # a ground is lines where more than this share of it is at least so light
_INKED = 128
_ALIKE = 12  # levels by which a fill may go on over a photo


def drawn_picture(drawing: Drawing, height: int, width: int, channels: int = 3, *, hard: bool = False) -> Pixels:
    """A drawing as a model takes it, (height, width, channels) uint8.

    Parameters
    ----------
    drawing : Drawing
    height, width : int
    channels : int
        1 or 3.
    hard : bool
        Each pixel has one of the colours drawn and none between them, as in a map of segments.
    """
    raster = Raster(height, width, hard=hard)
    raster.draw(drawing)
    return with_channels(raster.picture(), channels)


@dataclass(frozen=True, eq=False)
class _Kept:
    """What was drawn when there were only so many strokes."""

    count: int
    colours: Image.Image
    ink: Image.Image


class Raster:
    """What is drawn so far, as the model takes it and as the board shows it.

    Parameters
    ----------
    height, width : int
        Of the pictures that the model takes.
    hard : bool
        As for `drawn_picture`.

    Attributes
    ----------
    board : (H, W, 3) uint8
        The drawing as it is shown: the model's sides times a whole number. Changes with every `draw`.
    """

    def __init__(self, height: int, width: int, *, hard: bool = False) -> None:
        self._enlarged = max(1, round(_BOARD_PX / max(height, width)))
        self._per = 2 * self._enlarged
        self._given = np.zeros((height, width, 3), np.uint8)
        self.board = np.zeros((height * self._enlarged, width * self._enlarged, 3), np.uint8)
        self._size = width * self._per, height * self._per
        self._mask = Image.new("L", self._size, 0)  # in whose own places all is drawn: elsewhere edges round otherwise
        self._hard, self._drawing = hard, Drawing()
        self._kept: list[_Kept] = []
        self._begin(self._drawing)
        self._show((0, 0, *self._size))

    def picture(self) -> Pixels:
        """What the model is given, (height, width, 3) uint8, as it is now."""
        return self._given.copy()

    def draw(self, drawing: Drawing) -> Box | None:
        """Bring it to a drawing; gives the part of ``board`` that changed, None where nothing did.

        Of one that goes on from the last only what is new is drawn.
        """
        before, self._drawing = self._drawing, drawing
        if drawing.ground is not before.ground or drawing.paper != before.paper:
            self._begin(drawing)
            return self._all_drawn(0)
        old, new = before.strokes, drawing.strokes
        shared = next(
            (at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a is not b), min(len(old), len(new))
        )
        self._kept = [kept for kept in self._kept if kept.count <= shared]
        if shared == len(old):
            return self._show(self._strokes(shared))
        last = len(old) - 1
        if shared == last and len(new) > last and new[last].tool != "fill" and new[last].begins_as(old[last]):
            went_on = self._stroke(new[last], len(old[last].points))
            return self._show(_around(went_on, self._strokes(last + 1)))
        return self._all_drawn(self._taken_up())

    def _all_drawn(self, first: int) -> Box | None:
        self._strokes(first)
        return self._show((0, 0, *self._size))

    def _begin(self, drawing: Drawing) -> None:
        """The ground alone."""
        self._kept = []
        self._colours = Image.new("RGB", self._size, drawing.paper)
        self._ink = Image.new("L", self._size, 0)
        if drawing.ground is not None:
            height, width = self._given.shape[:2]
            ground = fitted(drawing.ground, height, width, 3)
            large = (self._size, Image.Resampling.NEAREST)
            self._colours = Image.fromarray(ground).resize(*large)
            if _is_lines(ground):
                dark = (with_channels(ground, 1)[..., 0] < _INKED).astype(np.uint8) * 255
                self._ink = Image.fromarray(dark).resize(*large)

    def _taken_up(self) -> int:
        """Go back to what was kept last; gives how many strokes it has."""
        if not self._kept:
            self._begin(self._drawing)
            return 0
        kept = self._kept[-1]
        self._colours, self._ink = kept.colours.copy(), kept.ink.copy()
        return kept.count

    def _strokes(self, first: int) -> Box | None:
        """Draw the strokes from this one on; where they are."""
        found = None
        for number, stroke in enumerate(self._drawing.strokes[first:], start=first):
            if number % _KEPT_EVERY == 0 and number > (self._kept[-1].count if self._kept else 0):
                self._kept = [*self._kept, _Kept(number, self._colours.copy(), self._ink.copy())][-_MOST_KEPT:]
            found = _around(found, self._stroke(stroke, 0))
        return found

    def _stroke(self, stroke: Stroke, first: int) -> Box | None:
        """Draw a stroke from one of its places on."""
        if stroke.tool == "fill":
            return self._filled(stroke)
        found = None
        for points in self._places(stroke, max(0, first - 1)):
            widths = self._widths(stroke, max(0, first - 1))
            found = _around(found, self._line(stroke, points, widths))
        return found

    def _places(self, stroke: Stroke, first: int) -> Iterator[NDArray[np.float64]]:
        """Places on the large sheet, and those on the other side of its middle."""
        points = stroke.points[first:].astype(np.float64) * np.array(self._size, np.float64)
        yield points
        if stroke.is_mirrored:
            yield np.array([self._size[0], 0.0]) + points * np.array([-1.0, 1.0])

    def _widths(self, stroke: Stroke, first: int) -> NDArray[np.float64]:
        side = min(self._size)
        pressures = np.ones(len(stroke.points)) if stroke.pressures is None else stroke.pressures
        return np.maximum(_LEAST_PX, stroke.width * side * pressures[first:].astype(np.float64))

    def _line(self, stroke: Stroke, points: NDArray[np.float64], widths: NDArray[np.float64]) -> Box | None:
        """One hard-edged line with round ends."""
        reach = widths.max() / 2.0 + 3.0
        left, top = np.maximum(0, np.floor(points.min(0) - reach).astype(int)).tolist()
        right, bottom = np.minimum(self._size, np.ceil(points.max(0) + reach).astype(int)).tolist()
        if left >= right or top >= bottom:
            return None
        box = left, top, right, bottom
        _traced(ImageDraw.Draw(self._mask), points, widths)
        self._painted(stroke.tool, stroke.colour, box, self._mask.crop(box))
        self._mask.paste(0, box)
        return box

    def _painted(self, tool: str, colour: Colour, box: Box, mask: Image.Image) -> None:
        """Lay a colour, or paper, where the mask is."""
        if tool == "dab":
            mask = ImageChops.subtract(mask, self._ink.crop(box))
        else:
            self._ink.paste(0 if tool == "eraser" else 255, box, mask)
        self._colours.paste(self._drawing.paper if tool == "eraser" else colour, box, mask)

    def _filled(self, stroke: Stroke) -> Box | None:
        """Colour all that is like its place and hangs together with it."""
        found, (width, height) = None, self._size
        for points in self._places(stroke, 0):
            column, row = points[0].astype(int).tolist()
            if not (0 <= column < width and 0 <= row < height):
                continue
            mask = connected(_alike(self._colours, column, row), row, column)
            self._colours.paste(stroke.colour, (0, 0), Image.fromarray(mask.astype(np.uint8) * 255))
            rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
            box = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
            found = _around(found, box)
        return found

    def _show(self, box: Box | None) -> Box | None:
        """Bring ``board`` and what the model is given up to date where the large sheet has changed."""
        if box is None:
            return None
        per = self._per
        left, top, right, bottom = box[0] // per, box[1] // per, -(-box[2] // per), -(-box[3] // per)
        part = self._colours.crop((left * per, top * per, right * per, bottom * per))
        self._given[top:bottom, left:right] = self._smaller(part, per)
        by = self._enlarged
        shown = left * by, top * by, right * by, bottom * by
        self.board[shown[1] : shown[3], shown[0] : shown[2]] = self._smaller(part, 2)
        return shown

    def _smaller(self, part: Image.Image, per: int) -> Pixels:
        if self._hard:
            return np.asarray(part)[per // 2 :: per, per // 2 :: per]
        return np.asarray(part.reduce(per))


def _traced(draw: ImageDraw.ImageDraw, points: NDArray[np.float64], widths: NDArray[np.float64]) -> None:
    """A line through points, each with a width, rounded at each."""
    for (x, y), radius in zip(points.tolist(), (widths / 2.0).tolist(), strict=True):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), 255)
    if len(points) < 2:
        return
    steps = np.diff(points, axis=0)
    lengths = np.maximum(np.hypot(steps[:, 0], steps[:, 1]), 1e-9)
    aside = np.stack([-steps[:, 1], steps[:, 0]], 1) / lengths[:, None] / 2.0
    begin, end = aside * widths[:-1, None], aside * widths[1:, None]
    corners = np.stack([points[:-1] + begin, points[1:] + end, points[1:] - end, points[:-1] - begin], 1)
    for four in corners.reshape(-1, 8).tolist():
        draw.polygon(four, 255)


def _alike(colours: Image.Image, column: int, row: int) -> NDArray[np.bool_]:
    """Where the colours are nearly those of one place, (H, W)."""
    here = colours.getpixel((column, row))
    assert isinstance(here, tuple)
    near = [255 * (abs(level - value) <= _ALIKE) for value in here for level in range(256)]
    red, green, blue = colours.point(near).split()
    return np.asarray(ImageChops.darker(ImageChops.darker(red, green), blue)) > 0


def _is_lines(ground: Ground) -> bool:
    """Whether a ground is lines on paper, under which dabs go, rather than a picture."""
    return bool((ground.min(2) >= _LIGHT).mean() > _MOSTLY)


def _around(one: Box | None, other: Box | None) -> Box | None:
    """The box around two."""
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
