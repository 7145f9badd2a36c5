"""Finds the pupils of the face in a photograph, with a small network that this program trained.

It looks at the whole photograph, and where that shows no face at parts of it, large and small; then closer at the
likeliest faces, larger and smaller, turned and mirrored. How far these views differ says how sure the answer is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.core.inference.perception import Classifier
from explorer.core.models.attribute import Attribute
from explorer.core.photos.alignment import Alignment, aligned
from explorer.core.photos.pupils import FRAME, Pupils
from explorer.core.problem import Problem
from explorer.paths import resources_folder

FINDINGS = (
    Attribute("left pupil x", "number", 0.0, 1.0),
    Attribute("left pupil y", "number", 0.0, 1.0),
    Attribute("right pupil x", "number", 0.0, 1.0),
    Attribute("right pupil y", "number", 0.0, 1.0),
    Attribute("face", "yes/no"),
)
"""What the network tells of a picture, in this order; places are shares of its sides."""

SURE = 0.8
_LEAST = 0.5
_CLOSER = (0.8, 1.0)  # the frame's share of what is seen at the second look and at the last one
_SIDES = ((1.0, 0.0), (0.85, 0.0), (0.95, 10.0), (0.95, -10.0))  # zooms and turns in degrees of the last look
_EXACT = 0.05  # of the distance of the eyes, up to which a view may be off the mean of all
_VAGUE = 0.2  # at which nothing is left of the probability
_ALIGNED = 0.07  # of the distance of the eyes, up to which a picture is taken to be aligned
_SMALLEST_PX = 3.0  # between the eyes
_PARTS = (0.6, 0.35)  # sides of the squares that are looked at, as shares of the photograph's longer side
_OVERLAP = 0.5
_CANDIDATES = 3  # faces that are looked at closer


@dataclass(frozen=True)
class FoundPupils:
    """Where the eyes of a face are.

    Attributes
    ----------
    points : ((x, y), (x, y))
        In pixels of the photograph: the one first that is left in an upright face as it is seen.
    sure : float
        0 to 1: how probably this is a face whose eyes are there.
    """

    points: Pupils
    sure: float

    @property
    def is_sure(self) -> bool:
        """Whether nobody need look again."""
        return self.sure >= SURE

    @property
    def apart(self) -> float:
        """Distance of the pupils, in pixels."""
        (x1, y1), (x2, y2) = self.points
        return float(np.hypot(x2 - x1, y2 - y1))

    def scaled(self, factor: float) -> FoundPupils:
        """The same in a photograph that is so many times as large."""
        first, second = ((x * factor, y * factor) for x, y in self.points)
        return FoundPupils((first, second), self.sure)

    def snapped(self, width: int, height: int, frame: Pupils) -> FoundPupils:
        """Exactly where ``frame`` has them, in a square that seems to be aligned so already; else the same."""
        there = [(x * width, y * height) for x, y in frame]
        off = max(math.dist(*pair) for pair in zip(self.points, there, strict=True))
        if width != height or off > _ALIGNED * self.apart:
            return self
        first, second = there
        return FoundPupils((first, second), self.sure)

    def alignment(self, frame: Pupils) -> Alignment:
        """What brings them to where ``frame`` has its pupils."""
        return Alignment.from_handles(self.points, frame)


class PupilFinder:
    """An open finder. Any thread may use it; whoever opened it closes it."""

    def __init__(self, network: Classifier) -> None:
        if len(network.attributes) != len(FINDINGS) or network.card.height != network.card.width:
            network.close()
            raise Problem(f"{network.path.name} finds no pupils.", "Export a run of the family pupils.")
        self._network = network
        self._side = network.card.height
        self._frame = network.card.pupils or FRAME

    @classmethod
    def open(cls, path: Path | None = None) -> Self:
        """The finder in an ONNX file; without one, the one that comes with the program.

        Raises
        ------
        Problem
            It cannot be read, or is no pupil finder.
        """
        return cls(Classifier.open(path or shipped(), "cpu", trusted=path is None))

    def find(self, picture: NDArray[np.uint8]) -> FoundPupils | None:
        """The pupils of the largest face in ``picture``, (height, width, 3) uint8; None where there is no face."""
        factor = max(1, int(min(_PARTS) * max(picture.shape[:2]) / self._side))
        small = np.asarray(Image.fromarray(picture).reduce(factor)) if factor > 1 else picture
        whole, *parts = views_of(small.shape[1], small.shape[0])
        found: list[FoundPupils] = []
        for views in ([whole], parts):
            for face in self._likeliest(small, views):
                closer = self._closer(picture, face.scaled(factor))
                if closer is not None and closer.sure >= _LEAST:
                    found.append(closer)
            if any(face.is_sure for face in found):
                break
        return max(found, key=_rank, default=None)

    def close(self) -> None:
        """Let the network go."""
        self._network.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _likeliest(self, picture: NDArray[np.uint8], views: Sequence[Alignment]) -> list[FoundPupils]:
        """The most probable faces, each once, the largest first among those that are sure."""
        rows = self._network.read(np.stack([aligned(picture, view, self._side) for view in views]))
        faces = [
            FoundPupils(_points(view.to_photo(row[:4].reshape(2, 2))), float(row[4]))
            for view, row in zip(views, rows, strict=True)
        ]
        likely = [face for face in faces if face.sure >= _LEAST and face.apart >= _SMALLEST_PX]
        chosen: list[FoundPupils] = []
        for face in sorted(likely, key=_rank, reverse=True):
            if len(chosen) < _CANDIDATES and not any(_are_one(face, other) for other in chosen):
                chosen.append(face)
        return chosen

    def _closer(self, picture: NDArray[np.uint8], found: FoundPupils) -> FoundPupils | None:
        """Looks again at where the face is, upright and as large as can be; at last from several sides at once."""
        for share, sides in zip(_CLOSER, (_SIDES[:1], _SIDES), strict=True):
            if found.apart < _SMALLEST_PX:
                return None
            near = [(0.5 + share * (x - 0.5), 0.5 + share * (y - 0.5)) for x, y in self._frame]
            view = Alignment.from_handles(found.points, near)
            found = self._agreed(picture, [view.zoomed(zoom).turned(math.radians(turn)) for zoom, turn in sides])
        return found

    def _agreed(self, picture: NDArray[np.uint8], views: Sequence[Alignment]) -> FoundPupils:
        """The mean of what is seen in several views and in their mirrors, as sure as these agree."""
        seen = [aligned(picture, view, self._side) for view in views]
        rows = self._network.read(np.stack([*seen, *(each[:, ::-1] for each in seen)])).astype(np.float64)
        places = rows[:, :4].reshape(-1, 2, 2)
        places[len(views) :] = places[len(views) :, ::-1] * (-1, 1) + (1, 0)
        points = np.stack([view.to_photo(place) for view, place in zip([*views, *views], places, strict=True)])
        found = FoundPupils(_points(points.mean(axis=0)), float(rows[:, 4].mean()))
        off = float(np.hypot(*np.moveaxis(points - points.mean(axis=0), -1, 0)).max()) / max(found.apart, 1e-6)
        agreed = min(1.0, max(0.0, (_VAGUE - off) / (_VAGUE - _EXACT)))
        return FoundPupils(found.points, found.sure * agreed)


def shipped() -> Path:
    """The finder that comes with the program."""
    return resources_folder() / "pupils" / "classifier.onnx"


def _points(places: NDArray[np.float64]) -> Pupils:
    first, second = ((float(x), float(y)) for x, y in places)
    return first, second


def views_of(width: int, height: int) -> list[Alignment]:
    """The whole photograph as a square, and smaller squares that cover it, half overlapping."""
    longest, shortest = max(width, height), min(width, height)
    views = [Alignment(width / 2, height / 2, longest)]
    sides = {float(shortest)} if shortest < 0.9 * longest else set()
    for side in sorted(sides | {share * longest for share in _PARTS}, reverse=True):
        rows, columns = _middles(height, min(side, height)), _middles(width, min(side, width))
        views += [Alignment(x, y, side) for y in rows for x in columns]
    return views


def _rank(face: FoundPupils) -> tuple[float, float]:
    return min(face.sure, SURE), face.apart


def _are_one(face: FoundPupils, other: FoundPupils) -> bool:
    """Whether two looks saw the same face."""
    apart = np.mean(face.points, axis=0) - np.mean(other.points, axis=0)
    return float(np.hypot(*apart)) < max(face.apart, other.apart) / 2


def _middles(length: float, side: float) -> list[float]:
    count = 1 + int(np.ceil((length - side) / (side * _OVERLAP) - 1e-6))
    return [float(x) for x in np.linspace(side / 2, length - side / 2, count)] if count > 1 else [length / 2]
