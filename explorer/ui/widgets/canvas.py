"""The canvas: the picture of the scene, which can be dragged in and out, and on which tools work."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import colours_of
from explorer.ui.widgets.gestures import Hand, claims
from explorer.ui.widgets.picture_drag import SCENE_MIME, drag_out, scene_mime, scene_text
from explorer.ui.widgets.picture_tool import Overlay, PictureTool, Touch
from explorer.ui.widgets.picture_view import PictureView


class Canvas(PictureView):
    """The picture of the scene: what `PictureView` does, and dragging in and out.

    A picture that is all in sight is dragged out as a PNG; with Ctrl, any picture is. While a `PictureTool` is chosen,
    the left button is the tool's; one with the middle button still pans, and Esc takes the tool's gesture back.

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

    _tool: PictureTool | None = None  # events come before there is anything else

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.png_for_drag: Callable[[], bytes] | None = None
        self.scene_for_drag: Callable[[], bytes] | None = None  # goes with it, for slots and paths
        self._wanted_drop = False
        self._is_held = False  # whether the tool has the button
        self._hand = Hand()
        self.setAcceptDrops(True)

    @property
    def tool(self) -> PictureTool | None:
        """What the left button does, where it is not to drag the picture out."""
        return self._tool

    @tool.setter
    def tool(self, tool: PictureTool | None) -> None:
        before, self._tool = self._tool, tool
        was_held, self._is_held = self._is_held, False
        if before is not None and before is not tool:
            before.repaint_wanted.disconnect(self.update)
            if was_held:
                before.cancel()
            else:
                before.put_down()
            before.hover(None)
        if tool is not None and before is not tool:
            tool.repaint_wanted.connect(self.update)
        self._show_cursor()
        self.update()

    def event(self, event: QEvent) -> bool:
        tool = self._tool  # Esc is the tool's before it is the window's
        if tool is not None and tool.is_held and claims(event, lambda key: key.key() == Qt.Key.Key_Escape):
            self._is_held = False
            tool.cancel()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        tool = self._tool
        if tool is None or event.button() != Qt.MouseButton.LeftButton or self._picture is None:
            super().mousePressEvent(event)
            return
        touch = self._touch(event)
        if touch.is_inside:
            self._hand.begin()
            self._is_held = True
            tool.press(self._touch(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        tool = self._tool
        if tool is None or self._picture is None or self._grip is not None:
            super().mouseMoveEvent(event)
            return
        self._pointer = event.position()
        self._tell_pixel()
        touch = self._touch(event)
        if self._is_held:
            tool.move(touch)
        else:
            tool.hover(touch if touch.is_inside else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_held and event.button() == Qt.MouseButton.LeftButton and self._tool is not None:
            self._is_held = False
            self._tool.release(self._touch(event))
        else:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._tool is None:
            super().mouseDoubleClickEvent(event)
        else:
            self.mousePressEvent(event)  # two strokes in quick succession

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._tool is not None and not self._is_held:
            self._tool.hover(None)

    def _touch(self, event: QMouseEvent) -> Touch:
        ratio, place = self.devicePixelRatioF(), event.position()
        x, y = self._view.at(place.x() * ratio, place.y() * ratio)
        width, height = self._view.picture
        is_inside = 0 <= x < width and 0 <= y < height
        seen = self._values_at(math.floor(x), math.floor(y)) if is_inside else None
        colour = None if seen is None else (seen[0], seen[1], seen[2])
        return Touch(x, y, is_inside, (width, height), event.modifiers(), self._hand.number, colour)

    def _rest_cursor(self) -> Qt.CursorShape:
        return super()._rest_cursor() if self._tool is None else self._tool.cursor

    def _paint_picture(self, painter: QPainter) -> None:
        super()._paint_picture(painter)
        if self._tool is None:
            return
        left, top, width, _ = self._view.box
        ratio, scale = self.devicePixelRatioF(), width / self._view.picture[0]

        def at(x: float, y: float) -> QPointF:
            return QPointF((left + x * scale) / ratio, (top + y * scale) / ratio)

        colours = colours_of(self.palette())
        overlay = Overlay(
            painter,
            self._view.picture,
            scale / ratio,
            colours,
            at,
            lambda image: self._paint_image(painter, image, over=True),
        )
        painter.save()
        self._tool.paint(overlay)
        painter.restore()

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
