"""Where photos come from: the files to choose from, and what is dropped or pasted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from explorer.core.photos.photo_files import check_shape
from explorer.core.problem import Problem
from explorer.session.notices import Notices
from explorer.session.photos.photo import FoundPhoto, Photos
from explorer.ui.photos.photo_intake import chosen_photos, photos_of, picture_of
from explorer.ui.widgets.picture_drag import SCENE_MIME
from explorer.ui.window.clipboard import files_of


class PhotoSource(QObject):
    """Gives one photo after the other.

    Attributes
    ----------
    files : tuple of Path
        To choose from.

    Signals
    -------
    listed()
        There are other files to choose from; the first is being read.
    reading(path)
    taken(found, path) : FoundPhoto, Path or None
        Here is a photo; None where it comes from no file.
    unread()
        The one that was asked for cannot be read, which has been told.
    """

    listed = Signal()
    reading = Signal(object)
    taken = Signal(object, object)
    unread = Signal()

    def __init__(self, notices: Notices, parent: QWidget) -> None:
        super().__init__(parent)
        self.files: tuple[Path, ...] = ()
        self._notices, self._parent = notices, parent
        self._photos = Photos(self)
        self._photos.read.connect(self.taken)
        self._photos.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Whether a photo is being read."""
        return self._photos.is_busy

    def open(self, paths: Sequence[Path]) -> None:
        """List photos to choose from, and read the first."""
        if paths:
            self.files = tuple(paths)
            self.listed.emit()
            self.choose(0)

    def choose(self, index: int) -> None:
        """Read one of the files."""
        if 0 <= index < len(self.files):
            self.reading.emit(self.files[index])
            self._photos.request(self.files[index])

    def ask(self) -> None:
        """Ask for files in a dialog."""
        folder = self.files[0].parent if self.files else Path.home()
        self.open(chosen_photos(self._parent.window(), folder))

    def drop(self, data: QMimeData) -> None:
        """Take what was dropped."""
        image = data.imageData()
        if paths := photos_of(data):
            self.open(paths)
        elif isinstance(image, QImage):
            self._take(picture_of(image, "Dropped picture"))

    def paste(self) -> bool:
        """Take the photo on the clipboard; says whether there was one.

        A picture of this program, which has a scene, is left to the window, which shows the scene.
        """
        data = QGuiApplication.clipboard().mimeData()
        return data is not None and not data.hasFormat(SCENE_MIME) and self._paste(data)

    def paste_any(self) -> None:
        """Take the photo on the clipboard, whoever put it there; say so where there is none."""
        data = QGuiApplication.clipboard().mimeData()
        if data is None or not self._paste(data):
            hint = "Copy one in another program, then paste it."
            self._notices.show_error(Problem("There is no picture on the clipboard.", hint))

    def close(self) -> None:
        """Wait for what is being read."""
        self._photos.close()

    def _paste(self, data: QMimeData) -> bool:
        if paths := photos_of(data):
            self.open(paths)
            return True
        if files_of(data):
            return False  # models and scenes are the window's
        return self._take(picture_of(QGuiApplication.clipboard().image(), "Pasted picture"))

    def _take(self, found: FoundPhoto | None) -> bool:
        if found is None:
            return False
        try:
            check_shape(found.photo.width, found.photo.height, found.name)
        except Problem as problem:
            self._notices.show_error(problem)
            return True
        self._photos.cancel()
        self.files = ()
        self.listed.emit()
        self.taken.emit(found, None)
        return True

    def _on_failed(self, error: Exception) -> None:
        self._notices.show_error(error)
        self.unread.emit()
