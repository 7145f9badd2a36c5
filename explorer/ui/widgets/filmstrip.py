"""A strip of thumbnails: the history, the bookmarks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QStandardItem,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QSizePolicy, QWidget

from explorer.ui.icons import icon
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.empty import paint_words
from explorer.ui.widgets.keys import Key
from explorer.ui.widgets.picture_drag import drag_out, scene_mime
from explorer.ui.widgets.qimages import image_of
from explorer.ui.widgets.thumbnail_frames import (
    KEY_ROLE,
    LARGEST_THUMB_PX,
    PICTURE_ROLE,
    THUMB_PX,
    FrameDelegate,
    cross_of,
    frame_size,
)


@dataclass(frozen=True, eq=False)
class StripItem:
    """One thumbnail.

    Attributes
    ----------
    key : str
        Tells it from the others in its strip.
    picture : (height, width, 1 or 3) uint8 or None
        None while it is still being drawn.
    caption : str
        A word that fits under the picture.
    tip : str
        All that is to be said of it; "" where the caption says it.
    """

    key: str
    picture: NDArray[np.uint8] | None
    caption: str
    tip: str = ""


class Filmstrip(QListView):
    """Thumbnails side by side, newest last.

    A click, or left and right, pick one; Delete removes; F2 renames; a drag takes its scene along.

    Signals
    -------
    picked(key) : str
        The user wants this one.
    removed(key) : str
        The user wants this one away; the strip shows it until `remove` is called.
    renamed(key, caption) : str, str
        The user typed another caption.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("Move along a strip, go to a picture", "Left, Right,  Enter"),
        Key("Rename or remove a bookmark", "F2,  Delete"),
    )

    picked = Signal(str)
    removed = Signal(str)
    renamed = Signal(str, str)

    def __init__(self, *, removable: bool = False, renamable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scene_for_drag: Callable[[str], bytes] | None = None
        self.removable, self.renamable = removable, renamable
        self._model = QStandardItemModel(self)
        self._items: dict[str, QStandardItem] = {}
        self._empty = ("Nothing here yet", "")
        self.setModel(self._model)
        self._frames = FrameDelegate(self)
        self._frames.renamed.connect(self.renamed)
        self.setItemDelegate(self._frames)
        self._set_up_view()
        self.clicked.connect(lambda index: self.picked.emit(index.data(KEY_ROLE)))

    def _set_up_view(self) -> None:
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setDragEnabled(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Thumbnails")

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of what is shown, in order."""
        return tuple(self._model.index(row, 0).data(KEY_ROLE) for row in range(self._model.rowCount()))

    @property
    def current(self) -> str | None:
        """The key that is marked."""
        chosen = self.selectionModel().selectedIndexes()
        return chosen[0].data(KEY_ROLE) if chosen else None

    def set_items(self, items: Sequence[StripItem]) -> None:
        """Show ``items`` and nothing else."""
        self._model.clear()
        self._items.clear()
        for item in items:
            self._add(item)
        self.viewport().update()

    def append(self, item: StripItem) -> None:
        """Show ``item`` after the others and scroll to it."""
        self._add(item)
        self.scrollTo(self._items[item.key].index())

    def show_picture(self, key: str, picture: NDArray[np.uint8]) -> None:
        """Put a ``picture`` to an item that had none."""
        if key in self._items:
            self._items[key].setData(image_of(picture), PICTURE_ROLE)

    def remove(self, key: str) -> None:
        """Show ``key`` no more."""
        if item := self._items.pop(key, None):
            self._model.removeRow(item.row())

    def set_current(self, key: str | None) -> None:
        """Mark ``key`` as what the canvas shows, silently."""
        if key is None or key not in self._items:
            self.clearSelection()
        else:
            self.setCurrentIndex(self._items[key].index())

    def set_empty(self, text: str, hint: str = "") -> None:
        """Say this while there is nothing to show."""
        self._empty = (text, hint)
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(60 * UNIT, frame_size(THUMB_PX, self).height() + self.horizontalScrollBar().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the thumbnails be as large as there is room for."""
        super().resizeEvent(event)
        thumb_px = min(THUMB_PX + max(self.height() - self.sizeHint().height(), 0), LARGEST_THUMB_PX)
        if thumb_px != self._frames.thumb_px:
            self._frames.thumb_px = thumb_px
            self.scheduleDelayedItemsLayout()

    def minimumSizeHint(self) -> QSize:
        return QSize(20 * UNIT, self.sizeHint().height())

    def _add(self, strip_item: StripItem) -> None:
        item = QStandardItem(strip_item.caption)
        item.setData(strip_item.key, KEY_ROLE)
        item.setToolTip(strip_item.tip or strip_item.caption)
        item.setEditable(self.renamable)
        if strip_item.picture is not None:
            item.setData(image_of(strip_item.picture), PICTURE_ROLE)
        self._items[strip_item.key] = item
        self._model.appendRow(item)

    def _pick(self, row: int) -> None:
        index = self._model.index(min(max(row, 0), self._model.rowCount() - 1), 0)
        if index.isValid() and index != self.currentIndex():
            self.setCurrentIndex(index)
            self.picked.emit(index.data(KEY_ROLE))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index, key = self.currentIndex(), event.key()
        ways = {
            Qt.Key.Key_Left: index.row() - 1, Qt.Key.Key_Right: index.row() + 1,
            Qt.Key.Key_Home: 0, Qt.Key.Key_End: self._model.rowCount() - 1,
        }  # fmt: skip
        if key in ways:
            self._pick(ways[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.picked.emit(index.data(KEY_ROLE))
        elif key == Qt.Key.Key_Delete and self.removable and index.isValid():
            self.removed.emit(index.data(KEY_ROLE))
        elif key == Qt.Key.Key_F2 and self.renamable and index.isValid():
            self.edit(index)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:  # a menu is of the thumbnail under it, and marks none
            return
        index = self.indexAt(event.position().toPoint())
        if self._on_cross(index, event.position().toPoint()):
            self.removed.emit(index.data(KEY_ROLE))
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if self.renamable and index.isValid():
            self.edit(index)

    def _on_cross(self, index: QModelIndex, place: QPoint) -> bool:
        return self.removable and index.isValid() and cross_of(self.visualRect(index)).contains(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (delta.x() or delta.y()))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if not index.isValid() or not (self.removable or self.renamable):
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.renamable:
            menu.addAction(icon("edit"), "Rename", lambda: self.edit(index))
        if self.removable:
            key = index.data(KEY_ROLE)
            menu.addAction(icon("trash"), "Remove", lambda: self.removed.emit(key))
        menu.popup(event.globalPos())

    def mime_for_drag(self, key: str) -> QMimeData | None:
        """What a drag of ``key`` takes along: its scene; None where the window supplies none."""
        return None if self.scene_for_drag is None else scene_mime(self.scene_for_drag(key))

    def startDrag(self, actions: Qt.DropAction) -> None:
        index = self.currentIndex()
        mime = self.mime_for_drag(index.data(KEY_ROLE)) if index.isValid() else None
        if mime is not None:
            drag_out(self, mime, index.data(PICTURE_ROLE))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._model.rowCount():
            super().paintEvent(event)
            return
        with QPainter(self.viewport()) as painter:
            paint_words(painter, QRectF(self.viewport().rect()), *self._empty, colours_of(self.palette()))
