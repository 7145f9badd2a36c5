"""How one source is being read: what is assumed of it, what turned up on the way, and whether to go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.photos.face_frames import FaceFrames
from explorer.core.photos.levels import ValueRange, extremes, range_of
from explorer.training.sources.assumptions import Assumptions
from explorer.training.sources.cache import default_cache
from explorer.training.sources.material import Cancelled
from explorer.training.sources.source_report import Depth


class PictureReading:
    """One reading of a source.

    Parameters
    ----------
    assume : Assumptions
    stop : callable, optional
        Asked now and then whether to give up.
    scratch : Path, optional
        Where what is packed as a whole is unpacked meanwhile; without it the user's cache folder.
    faces : FaceFrames, optional
        What is asked where the faces are; whoever opened the reading closes it.
    """

    def __init__(
        self,
        assume: Assumptions | None = None,
        stop: Callable[[], bool] = lambda: False,
        scratch: Path | None = None,
        faces: FaceFrames | None = None,
    ) -> None:
        self.assume = assume or Assumptions()
        self.stop = stop
        self.scratch = scratch or default_cache()
        self.stated = ValueRange.parsed(self.assume.range) if self.assume.range else None
        self.faces = faces or FaceFrames()
        self.over = Event()  # for the threads that draw
        self._found: dict[str, ValueRange] = {}

    def check(self) -> None:
        """Go on.

        Raises
        ------
        Cancelled
            Nobody waits any more.
        """
        if self.stop():
            raise Cancelled("Reading the pictures was cancelled.")

    @property
    def aligns_faces(self) -> bool:
        """Whether pictures are cut out around a face instead of in the middle."""
        return self.assume.align == "faces"

    def levels(self, values: NDArray[Any]) -> tuple[NDArray[np.uint8], Depth]:
        """One picture of more than 8 bits as bytes, by the range of its whole set or, before that is known, its own."""
        kind = values.dtype.newbyteorder("=")
        low, high = extremes(values)
        chosen = self.stated or self._found.get(kind.name) or range_of(kind, low, high)
        return chosen.levels(values), Depth(kind.name, low, high, frozenset({str(chosen)}))

    def settles(self, depths: Mapping[str, Depth]) -> bool:
        """Whether all pictures of each kind were read by the range that the whole set has; they will be from now on."""
        if self.stated is None:
            self._found = {name: range_of_all(depth) for name, depth in depths.items()}
        return self.stated is not None or all(depths[name].ranges == {str(it)} for name, it in self._found.items())


def range_of_all(depth: Depth) -> ValueRange:
    """The range of all pictures of a kind."""
    return range_of(np.dtype(depth.kind), depth.low, depth.high)
