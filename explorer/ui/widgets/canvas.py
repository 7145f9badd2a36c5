"""The canvas: the picture of the scene, which can be dragged in and out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QPoint, Signal
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from explorer.ui.widgets.picture_drag import SCENE_MIME, drag_out, scene_mime, scene_text
from explorer.ui.widgets.picture_view import PictureView


class Canvas(PictureView):
    """The picture of the scene: what `PictureView` does, and dragging in and out.

    A picture that is all in sight is dragged out as a PNG; with Ctrl, any picture is.

    Signals
    -------
    dropped(paths) : list of str
        Files were dropped.
    scene_dropped(text) : str
        A scene was dropped that was dragged out of a strip, in its serial form.
    menu_wanted(where) : QPoint
        A context menu is asked for at this place of the screen.
    """

    dropped = Signal(list)
    scene_dropped = Signal(str)
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.png_for_drag: Callable[[], bytes] | None = None
        self.scene_for_drag: Callable[[], bytes] | None = None  # goes with it, for slots and paths
        self._wanted_drop = False
        self.setAcceptDrops(True)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if event.source() is not self and (mime.hasUrls() or mime.hasFormat(SCENE_MIME)):
            event.acceptProposedAction()
            self._wanted_drop = True
            self.update()

    def dragLeaveEvent(self, event: QEvent) -> None:
        self._wanted_drop = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._wanted_drop = False
        self.update()
        mime = event.mimeData()
        event.acceptProposedAction()
        if mime.hasFormat(SCENE_MIME):
            self.scene_dropped.emit(scene_text(mime))
        elif paths := [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]:
            self.dropped.emit(paths)

    def mime_for_drag(self) -> QMimeData | None:
        """What is dragged out: the picture as a PNG, and its scene; None where there is nothing to drag."""
        if self.png_for_drag is None or self._picture is None:
            return None
        mime = QMimeData() if self.scene_for_drag is None else scene_mime(self.scene_for_drag())
        mime.setData("image/png", self.png_for_drag())
        mime.setImageData(self._image.copy())
        return mime

    def _pull_out(self) -> None:
        mime = self.mime_for_drag()
        if mime is not None:
            drag_out(self, mime, self._image)

    def _ring_px(self) -> int:
        return 3 if self._wanted_drop else super()._ring_px()
