"""The eyes in a photo, looked for in the background; the finder stays open between photos."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from explorer.core.photos.face_frames import FaceFrames
from explorer.core.photos.pupils import Pupils
from explorer.session.jobs.job import JobRunner
from explorer.session.photos.photo import Picture


class PupilSearch(JobRunner):
    """Looks at the newest photo that is asked about.

    Signals
    -------
    found(photo, pupils) : (height, width, 3) uint8, FoundPupils or None
        None where there is no face.
    """

    found = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="pupils")
        self._faces = FaceFrames()

    def request(self, photo: Picture, frame: Pupils) -> None:
        """Look for the eyes in ``photo`` instead of any other, for a frame that has them there."""
        self.begin(lambda *_: self._faces.found(photo, frame), partial(self.found.emit, photo))

    def close(self) -> None:
        """Wait for what is being looked at, then let the finder go."""
        super().close()
        self._faces.close()
