"""Frames around the faces of photographs; the finder is opened when the first one is asked about."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.core.photos.pupils import Pupils

if TYPE_CHECKING:
    from explorer.core.photos.alignment import Alignment
    from explorer.core.photos.pupil_finder import FoundPupils, PupilFinder


class FaceFrames:
    """Finds faces for whoever asks, from any thread; whoever made it closes it."""

    def __init__(self) -> None:
        self._finder: PupilFinder | None = None
        self._lock = Lock()

    def found(self, picture: NDArray[np.uint8], frame: Pupils) -> FoundPupils | None:
        """The pupils of the largest face in (height, width, 3) uint8; None where there is none.

        In a square that is aligned as ``frame`` has it, they are exactly there.
        """
        from explorer.core.photos.pupil_finder import PupilFinder

        with self._lock:
            finder = self._finder = self._finder or PupilFinder.open()
        found = finder.find(picture)
        height, width = picture.shape[:2]
        return None if found is None else found.snapped(width, height, frame)

    def around(self, picture: NDArray[np.uint8], frame: Pupils | None) -> Alignment:
        """The frame around the face; the usual guess where there is none, or where the frame has no pupils."""
        from explorer.core.photos.alignment import Alignment

        found = None if frame is None else self.found(picture, frame)
        height, width = picture.shape[:2]
        if found is None or frame is None:
            return Alignment.guessed(width, height, frame)
        return found.alignment(frame)

    def close(self) -> None:
        """Let the finder go."""
        with self._lock:
            finder, self._finder = self._finder, None
        if finder is not None:
            finder.close()
