"""How one thumbnail of a strip is painted: a picture, a caption, a frame, a cross to remove it."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from explorer.ui.icons import icon_pixmap
from explorer.ui.theme import RADIUS, UNIT, Colours, colours_of, grown, mixed

KEY_ROLE = int(Qt.ItemDataRole.UserRole)
PICTURE_ROLE = KEY_ROLE + 1
THUMB_PX = 8 * UNIT
LARGEST_THUMB_PX = 20 * UNIT
_CROSS_PX = 2 * UNIT


def frame_size(thumb_px: int, strip: QWidget) -> QSize:
    """How large the frame of a thumbnail is, with its caption in the letters of ``strip``."""
    return QSize(thumb_px + UNIT, thumb_px + grown(2 * UNIT, strip) + UNIT + UNIT // 2)


def cross_of(frame: QRect) -> QRect:
    """Where the cross that removes the thumbnail in ``frame`` lies."""
    return QRect(frame.right() - UNIT // 2 - _CROSS_PX, frame.top() + UNIT // 2 + 2, _CROSS_PX, _CROSS_PX)


class FrameDelegate(QStyledItemDelegate):
    """Paints thumbnails and lets their captions be typed.

    Signals
    -------
    renamed(key, caption) : str, str
    """

    renamed = Signal(str, str)

    def __init__(self, strip: QWidget) -> None:
        super().__init__(strip)
        self._strip = strip
        self.thumb_px = THUMB_PX

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return frame_size(self.thumb_px, self._strip)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        frame: QRect = option.rect
        state: QStyle.StateFlag = option.state
        c = colours_of(self._strip.palette())
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        place = QRectF(frame.x() + UNIT / 2, frame.y() + UNIT / 2, self.thumb_px, self.thumb_px)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        paint_rounded(painter, place, index.data(PICTURE_ROLE), c)
        if chosen or hovered:
            painter.setPen(QPen(c.accent if chosen else c.muted, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place.adjusted(-1, -1, 1, 1), RADIUS, RADIUS)
        painter.setPen(c.text if chosen else c.muted)
        words = QRectF(frame.x() + 2, place.bottom() + UNIT / 2, frame.width() - 4, grown(2 * UNIT, self._strip))
        caption = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, caption)
        if hovered and getattr(self._strip, "removable", False):
            paint_cross(painter, cross_of(frame), self._strip.devicePixelRatioF(), c)
        painter.restore()

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        frame: QRect = option.rect
        editor.setGeometry(frame.adjusted(0, frame.height() - 3 * UNIT, 0, 0))

    def setModelData(
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        words = editor.text().strip() if isinstance(editor, QLineEdit) else ""
        if words and words != index.data():
            model.setData(index, words)
            self.renamed.emit(index.data(KEY_ROLE), words)


def paint_fitted(painter: QPainter, place: QRectF, image: QImage) -> None:
    """Paint ``image`` as large as it fits into the middle of ``place``."""
    size = image.size().scaled(place.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRectF(0, 0, size.width(), size.height())
    target.moveCenter(place.center())
    painter.drawImage(target, image)


def paint_rounded(painter: QPainter, place: QRectF, image: QImage | None, c: Colours) -> QPainterPath:
    """Paint ``image``, or where it is to come, with round corners; gives its outline, to be framed."""
    rounded = QPainterPath()
    rounded.addRoundedRect(place, RADIUS, RADIUS)
    painter.fillPath(rounded, mixed(c.text, c.window, 0.08))
    if image is not None:
        painter.save()
        painter.setClipPath(rounded)
        paint_fitted(painter, place, image)
        painter.restore()
    return rounded


def paint_cross(painter: QPainter, place: QRect, ratio: float, c: Colours) -> None:
    """Paint the cross that takes a thumbnail away."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(c.window)
    painter.drawEllipse(place)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPixmap(place.adjusted(3, 3, -3, -3), icon_pixmap("close", place.width() - 6, c.text, ratio))
