"""Thumbnails where their points lie: a map to look at, click and draw upon."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.empty import paint_words
from explorer.ui.widgets.gestures import Hand
from explorer.ui.widgets.keys import Key
from explorer.ui.widgets.picture_drag import drag_out, is_pull, scene_mime
from explorer.ui.widgets.qimages import bgra_of, image_around

Pictures = NDArray[np.uint8]
Points = NDArray[np.float32]
_ATLAS_PX = 64  # the largest side of a thumbnail that is kept, where there are few
_FEW = 400
_FRAME = 3
_PER_NOTCH = 1.25
_LARGEST_ZOOM = 40.0
_WAYS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


class Scatter(QWidget):
    """Shows thumbnails on a plane, both axes at the same scale.

    A click on a thumbnail picks it; a press elsewhere, and a drag anywhere, go to a point; the wheel zooms, the middle
    button pans, the arrows go from thumbnail to thumbnail and Enter picks. While `draws` is on, a drag draws.
    With Ctrl, a drag takes a thumbnail out.

    Signals
    -------
    picked(index) : int
    pointed(index) : int
        The pointer or the keyboard is on this thumbnail; -1 when on none.
    travelled(x, y, gesture) : float, float, int
        The user wants to go to this point of the map.
    stroked(points) : (n, 2) float32
        The user drew this line.
    labelled(index, kind) : int, int
        The user says of which kind a thumbnail is, 1 to 9; 0 takes that back.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("Move among the pictures of the map, pick one, see all", "Arrows,  Enter,  0"),
        Key("Label the picture that you point at, or remove its label", "1 to 9,  Backspace"),
    )

    picked = Signal(int)
    pointed = Signal(int)
    travelled = Signal(float, float, int)
    stroked = Signal(object)
    labelled = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.draws = False
        self.scene_for_drag: Callable[[int], bytes] | None = None  # what a drag takes along
        self._pulled: tuple[int, QPointF] | None = None
        self._points: Points = np.zeros((0, 2), np.float32)
        self._colours: Sequence[QColor | None] = ()
        self._atlas: Pictures = np.zeros((0, 1, 1, 4), np.uint8)  # what the thumbnails are wrapped around
        self._thumbs: list[QImage] = []
        self._side_px = 4 * UNIT
        self._marker: tuple[float, float] | None = None
        self._middle, self._zoom = (0.0, 0.0), 1.0
        self._whole: QPixmap | None = None
        self._hovered = self._cursor = -1
        self._grip: QPointF | None = None
        self._pressed: QPointF | None = None
        self._travels = False
        self._stroke: list[QPointF] = []
        self._hand = Hand()
        self._empty = ("No map yet", "")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Map")

    @property
    def current(self) -> int:
        """The thumbnail the pointer is on, else the one the keyboard is on, else -1."""
        return self._hovered if self._hovered >= 0 else self._cursor

    def show_map(self, points: Points, pictures: Pictures, colours: Sequence[QColor | None] = ()) -> None:
        """Show ``pictures``, (N, height, width, channels), at ``points``, (N, 2), framed in ``colours``."""
        side_px = _ATLAS_PX * min(math.sqrt(_FEW / max(len(pictures), 1)), 1.0)
        step = max(math.ceil(max(pictures.shape[1:3]) / side_px), 1)
        self._atlas = bgra_of(pictures[:, ::step, ::step])
        self._thumbs = [image_around(thumb) for thumb in self._atlas]
        self._points, self._colours = points, colours
        self._hovered = self._cursor = -1
        self.fit()

    def show_colours(self, colours: Sequence[QColor | None]) -> None:
        """Frame the thumbnails in other colours."""
        self._colours = colours
        self._redraw()

    def show_marker(self, point: tuple[float, float] | None) -> None:
        """Mark the place of the current picture, or none."""
        self._marker = point
        self.update()

    def set_side_px(self, side_px: int) -> None:
        """Show thumbnails of this size."""
        self._side_px = side_px
        self._redraw()

    def set_empty(self, text: str, hint: str = "") -> None:
        """Say this while there is no map."""
        self._empty = (text, hint)
        self.update()

    def fit(self) -> None:
        """Show all of the map."""
        if len(self._points):
            low, high = self._points.min(axis=0), self._points.max(axis=0)
            self._middle = (float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2)
        self._zoom = 1.0
        self._redraw()

    def spot_of(self, point: tuple[float, float]) -> QPointF:
        """Where a point of the map lies in the widget."""
        scale = self._scale
        return QPointF(
            self.width() / 2 + (point[0] - self._middle[0]) * scale,
            self.height() / 2 - (point[1] - self._middle[1]) * scale,
        )

    def point_at(self, place: QPointF) -> tuple[float, float]:
        """Which point of the map lies at a place of the widget."""
        scale = self._scale
        return (
            self._middle[0] + (place.x() - self.width() / 2) / scale,
            self._middle[1] - (place.y() - self.height() / 2) / scale,
        )

    def sizeHint(self) -> QSize:
        return QSize(70 * UNIT, 60 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(30 * UNIT, 24 * UNIT)

    @property
    def _scale(self) -> float:
        """Pixels a unit of the map."""
        if not len(self._points):
            return 1.0
        extent = np.maximum(np.ptp(self._points, axis=0), 1e-9)
        room = self.width() - self._side_px - 2 * UNIT, self.height() - self._side_px - 2 * UNIT
        return self._zoom * max(min(float(room[0] / extent[0]), float(room[1] / extent[1])), 1e-9)

    def _spots(self) -> NDArray[np.float64]:
        scale, points = self._scale, self._points.astype(np.float64)
        middle = np.array([self.width() / 2, self.height() / 2])
        spots: NDArray[np.float64] = (points - self._middle) * (scale, -scale) + middle
        return spots

    def _at(self, place: QPointF) -> int:
        """The thumbnail at a place: of those that overlap there, the one on top."""
        if not len(self._points):
            return -1
        apart = np.abs(self._spots() - (place.x(), place.y()))
        found = np.flatnonzero((apart <= np.array(self._sides(self._side_px)) / 2).all(axis=1))
        return int(found[-1]) if len(found) else -1

    def _sides(self, longest_px: float) -> tuple[float, float]:
        """Width and height of a thumbnail whose longer side is this long."""
        height, width = self._atlas.shape[1:3]
        scale = longest_px / max(height, width)
        return width * scale, height * scale

    def _place(self, x: float, y: float, longest_px: float) -> QRectF:
        """Where a thumbnail lies around its point."""
        width, height = self._sides(longest_px)
        return QRectF(x - width / 2, y - height / 2, width, height)

    def _point_to(self, hovered: int) -> None:
        if hovered != self._hovered:
            self._hovered = hovered
            self.setCursor(Qt.CursorShape.PointingHandCursor if hovered >= 0 else Qt.CursorShape.CrossCursor)
            self.pointed.emit(self.current)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self._grip = event.position()
        elif event.button() == Qt.MouseButton.LeftButton and len(self._points):
            index = self._at(event.position())
            ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if ctrl and index >= 0 and self.scene_for_drag is not None:
                self._pulled = index, event.position()
                return
            if self.draws:
                self._stroke = [event.position()]
                return
            self._pressed = event.position()
            self._hand.begin()
            if index < 0:
                self._travel(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            moved, scale = event.position() - self._grip, self._scale
            self._grip = event.position()
            self._middle = (self._middle[0] - moved.x() / scale, self._middle[1] + moved.y() / scale)
            self._redraw()
        elif self._pulled is not None:
            if is_pull(self._pulled[1], event.position()):
                index, self._pulled = self._pulled[0], None
                mime = self.mime_for_drag(index)
                if mime is not None:
                    drag_out(self, mime, self._thumbs[index])
        elif self._stroke:
            self._stroke.append(event.position())
            self.update()
        elif self._pressed is not None:
            way_px = (event.position() - self._pressed).manhattanLength()
            if self._travels or way_px >= QApplication.startDragDistance():
                self._travel(event.position())
        else:
            self._point_to(-1 if self.draws else self._at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position())
        if self._pressed is not None and not self._travels and index >= 0:
            self._cursor = index
            self.picked.emit(index)
        self._grip, self._pressed, self._pulled, self._travels = None, None, None, False
        stroke, self._stroke = self._stroke, []
        if len(stroke) > 1:
            self.stroked.emit(np.array([self.point_at(place) for place in stroke], np.float32))
        self.update()

    def mime_for_drag(self, index: int) -> QMimeData | None:
        """What a drag of one thumbnail takes along: its scene; None where the map was not told."""
        return scene_mime(self.scene_for_drag(index)) if self.scene_for_drag is not None else None

    def _travel(self, place: QPointF) -> None:
        self._travels = True
        self.travelled.emit(*self.point_at(place), self._hand.number)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A second press is a press."""
        self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_to(-1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        before = self.point_at(event.position())
        zoom = self._zoom * _PER_NOTCH ** (event.angleDelta().y() / 120)
        self._zoom = min(max(zoom, 0.5), _LARGEST_ZOOM)
        after = self.point_at(event.position())
        self._middle = (self._middle[0] + before[0] - after[0], self._middle[1] + before[1] - after[1])
        self._redraw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _WAYS and len(self._points):
            self._step(*_WAYS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor >= 0:
            self.picked.emit(self._cursor)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and self.current >= 0:
            self.labelled.emit(self.current, key - Qt.Key.Key_0)
        elif key == Qt.Key.Key_Backspace and self.current >= 0:
            self.labelled.emit(self.current, 0)
        else:
            event.ignore()

    def _step(self, across: int, down: int) -> None:
        """Go to the nearest thumbnail in a direction."""
        spots = self._spots()
        start = spots[self._cursor] if self._cursor >= 0 else np.array([self.width() / 2, self.height() / 2])
        apart = spots - start
        ahead = apart @ (across, down)
        aside = np.abs(apart @ (down, across))
        cost = np.where((ahead > 1.0) & (aside <= ahead), ahead + 2 * aside, np.inf)
        if np.isfinite(cost).any():
            self._cursor, self._hovered = int(cost.argmin()), -1
            self.pointed.emit(self._cursor)
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._redraw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._redraw()

    def _redraw(self) -> None:
        self._whole = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        painter = QPainter(self)
        if not len(self._points):
            paint_words(painter, QRectF(self.rect()), *self._empty, c)
            painter.end()
            return
        if self._whole is None or self._whole.devicePixelRatio() != self.devicePixelRatioF():
            self._whole = self._painted(c.mat)
        painter.drawPixmap(0, 0, self._whole)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.current >= 0 and (self._hovered >= 0 or self.hasFocus()):
            self._paint_current(painter, c.accent)
        if self._marker is not None:
            painter.setBrush(c.accent)
            painter.setPen(QPen(c.on_accent, 2))
            painter.drawEllipse(self.spot_of(self._marker), 7, 7)
        if self._stroke:
            painter.setPen(QPen(c.accent, 3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(self._stroke))
        painter.end()

    def _paint_current(self, painter: QPainter, accent: QColor) -> None:
        x, y = self._spots()[self.current]
        place = self._place(x, y, self._side_px * 1.6)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        thumb = self._thumbs[self.current]
        painter.drawImage(place, thumb)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(accent, 3))
        painter.drawRect(place)

    def _painted(self, ground: QColor) -> QPixmap:
        """All thumbnails in sight, painted once for many frames."""
        ratio = self.devicePixelRatioF()
        whole = QPixmap(self.size() * ratio)
        whole.setDevicePixelRatio(ratio)
        whole.fill(ground)
        with QPainter(whole) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            sight = QRectF(self.rect())
            for index, (x, y) in enumerate(self._spots().tolist()):
                place = self._place(x, y, self._side_px)
                if not place.intersects(sight):
                    continue
                thumb = self._thumbs[index]
                painter.drawImage(place, thumb)
                colour = self._colours[index] if index < len(self._colours) else None
                if colour is not None:
                    painter.setPen(QPen(colour, _FRAME))
                    painter.drawRect(place)
        return whole
