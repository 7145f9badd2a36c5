"""The canvas: the picture of the scene, which can be dragged in and out."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from explorer.ui.widgets.gestures import Hand
from explorer.ui.widgets.picture_drag import SCENE_MIME, drag_out, scene_mime, scene_text
from explorer.ui.widgets.picture_view import PictureView


class Canvas(PictureView):
    """The picture of the scene: what `PictureView` does, and dragging in and out.

    A picture that is all in sight is dragged out as a PNG; with Ctrl, any picture is. Where content is moved, a drag
    with the left button does that instead, and with Shift turns it; one with the middle button still pans.

    Signals
    -------
    dropped(paths) : list of str
        Files were dropped.
    scene_dropped(text) : str
        A scene was dropped that was dragged out of a strip, in its serial form.
    menu_wanted(where) : QPoint
        A context menu is asked for at this place of the screen.
    content_moved(across, down, gesture) : float, float, int
        The hand moved the content so many picture widths further to the right and down.
    content_turned(degrees, gesture) : float, int
        The hand turned the content so much further about the middle of the picture, anticlockwise.
    """

    dropped = Signal(list)
    scene_dropped = Signal(str)
    menu_wanted = Signal(QPoint)
    content_moved = Signal(float, float, int)
    content_turned = Signal(float, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.png_for_drag: Callable[[], bytes] | None = None
        self.scene_for_drag: Callable[[], bytes] | None = None  # goes with it, for slots and paths
        self._wanted_drop = False
        self._moves_content = False
        self._hold: QPointF | None = None  # where the hand was last that moves content
        self._hand = Hand()
        self.setAcceptDrops(True)

    @property
    def moves_content(self) -> bool:
        """Whether a drag moves the content of the picture."""
        return self._moves_content

    @moves_content.setter
    def moves_content(self, moves: bool) -> None:
        self._moves_content, self._hold = moves, None
        self._show_cursor()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._moves_content and event.button() == Qt.MouseButton.LeftButton and self._picture is not None:
            self._hold = event.position()
            self._hand.begin()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        before, here = self._hold, event.position()
        if before is None:
            super().mouseMoveEvent(event)
            return
        self._hold = here
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.content_turned.emit(self._turn(before, here), self._hand.number)
        else:
            width = self._view.box[2] / self.devicePixelRatioF()
            moved = here - before
            self.content_moved.emit(moved.x() / width, moved.y() / width, self._hand.number)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hold = None
        super().mouseReleaseEvent(event)

    def _turn(self, before: QPointF, here: QPointF) -> float:
        """By how many degrees, anticlockwise, a hand went round the middle of the picture."""
        left, top, width, height = (side / self.devicePixelRatioF() for side in self._view.box)
        angles = [math.atan2(top + height / 2 - at.y(), at.x() - left - width / 2) for at in (before, here)]
        return (math.degrees(angles[1] - angles[0]) + 180.0) % 360.0 - 180.0

    def _rest_cursor(self) -> Qt.CursorShape:
        return Qt.CursorShape.SizeAllCursor if self._moves_content else super()._rest_cursor()

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
