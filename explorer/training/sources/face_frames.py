"""Where the faces of a source are to be cut out; the finder is opened when the first picture asks."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from explorer.core.photos.alignment import Alignment
    from explorer.core.photos.pupil_finder import PupilFinder


class FaceFrames:
    """Gives frames around faces, for several threads."""

    def __init__(self) -> None:
        self._finder: PupilFinder | None = None
        self._lock = Lock()

    def around(self, picture: NDArray[np.uint8]) -> Alignment | None:
        """The frame around the face in (height, width, 3) pixels; None where there is none that is sure."""
        from explorer.core.photos.pupil_finder import FRAME, PupilFinder

        with self._lock:
            finder = self._finder = self._finder or PupilFinder.open()
        found = finder.find(picture)
        return found.alignment(FRAME) if found is not None and found.is_sure else None

    def close(self) -> None:
        """Let the finder go."""
        with self._lock:
            finder, self._finder = self._finder, None
        if finder is not None:
            finder.close()
