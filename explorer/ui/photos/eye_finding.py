"""The pupils of a photo, found by themselves: laid under the handles, and what is said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.session.notices import Notices
from explorer.session.photos.photo import Picture, Placing
from explorer.session.photos.pupil_search import PupilSearch
from explorer.ui.photos.align_view import AlignView

if TYPE_CHECKING:
    from explorer.core.photos.pupil_finder import FoundPupils

_LOOKING = "Looking for the eyes …"
_NONE = "No face was found."
_SURE, _UNSURE = "Found the eyes.", "These may not be the eyes, so have a look."


class EyeFinding(QObject):
    """Lays the frame of a model whose pictures are faces, unless the hand was quicker.

    Signals
    -------
    changed()
        There is something else to say.
    """

    changed = Signal()

    def __init__(self, stage: AlignView, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._stage, self._notices = stage, notices
        self.search = PupilSearch(self)
        self._photo: Picture | None = None
        self._before: Placing | None = None  # where the frame lay when the search began
        self._laid: Placing | None = None
        self._said = ""
        self.search.found.connect(self._on_found)
        self.search.failed.connect(self._on_failed)

    @property
    def words(self) -> str:
        """What is to be said of the frame as it lies; "" once the hand has moved it."""
        if self.search.is_wanted:
            return _LOOKING
        return self._said if self._stage.placing == self._laid else ""

    def look(self, photo: Picture) -> None:
        """Look for the eyes, where the stage has pupils to lay."""
        frame = self._stage.handles.pupils
        if frame is None:
            self.forget()
            return
        self._photo, self._before, self._laid = photo, self._stage.placing, None
        self.search.request(photo, frame)
        self.changed.emit()

    def forget(self) -> None:
        """Look for nothing any more."""
        self._photo = self._laid = None
        self.search.cancel()

    def close(self) -> None:
        """Wait for what is being looked for."""
        self.search.close()

    def _on_found(self, photo: Picture, pupils: FoundPupils | None) -> None:
        stage = self._stage
        if photo is self._photo and not stage.is_held and stage.placing == self._before:
            if pupils is None:
                self._said = _NONE
            else:
                self._said = _SURE if pupils.is_sure else _UNSURE
                stage.lay(pupils.points)
            self._laid = stage.placing
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        self._notices.show_error_once(error)
        self.changed.emit()
