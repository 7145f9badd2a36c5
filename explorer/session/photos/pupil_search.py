"""The eyes in a photo, looked for in the background; the finder stays open between photos."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.session.jobs.job import JobRunner
from explorer.session.photos.photo import Picture

if TYPE_CHECKING:
    from explorer.core.photos.pupil_finder import FoundPupils, PupilFinder


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
        self._finder: PupilFinder | None = None  # the worker's, while it works

    def request(self, photo: Picture) -> None:
        """Look for the eyes in ``photo`` instead of any other."""
        self.begin(partial(self._look, photo), partial(self.found.emit, photo))

    def close(self) -> None:
        """Wait for what is being looked at, then let the finder go."""
        super().close()
        if self._finder is not None:
            self._finder.close()
            self._finder = None

    def _look(self, photo: Picture, *_: object) -> FoundPupils | None:
        from explorer.core.photos.pupil_finder import PupilFinder

        self._finder = self._finder or PupilFinder.open()
        return self._finder.find(photo)
