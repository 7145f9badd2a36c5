"""Places for pictures that something is made of: the corners of a surface, or the second picture of a mix."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.session.explore.scene_pictures import Picture
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.picture_drag import SCENE_MIME, scene_text
from explorer.ui.widgets.qimages import image_of
from explorer.ui.widgets.thumbnail_frames import paint_rounded

_SIDE_PX = 8 * UNIT


class CornerBox(QWidget):
    """One of them: takes a thumbnail that is dropped on it; a click, or Enter, takes the current picture.

    What Enter does is listed, in ``KEYS``, by the class of each kind of place.

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
        self._image: QImage | None = None
        self.setAccessibleName(f"Corner {name}")
        self.setToolTip(f"Corner {name}: drop a thumbnail here, or click to take the current picture")
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_picture(self, picture: Picture | None) -> None:
        """Show what the corner is; None while that is being drawn."""
        self._image = None if picture is None else image_of(picture)
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
        self.scene_dropped.emit(scene_text(event.mimeData()))

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            place = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            rounded = paint_rounded(painter, place, self._image, c)
            painter.strokePath(rounded, QPen(c.accent if self.hasFocus() else c.line, 1))
