"""How a photograph is brought onto the frame that a model was trained on: turned, scaled, shifted, never warped.

The *frame* is the model's square picture; its points are shares from 0 to 1, across and down. Points of the
photograph are in pixels, and the middle of its first pixel is (0.5, 0.5). An `Alignment` says where in the
photograph the frame lies.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from explorer.core.photos.pupils import Point, Pupils
from explorer.core.problem import Problem

_MARGIN = 4  # pixels around the frame that the filters may look at
_NEAREST_PX = 1.0
_FARTHEST = 1e6  # pixels; a crop that is larger, or lies further away, shows nothing
_HEADROOM = 0.15  # share of what is cut off an upright photograph that is cut off above: faces lie high
_HINT = "Click the middle of each pupil."

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Alignment:
    """Where in a photograph the frame lies.

    Attributes
    ----------
    x, y : float
        The photograph's point at the middle of the frame, in its pixels.
    side : float
        Of the frame, in pixels of the photograph.
    angle : float
        How the frame is turned in the photograph, clockwise as it is seen, in radians.
    """

    x: float
    y: float
    side: float
    angle: float = 0.0

    def __post_init__(self) -> None:
        numbers = (self.x, self.y, self.side, self.angle)
        if not all(math.isfinite(number) and abs(number) <= _FARTHEST for number in numbers):
            raise Problem("The crop lies too far outside the picture.", "Start over from the middle.")
        if self.side < _NEAREST_PX:
            raise Problem("The crop is smaller than a pixel of the picture.", "Choose a larger part of it.")

    @classmethod
    def centred(cls, width: int, height: int) -> Alignment:
        """The largest square in the middle of a photograph of this size."""
        return cls(width / 2, height / 2, min(width, height))

    @classmethod
    def guessed(cls, width: int, height: int, pupils: Pupils | None) -> Alignment:
        """What to begin with, before anybody has clicked.

        The middle; but where the frame has pupils, an upright photograph is taken for a portrait, whose face lies
        above the middle.
        """
        middle = cls.centred(width, height)
        if pupils is None or height <= width:
            return middle
        return replace(middle, y=middle.side / 2 + _HEADROOM * (height - width))

    @classmethod
    def from_handles(cls, points: ArrayLike, targets: ArrayLike) -> Alignment:
        """The alignment that brings points of the photograph onto points of the frame, as nearly as can be.

        The least squares similarity without reflection (Umeyama, 1991, eqs. 40-42), from frame to photograph; for
        two points it is exact.

        Parameters
        ----------
        points : (N, 2) float
            In the photograph; at least two.
        targets : (N, 2) float
            Where they belong in the frame.

        Raises
        ------
        Problem
            They are fewer than two, not finite, or all at the same place.
        """
        there, here = np.asarray(points, np.float64), np.asarray(targets, np.float64)
        if there.shape != here.shape or there.ndim != 2 or len(there) < 2 or there.shape[1] != 2:
            raise Problem("An alignment needs at least two points, each with its place.", _HINT)
        if not np.isfinite(there).all() or np.ptp(there, axis=0).max() < _NEAREST_PX:
            raise Problem("The points are at the same place of the picture.", _HINT)
        scale, angle = _similarity(here - here.mean(axis=0), there - there.mean(axis=0))
        middle = there.mean(axis=0) + scale * _turn(angle) @ (0.5 - here.mean(axis=0))
        return cls(float(middle[0]), float(middle[1]), scale, angle)

    def to_photo(self, points: ArrayLike) -> Doubles:
        """Where points of the frame, (..., 2) shares, lie in the photograph, in pixels."""
        shares = np.asarray(points, np.float64) - 0.5
        there: Doubles = np.array([self.x, self.y]) + self.side * shares @ _turn(self.angle).T
        return there

    def to_frame(self, points: ArrayLike) -> Doubles:
        """Where points of the photograph, (..., 2) pixels, lie in the frame, as shares."""
        apart = np.asarray(points, np.float64) - np.array([self.x, self.y])
        here: Doubles = apart @ _turn(self.angle) / self.side + 0.5
        return here

    def corners(self) -> Doubles:
        """The frame's corners in the photograph, (4, 2) pixels: from its upper left one, clockwise."""
        return self.to_photo([(0, 0), (1, 0), (1, 1), (0, 1)])

    def moved(self, dx: float, dy: float) -> Alignment:
        """The frame shifted by so many pixels of the photograph."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def zoomed(self, factor: float, about: Point | None = None) -> Alignment:
        """The picture in the frame enlarged: above 1 less of the photograph is seen.

        The photograph's point ``about`` stays where it is in the frame; without it, the middle does.
        """
        x, y = about or (self.x, self.y)
        return Alignment(x + (self.x - x) / factor, y + (self.y - y) / factor, self.side / factor, self.angle)

    def turned(self, angle: float, about: Point | None = None) -> Alignment:
        """The frame turned clockwise by ``angle`` radians around a point of the photograph, or its own middle."""
        centre = np.array(about or (self.x, self.y))
        x, y = centre + _turn(angle) @ (np.array([self.x, self.y]) - centre)
        whole = math.remainder(self.angle + angle, 2 * math.pi)
        return Alignment(float(x), float(y), self.side, whole)

    def scaled(self, factor: float) -> Alignment:
        """The same in a photograph that was enlarged by ``factor``, below 1 reduced."""
        return Alignment(self.x * factor, self.y * factor, self.side * factor, self.angle)


def aligned(picture: NDArray[np.uint8], alignment: Alignment, size: int) -> NDArray[np.uint8]:
    """What the frame shows of a picture.

    Nothing aliases: the picture is first reduced by averaging, to no less than twice what is wanted, then sampled
    at no less than its own resolution (bicubic), then brought to the wanted size (Lanczos). What lies outside
    the picture is mirrored at its edges. A frame of ``size`` pixels that is not turned and begins at a pixel
    gives these pixels to the bit.

    Parameters
    ----------
    picture : (height, width, C) uint8
    alignment : Alignment
    size : int
        Side of the result, in pixels.

    Returns
    -------
    (size, size, C) uint8
    """
    picture, place = _reduced(picture, alignment, size)
    fine = size * max(1, math.ceil(place.side / size - 1e-6))
    sampled = _sampled(picture, place, fine)
    if fine != size:
        sampled = [part.resize((size, size), Image.Resampling.LANCZOS) for part in sampled]
    values = np.stack([np.asarray(part) for part in sampled], axis=2)
    return values.round().clip(0, 255).astype(np.uint8)


def _reduced(picture: NDArray[np.uint8], alignment: Alignment, size: int) -> tuple[NDArray[np.uint8], Alignment]:
    """The picture averaged over squares of whole pixels, where there are many of them for each wanted one."""
    factor = min(int(alignment.side / size / 2), min(picture.shape[:2]))
    if factor < 2:
        return picture, alignment
    height, width = picture.shape[:2]
    padding = ((0, -height % factor), (0, -width % factor), (0, 0))
    whole = np.pad(picture, padding, mode="symmetric")
    parts = [np.asarray(Image.fromarray(part).reduce(factor)) for part in _channels(whole)]
    return np.stack(parts, axis=2), alignment.scaled(1 / factor)


def _sampled(picture: NDArray[np.uint8], place: Alignment, side: int) -> list[Image.Image]:
    """The frame as one image of ``side`` squared a channel, a pixel of it being a pixel of the picture or less."""
    left, top = np.floor(place.corners().min(axis=0)).astype(int) - _MARGIN
    right, bottom = np.ceil(place.corners().max(axis=0)).astype(int) + _MARGIN
    rows = _mirrored(np.arange(top, bottom), picture.shape[0])
    columns = _mirrored(np.arange(left, right), picture.shape[1])
    part = picture[rows[:, None], columns[None, :]]
    step = place.side / side * _turn(place.angle)
    corner = place.to_photo((0, 0)) - (left, top)
    matrix = (*step[0], corner[0], *step[1], corner[1])
    how = (Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)
    floats = part.astype(np.float32)  # of bytes, Pillow's transform drops the fraction instead of rounding
    return [Image.fromarray(channel).transform((side, side), *how) for channel in _channels(floats)]


def _channels(picture: NDArray[Any]) -> list[NDArray[Any]]:
    return [np.ascontiguousarray(picture[:, :, index]) for index in range(picture.shape[2])]


def _mirrored(places: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Places beyond the ends of a row, brought back as in mirrors that face each other."""
    within = places % (2 * length)
    return np.minimum(within, 2 * length - 1 - within)


def _turn(angle: float) -> Doubles:
    cosine, sine = math.cos(angle), math.sin(angle)
    return np.array([[cosine, -sine], [sine, cosine]])


def _similarity(here: Doubles, there: Doubles) -> tuple[float, float]:
    """Scale and angle that bring centred points ``here`` onto those ``there`` with the least squared error.

    In the plane the singular value decomposition of Umeyama's eq. 40 comes down to one angle.
    """
    along = float((here * there).sum())
    across = float((here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0]).sum())
    spread = float((here**2).sum())
    if spread == 0.0:
        raise Problem("The places in the frame are all the same.", _HINT)
    return math.hypot(along, across) / spread, math.atan2(across, along)
