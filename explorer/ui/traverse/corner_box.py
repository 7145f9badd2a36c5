"""Four places for pictures: the corners between which a surface is laid."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.session.explore.scene_pictures import Picture
from explorer.ui.theme import RADIUS, UNIT, colours_of, mixed
from explorer.ui.widgets.filmstrip import SCENE_MIME
from explorer.ui.widgets.qimages import image_of

_SIDE_PX = 8 * UNIT


class CornerBox(QWidget):
    """One corner: takes a thumbnail that is dropped on it; a click takes the current picture.

    Signals
    -------
    scene_dropped(text) : str
        A scene was dropped, in its serial form.
    current_wanted()
    """

    scene_dropped = Signal(str)
    current_wanted = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._picture: Picture | None = None
        self.setAccessibleName(f"Corner {name}")
        self.setToolTip(f"Corner {name}: drop a thumbnail here, or click to take the current picture")
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_picture(self, picture: Picture | None) -> None:
        """Show what the corner is; None while that is being drawn."""
        self._picture = picture
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIDE_PX, _SIDE_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.current_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.current_wanted.emit()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(SCENE_MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        data = bytes(event.mimeData().data(SCENE_MIME).data())
        self.scene_dropped.emit(data.decode("utf-8", "replace"))

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        place = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        rounded = QPainterPath()
        rounded.addRoundedRect(place, RADIUS, RADIUS)
        painter.fillPath(rounded, mixed(c.text, c.window, 0.08))
        if self._picture is not None:
            painter.setClipPath(rounded)
            painter.drawImage(place, image_of(self._picture))
            painter.setClipping(False)
        painter.strokePath(rounded, QPen(c.accent if self.hasFocus() else c.line, 1))
        painter.end()
