"""A button that a dragged picture opens: hold it there, and what the button leads to comes into view."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QToolButton, QWidget

from explorer.ui.widgets.picture_drag import SCENE_MIME

_HOLD_MS = 400


class SpringButton(QToolButton):
    """A tool button that is pressed by holding a scene over it, so that it can be dropped in another view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.hold = QTimer(self, interval=_HOLD_MS, singleShot=True)
        self.hold.timeout.connect(self.click)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(SCENE_MIME) and self.isEnabled() and not self.isChecked():
            event.accept()
            self.hold.start()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.hold.stop()

    def dropEvent(self, event: QDropEvent) -> None:
        self.hold.stop()
        event.ignore()
