"""Dragging a picture out of where it is shown, with its scene."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDrag, QImage, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from explorer.ui.theme import UNIT

SCENE_MIME = "application/x-latent-explorer-scene"
_MARK_PX = 8 * UNIT


def scene_mime(scene: bytes) -> QMimeData:
    """What a drag takes along: a scene, in its serial form."""
    mime = QMimeData()
    mime.setData(SCENE_MIME, scene)
    return mime


def scene_text(mime: QMimeData) -> str:
    """The scene that is dragged, in its serial form; "" where there is none."""
    return bytes(mime.data(SCENE_MIME).data()).decode("utf-8", "replace")


def is_pull(start: QPointF | None, now: QPointF) -> bool:
    """Whether the hand has moved so far from where it pressed that it is dragging."""
    return start is not None and (now - start).manhattanLength() >= QApplication.startDragDistance()


def drag_out(source: QWidget, mime: QMimeData, mark: QImage | None = None) -> None:
    """Drag ``mime`` until it is let go, with a small picture of it at the pointer."""
    drag = QDrag(source)
    drag.setMimeData(mime)
    if mark is not None and not mark.isNull():
        small = mark.scaled(
            _MARK_PX,
            _MARK_PX,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        drag.setPixmap(QPixmap.fromImage(small))
    drag.exec(Qt.DropAction.CopyAction)
