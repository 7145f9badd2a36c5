"""Records what is done, and saves it as a film."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from explorer.core.rendering.scene import scene_to_json
from explorer.session.explore.recording import Recording
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.jobs.saving import file_name
from explorer.session.notices import DONE, Notice
from explorer.ui.studio import Studio
from explorer.ui.traverse.export_strip import ExportStrip
from explorer.ui.view import View

if TYPE_CHECKING:
    from explorer.core.rendering.saved_pictures import Enlargement


class Recorder(QObject):
    """Begins and ends a recording, asks how to save it, and writes it.

    Attributes
    ----------
    recording : Recording
    strip : ExportStrip
        Tells how far the film is, and cancels it.

    Signals
    -------
    changed(words) : str
        How long it has gone on, "" while nothing is recorded.
    """

    changed = Signal(str)

    def __init__(self, studio: Studio, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._window = studio, window
        self._comment = ""  # of the film: the scene that it begins with
        self.recording = Recording(self)
        self.strip = ExportStrip(studio)
        self.recording.changed.connect(self._tell)
        self.recording.ended.connect(self._ask)

    def change(self, view: View) -> None:
        """Record what ``view`` shows, or stop and save."""
        if self.recording.is_on:
            self.recording.stop()
            self._ask()
            return
        self._comment = scene_to_json(view.scene_in_view)
        last = None if view.pictures_in_view is None else view.rendering_in_view
        self.recording.follow(view.pictures_in_view)
        self.recording.begin(None if last is None else last.picture)

    def follow(self, view: View) -> None:
        """Go on with what another view shows."""
        if self.recording.is_on:
            self.recording.follow(view.pictures_in_view)

    def close(self) -> None:
        """Record no more, cancel what is being written, and wait for that."""
        self.recording.follow(None)
        self.recording.stop()
        self.strip.exporter.close()

    def _tell(self) -> None:
        minutes, seconds = divmod(int(self.recording.length_s), 60)
        self.changed.emit(f"{minutes}:{seconds:02d}" if self.recording.is_on else "")

    def _ask(self, why: str = "") -> None:
        from explorer.ui.window.record_dialog import RecordDialog

        shown, end_s, comment = self.recording.shown, self.recording.end_s, self._comment
        if not shown:
            self._studio.notices.say("There was nothing to record.")
            return
        stem = f"{Path(file_name(self._studio.document.scene)).stem}-recording"
        height, width = shown[0][1].shape[:2]
        dialog = RecordDialog(self._studio.settings, self._window, stem, (height, width), end_s, why)

        def write(fps: float, enlargement: Enlargement, path: Path, progress: Report, cancelled: Cancelled) -> None:
            from explorer.core.exports.recorded import save_recording

            save_recording(
                path, shown, end_s, fps, enlargement, comment=comment, progress=progress, cancelled=cancelled
            )

        def begin(path: Path, enlargement: Enlargement) -> None:
            self.strip.exporter.write(path, partial(write, dialog.rate, enlargement))

        kept = Notice(DONE, "The recording was not saved.", action="Save it …", do=self._ask)
        dialog.rejected.connect(lambda: self._studio.notices.show(kept))
        dialog.chosen.connect(begin)
        dialog.open()
