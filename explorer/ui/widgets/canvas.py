"""The canvas: the picture of the scene, which can be dragged in and out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDropEvent,
    QPixmap,
)
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import UNIT
from explorer.ui.widgets.filmstrip import SCENE_MIME
from explorer.ui.widgets.picture_view import PictureView

_DRAG_MARK_PX = 12 * UNIT


class Canvas(PictureView):
    """The picture of the scene: what `PictureView` does, and dragging in and out.

    A picture that is all in sight is dragged out as a PNG; with Ctrl, any picture is.

    Signals
    -------
    dropped(paths) : list of str
        Files were dropped.
    scene_dropped(text) : str
        A scene was dropped that was dragged out of a strip, in its serial form.
    drag_wanted()
        The picture is about to be dragged out; ``png_for_drag`` is asked for the bytes next.
    menu_wanted(where) : QPoint
        A context menu is asked for at this place of the screen.
    """

    dropped = Signal(list)
    scene_dropped = Signal(str)
    drag_wanted = Signal()
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
            self.scene_dropped.emit(bytes(mime.data(SCENE_MIME).data()).decode("utf-8", "replace"))
        elif paths := [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]:
            self.dropped.emit(paths)

    def mime_for_drag(self) -> QMimeData | None:
        """What is dragged out: the picture as a PNG, and its scene; None where there is nothing to drag."""
        self.drag_wanted.emit()
        if self.png_for_drag is None or self._picture is None:
            return None
        mime = QMimeData()
        mime.setData("image/png", self.png_for_drag())
        mime.setImageData(self._image.copy())
        if self.scene_for_drag is not None:
            mime.setData(SCENE_MIME, self.scene_for_drag())
        return mime

    def _pull_out(self) -> None:
        mime = self.mime_for_drag()
        if mime is not None:
            drag = QDrag(self)
            drag.setMimeData(mime)
            mark = self._image.scaled(_DRAG_MARK_PX, _DRAG_MARK_PX, Qt.AspectRatioMode.KeepAspectRatio)
            drag.setPixmap(QPixmap.fromImage(mark))
            drag.exec(Qt.DropAction.CopyAction)

    def _ring_px(self) -> int:
        return 3 if self._wanted_drop else super()._ring_px()
