"""One picture, painted as fast as it comes, fitted, zoomed or panned."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from explorer.core.rendering.transparency import has_alpha
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.checks import checks
from explorer.ui.widgets.empty import paint_words
from explorer.ui.widgets.keys import Key
from explorer.ui.widgets.qimages import bgra_of, fill_bgra, image_around
from explorer.ui.widgets.viewpoint import Viewpoint

_PER_NOTCH = 1.25  # zoom
_PAN_PX = 6 * UNIT  # by an arrow key
_PANS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class PictureView(QWidget):
    """Shows one picture, fitted, zoomed or panned.

    The wheel zooms at the pointer, a drag pans what is larger than the view, a double click fits; the keys
    + - 0 (fit) 1 (pixel by pixel) and the arrows do the same.

    Signals
    -------
    hovered(x, y, colour) : int, int, tuple of int
        The pointer is over this pixel, whose red, green, blue, and alpha where there is some, are 0 to 255.
    left()
        The pointer is over no pixel any more.
    zoomed(factor) : float
        Screen (device) pixels per picture pixel.
    painted()
        A frame was painted; ``painted_count`` counts them.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (Key("Zoom the picture in, out, to whole pixels", "+  −  1"),)

    hovered = Signal(int, int, tuple)
    left = Signal()
    zoomed = Signal(float)
    painted = Signal()

    margin_px = 2 * UNIT  # around a fitted picture

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.painted_count = 0
        self._picture: NDArray[np.uint8] | None = None
        self._bgra: NDArray[np.uint8] | None = None  # what the image is wrapped around
        self._image = QImage()
        self._view = Viewpoint()
        self._empty = ("No picture yet", "")
        self._grip: QPointF | None = None
        self._pointer: QPointF | None = None
        self._was_tabbed_to = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Picture")

    @property
    def picture(self) -> NDArray[np.uint8] | None:
        """The picture that is shown, (height, width, 1 to 4) uint8; do not write into it."""
        return self._picture

    @property
    def zoom(self) -> float:
        """Screen (device) pixels per picture pixel."""
        return self._view.zoom

    @property
    def fitted(self) -> bool:
        """Whether the picture fills the canvas, whatever its size."""
        return self._view.factor is None

    def show_picture(self, picture: NDArray[np.uint8]) -> None:
        """Show ``picture``, (height, width, 1 to 4) uint8, at the next frame; a copy is painted.

        Where it has alpha, a checkerboard shows through. The zoom stays, unless the picture is of another size.
        """
        before, self._picture = self._picture, picture
        if self._bgra is not None and before is not None and before.shape == picture.shape:
            fill_bgra(self._bgra, picture)
        else:
            self._bgra = bgra_of(picture)
            self._image = image_around(self._bgra, alpha=has_alpha(picture.shape[2]))
        size = (picture.shape[1], picture.shape[0])
        if size != self._view.picture:
            self._look(replace(self._view, picture=size, factor=None))
        self._tell_pixel()
        self.update()

    def clear(self) -> None:
        """Show no picture, but the words of `set_empty`."""
        self._picture, self._bgra, self._image = None, None, QImage()
        self.left.emit()
        self.update()

    def set_empty(self, text: str, hint: str = "") -> None:
        """Say this while there is no picture."""
        self._empty = (text, hint)
        self.update()

    def set_smooth(self, smooth: bool) -> None:
        """Enlarge smoothly, or show the pixels as they are."""
        self._look(replace(self._view, smooth=smooth))

    def fit(self) -> None:
        """Show the whole picture, as large as it goes."""
        self._look(self._view.fitted())

    def zoom_to(self, factor: float) -> None:
        """Show ``factor`` screen pixels per picture pixel, about the middle."""
        self._look(self._view.zoomed(factor, self._view.canvas[0] / 2, self._view.canvas[1] / 2))

    def zoom_by(self, ratio: float) -> None:
        """Zoom in or out about the middle."""
        self.zoom_to(self.zoom * ratio)

    def sizeHint(self) -> QSize:
        return QSize(64 * UNIT, 64 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(16 * UNIT, 16 * UNIT)

    def _look(self, view: Viewpoint) -> None:
        before, self._view = self._view, view
        if view != before:
            self.update()
            if view.zoom != before.zoom:
                self.zoomed.emit(view.zoom)
            self._show_cursor()

    def _show_cursor(self) -> None:
        self.setCursor(self._rest_cursor())

    def _rest_cursor(self) -> Qt.CursorShape:
        """The pointer over the picture while no button is held."""
        return Qt.CursorShape.OpenHandCursor if self._can_pan else Qt.CursorShape.ArrowCursor

    @property
    def _can_pan(self) -> bool:
        return self._picture is not None and self._view.overflows

    def _tell_pixel(self) -> None:
        if self._picture is None or self._pointer is None:
            return
        ratio = self.devicePixelRatioF()
        x, y = (math.floor(v) for v in self._view.at(self._pointer.x() * ratio, self._pointer.y() * ratio))
        height, width = self._picture.shape[:2]
        if 0 <= x < width and 0 <= y < height:
            self.hovered.emit(x, y, self._values_at(x, y))
        else:
            self.left.emit()

    def _values_at(self, x: int, y: int) -> tuple[int, ...]:
        """Red, green, blue, and alpha where there is some, of a pixel."""
        assert self._picture is not None
        values = [int(value) for value in self._picture[y, x].ravel()]
        return tuple([*values[:1] * 2, *values] if len(values) < 3 else values)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._grip = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        self._tell_pixel()
        if self._grip is None or self._picture is None:
            return
        moved = event.position() - self._grip
        if self._can_pan and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._grip = event.position()
            ratio = self.devicePixelRatioF()
            self._look(self._view.panned(moved.x() * ratio, moved.y() * ratio))
        elif moved.manhattanLength() >= QApplication.startDragDistance():
            self._grip = None
            self._pull_out()

    def _pull_out(self) -> None:
        """A picture that cannot be panned, or with Ctrl any, was dragged."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        self._show_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        if self._picture is not None and event.angleDelta().y():
            ratio = self.devicePixelRatioF()
            factor = self.zoom * _PER_NOTCH ** (event.angleDelta().y() / 120)
            place = event.position() * ratio
            self._look(self._view.zoomed(factor, place.x(), place.y()))
            self._tell_pixel()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(_PER_NOTCH)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(1 / _PER_NOTCH)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_1:
            self.zoom_to(1.0)
        elif key in _PANS and self._can_pan:
            step = _PAN_PX * self.devicePixelRatioF()
            self._look(self._view.panned(_PANS[key][0] * step, _PANS[key][1] * step))
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._was_tabbed_to = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._measure()

    def _measure(self) -> None:
        ratio = self.devicePixelRatioF()
        canvas = (max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1))
        if canvas != self._view.canvas:
            self._look(replace(self._view, canvas=canvas, margin=self.margin_px * ratio))

    def paintEvent(self, event: QPaintEvent) -> None:
        self._measure()  # the window may have gone to a screen of another ratio
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), c.mat)
            if self._image.isNull():
                paint_words(painter, QRectF(self.rect()), *self._empty, c)
            else:
                self._paint_picture(painter)
            if self._ring_px():
                painter.setPen(QPen(c.accent, self._ring_px()))
                painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        self.painted_count += 1
        self.painted.emit()

    def _ring_px(self) -> int:
        """How strongly to frame it: the user brought the keyboard here, or not."""
        return 1 if self.hasFocus() and self._was_tabbed_to else 0

    def _paint_picture(self, painter: QPainter) -> None:
        self._paint_image(painter, self._image)

    def _paint_image(self, painter: QPainter, image: QImage, *, over: bool = False) -> None:
        """Paint an image, of whatever size, over the place of the picture; ``over`` what is painted there already.

        Only the part in sight is drawn: a rasteriser given the whole at a high zoom would overflow.
        """
        view, ratio = self._view, self.devicePixelRatioF()
        left, top, width, height = view.box
        columns, rows = view.picture
        first_x, first_y = (max(math.floor(v), 0) for v in view.at(0, 0))
        last_x, last_y = (math.ceil(v) for v in view.at(*view.canvas))
        source = QRect(QPoint(first_x, first_y), QPoint(min(last_x, columns) - 1, min(last_y, rows) - 1))
        across, down = width / columns, height / rows
        target = QRectF(
            (left + source.x() * across) / ratio,
            (top + source.y() * down) / ratio,
            source.width() * across / ratio,
            source.height() * down / ratio,
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, view.smooth)
        wider, higher = image.width() / columns, image.height() / rows
        part = QRectF(source.x() * wider, source.y() * higher, source.width() * wider, source.height() * higher)
        if image.hasAlphaChannel() and not over:
            painter.fillRect(target, QBrush(checks(colours_of(self.palette()))))
        painter.drawImage(target, image, part)
