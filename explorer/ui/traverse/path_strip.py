"""The points of a path as thumbnails: dropped in, put into another order, removed."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from explorer.ui.widgets.filmstrip import Filmstrip
from explorer.ui.widgets.keys import Key
from explorer.ui.widgets.picture_drag import SCENE_MIME, scene_text


class PathStrip(Filmstrip):
    """A filmstrip that takes scenes from the other strips, and whose own can be dragged to another place.

    Alt with left and right moves the marked one.

    Signals
    -------
    scene_dropped(text, place) : str, int
        A scene came from elsewhere, in its serial form, to stand before the item ``place``.
    reordered(key, place) : str, int
        The user wants the item ``key`` before the item ``place``.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (Key("Move a point along the path", "Alt+Left, Alt+Right"),)

    scene_dropped = Signal(str, int)
    reordered = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(removable=True, parent=parent)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDropIndicatorShown(False)
        self.setToolTip("Drag thumbnails from the history or the bookmarks here; drag these to reorder them")

    def place_at(self, point: QPoint) -> int:
        """Before which item something dropped at ``point`` should stand."""
        for row in range(self.model().rowCount()):
            if point.x() < self.visualRect(self.model().index(row, 0)).center().x():
                return row
        return self.model().rowCount()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.mimeData().hasFormat(SCENE_MIME):
            event.acceptProposedAction()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.dragMoveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        place = self.place_at(event.position().toPoint())
        if event.source() is self and self.current is not None:
            self.reordered.emit(self.current, place)
        else:
            self.scene_dropped.emit(scene_text(event.mimeData()), place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 2}.get(Qt.Key(event.key()))
        if step is None or not event.modifiers() & Qt.KeyboardModifier.AltModifier or self.current is None:
            super().keyPressEvent(event)
            return
        row = self.currentIndex().row() + step
        if 0 <= row <= self.model().rowCount():
            self.reordered.emit(self.current, row)
