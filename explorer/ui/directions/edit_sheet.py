"""The strips of a direction: tiles to be clicked, and to be dragged out with their scene."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDrag, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication

from explorer.core.rendering.scene import Scene, scene_to_json
from explorer.ui.theme import UNIT
from explorer.ui.tiles.tile_layout import HEADER_PX, TileLayout, fitting_px
from explorer.ui.tiles.tile_view import TileView
from explorer.ui.widgets.filmstrip import SCENE_MIME

_LEAST_PX, _MOST_PX = 5 * UNIT, 14 * UNIT  # of a tile


class EditSheet(TileView):
    """Tiles that are picked when the button is let go, so that they can be dragged away instead."""

    def __init__(self) -> None:
        super().__init__()
        self.scene_at: Callable[[int], Scene | None] = lambda _index: None
        self._held: tuple[int, QPointF] | None = None
        self.setAccessibleName("What the direction does")

    def _measured(self) -> TileLayout:
        """As large as lets all rows be in sight, within reason, until a size was asked for by the wheel."""
        if self._asked_px is not None or self._mosaic is None:
            return super()._measured()
        high = fitting_px(self._mosaic.rows, self.viewport().height() - HEADER_PX - UNIT)
        wide = fitting_px(self._mosaic.columns, self.viewport().width() - 20 * UNIT)
        self._asked_px = min(max(min(high, wide), _LEAST_PX), _MOST_PX)
        try:
            return super()._measured()
        finally:
            self._asked_px = None

    def mime_for_drag(self, index: int) -> QMimeData | None:
        """What a drag of a tile takes along: its scene."""
        scene = self.scene_at(index)
        if scene is None:
            return None
        mime = QMimeData()
        mime.setData(SCENE_MIME, scene_to_json(scene).encode())
        return mime

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._cursor, self._held = index, (index, event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._held is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        index, begun = self._held
        if (event.position() - begun).manhattanLength() >= QApplication.startDragDistance():
            self._held = None
            self._drag(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held = self._held, None
        if held is not None and self._at(event.position()) == held[0]:
            self.picked.emit(held[0])

    def _drag(self, index: int) -> None:
        mime = self.mime_for_drag(index)
        if mime is None:
            return
        drag = QDrag(self)
        drag.setMimeData(mime)
        picture = self.viewport().grab(self.place_of(index))
        drag.setPixmap(QPixmap(picture).scaledToWidth(8 * UNIT, Qt.TransformationMode.SmoothTransformation))
        drag.exec(Qt.DropAction.CopyAction)
