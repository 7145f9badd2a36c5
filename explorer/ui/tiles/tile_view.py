"""A grid of pictures that scrolls, with names beside its rows and above its columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QRegion, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import RADIUS, UNIT, Colours, colours_of
from explorer.ui.tiles.mosaic import Mosaic
from explorer.ui.tiles.tile_layout import HEADER_PX, LARGEST_PX, SMALLEST_PX, Labels, TileLayout, fitting_px, pitch_of
from explorer.ui.tiles.tile_painting import paint_column_names, paint_meters, paint_row_names, paint_tiles
from explorer.ui.widgets.accessible import announce
from explorer.ui.widgets.cell_view import ARROWS, CellView
from explorer.ui.widgets.empty import paint_words
from explorer.ui.widgets.keys import Key
from explorer.ui.widgets.picture_drag import drag_out, is_pull, scene_mime

_FRAME_PX = 3  # around a tile, for the frame of the current one
_NO_LABELS = Labels()
_KEYS = {**ARROWS, Qt.Key.Key_PageUp: (-5, 0), Qt.Key.Key_PageDown: (5, 0)}


class TileView(CellView):
    """Shows a mosaic: one image a row, painted only where it is in sight.

    A click, or Enter, picks a tile; the arrows move among them; Ctrl and the wheel change their size. Where the
    view is told the scenes of its tiles, a drag takes one out.

    Signals
    -------
    picked(index) : int
        The user wants this tile.
    pointed(index) : int
        The pointer or the keyboard is on this tile; -1 when on none.
    moved()
        Other tiles are in sight.
    size_changed(size_px) : int
        The tiles are of this size now, by themselves or by the wheel.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("Move among the tiles, pick one", "Arrows,  Enter"),
        Key("Make the tiles larger or smaller", "Ctrl and the wheel"),
    )

    picked = Signal(int)
    pointed = Signal(int)
    moved = Signal()
    size_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Grid", parent)
        self.painted_count = 0
        self.fits_height = False  # whether all rows should be in sight too
        self.tip: Callable[[int], str] = str  # what to say of a tile
        self.scene_for_drag: Callable[[int], bytes] | None = None  # what a drag takes along
        self._mosaic: Mosaic | None = None
        self._labels, self._layout = _NO_LABELS, TileLayout()
        self._strengths: NDArray[np.float32] = np.zeros(0, np.float32)
        self._cursor = self._hovered = -1
        self._pressed: QPointF | None = None
        self._asked_px: int | None = None  # None fits the columns to the width

    @property
    def tile_px(self) -> int:
        """How wide a tile is."""
        return self._layout.tile_px

    @property
    def mosaic(self) -> Mosaic | None:
        """What is shown."""
        return self._mosaic

    @property
    def current(self) -> int:
        """The tile the pointer is on, else the one the keyboard is on, else -1."""
        return self._hovered if self._hovered >= 0 else self._cursor

    def show_mosaic(self, mosaic: Mosaic | None, labels: Labels = _NO_LABELS) -> None:
        """Show ``mosaic`` from now on; the place it is scrolled to stays where it can."""
        self._mosaic, self._labels = mosaic, labels
        self._strengths = np.zeros(0, np.float32)
        count = mosaic.rows * mosaic.columns if mosaic is not None else 0
        self._cursor, self._hovered = min(self._cursor, count - 1), min(self._hovered, count - 1)
        self._measure()
        self.viewport().update()

    def show_labels(self, labels: Labels) -> None:
        """Name the rows and the columns otherwise."""
        if labels != self._labels:
            self._labels = labels
            self._measure()
            self.viewport().update()

    def show_strengths(self, strengths: NDArray[np.float32]) -> None:
        """Draw a bar below the name of each row, (rows,), the largest being full."""
        self._strengths = strengths
        self.viewport().update(0, 0, self._layout.left_px, self.viewport().height())

    def set_tile_px(self, size_px: int | None) -> None:
        """Make the tiles this large; None fits their columns to the width."""
        self._asked_px = None if size_px is None else min(max(size_px, SMALLEST_PX), LARGEST_PX)
        self._measure()
        self.viewport().update()

    def tiles_changed(self, indices: NDArray[np.intp]) -> None:
        """Paint these tiles again at the next frame."""
        columns = self._layout.columns
        if self._mosaic is None:
            return
        region = QRegion()
        for row in self.visible_rows():
            inside = indices[indices // columns == row]
            if len(inside):
                ends = self.place_of(int(inside.min())).united(self.place_of(int(inside.max())))
                region += _framed(ends)
        self.viewport().update(region)

    def visible_rows(self) -> range:
        """The rows of which something is in sight."""
        top = self.verticalScrollBar().value()
        return self._layout.rows_between(top, self.viewport().height() - self._layout.top_px)

    def place_of(self, index: int) -> QRect:
        """Where a tile lies in the viewport."""
        return self._layout.place_of(index, self._scrolled)

    def sizeHint(self) -> QSize:
        return QSize(80 * UNIT, 60 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(30 * UNIT, 24 * UNIT)

    @property
    def _scrolled(self) -> QPoint:
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _measure(self) -> None:
        before = self.tile_px
        self._layout = self._measured() if self._mosaic is not None else TileLayout(tile_px=before)
        if self.tile_px != before:
            self.size_changed.emit(self.tile_px)
        layout, port = self._layout, self.viewport()
        high_px, wide_px = (0, 0) if self.fits_height else (layout.high_px, layout.wide_px)
        down = (high_px, port.height() - layout.top_px, layout.pitch_down_px // 2)
        across = (wide_px, port.width() - layout.left_px - UNIT, layout.pitch_px // 2)
        self._set_bars(down, across)

    def _measured(self) -> TileLayout:
        assert self._mosaic is not None
        rows, columns, metrics = self._mosaic.rows, self._mosaic.columns, self.fontMetrics()
        share = self._mosaic.height / self._mosaic.width
        left_px, top_px = (
            self._labels.left_px(metrics),
            max(HEADER_PX, metrics.height() + UNIT // 2) if self._labels.columns else UNIT,
        )
        tile_px = self._asked_px or fitting_px(columns, self.viewport().width() - left_px - UNIT)
        if self.fits_height:
            high_px = fitting_px(rows, self.viewport().height() - top_px - UNIT)
            tile_px = min(tile_px, max(int(high_px / share), 1))
        elif self._asked_px is None:
            tile_px = max(tile_px, SMALLEST_PX)
        step = self._labels.column_step(metrics, pitch_of(tile_px))
        return TileLayout(rows, columns, tile_px, max(round(tile_px * share), 1), left_px, top_px, step)

    def _at(self, place: QPointF) -> int:
        return self._layout.at(place, self._scrolled)

    def _point(self, hovered: int) -> None:
        if hovered != self._hovered:
            before, self._hovered = self._hovered, hovered
            shape = Qt.CursorShape.PointingHandCursor if hovered >= 0 else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            for index in (before, hovered, self._cursor):
                if index >= 0:
                    self.viewport().update(_framed(self.place_of(index)))
            self.viewport().update(0, 0, self._layout.left_px, self.viewport().height())
            self.pointed.emit(self.current)

    def _move_cursor(self, index: int) -> None:
        self._cursor = min(max(index, 0), self._layout.rows * self._layout.columns - 1)
        self._hovered = -1
        layout = self._layout
        self._bring_into_sight(self.place_of(self._cursor), layout.left_px, layout.top_px, _FRAME_PX)
        announce(self, self.tip(self._cursor))
        self.viewport().update()
        self.pointed.emit(self.current)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._cursor, self._pressed = index, event.position()
            if self.scene_for_drag is None:
                self.picked.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.scene_for_drag is not None and is_pull(self._pressed, event.position()):
            self._pressed = None
            self._pull_out(self._cursor)
        else:
            self._point(self._at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None and self.scene_for_drag is not None:
            self.picked.emit(self._cursor)

    def _pull_out(self, index: int) -> None:
        mime = self.mime_for_drag(index)
        if mime is not None:
            shot = self.viewport().grab(self.place_of(index)).toImage()
            drag_out(self, mime, shot)

    def mime_for_drag(self, index: int) -> QMimeData | None:
        """What a drag of one tile takes along: its scene; None where the view was not told."""
        return scene_mime(self.scene_for_drag(index)) if self.scene_for_drag is not None else None

    def leaveEvent(self, event: QEvent) -> None:
        self._point(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, layout = Qt.Key(event.key()), self._layout
        if self._mosaic is None:
            event.ignore()
        elif key in _KEYS:
            row, column = divmod(max(self._cursor, 0), layout.columns)
            if self._cursor >= 0:
                row = min(max(row + _KEYS[key][0], 0), layout.rows - 1)
                column = min(max(column + _KEYS[key][1], 0), layout.columns - 1)
            self._move_cursor(row * layout.columns + column)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._move_cursor(0 if key == Qt.Key.Key_Home else layout.rows * layout.columns)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor >= 0:
            self.picked.emit(self._cursor)
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_tile_px(round(self.tile_px * 1.15 ** (event.angleDelta().y() / 120)))
            event.accept()
        else:
            super().wheelEvent(event)

    def _tip_at(self, place: QPoint) -> tuple[str, QRect] | None:
        index = self._at(QPointF(place))
        return (self.tip(index), self.place_of(index)) if index >= 0 else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._measure()
        self.moved.emit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        self.moved.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self.viewport()) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            if self._mosaic is None:
                paint_words(painter, QRectF(self.viewport().rect()), *self._empty, c)
            else:
                self._paint_tiles(painter, self._mosaic, event.rect(), c)
                self._paint_names(painter, event.rect(), c)
        self.painted_count += 1

    def _paint_tiles(self, painter: QPainter, mosaic: Mosaic, dirty: QRect, c: Colours) -> None:
        layout, port = self._layout, self.viewport()
        corner = QPoint(layout.left_px - _FRAME_PX, layout.top_px - _FRAME_PX)
        painter.save()
        painter.setClipRect(QRect(corner, port.rect().bottomRight()), Qt.ClipOperation.IntersectClip)
        paint_tiles(painter, mosaic, layout, self._scrolled, self.visible_rows(), dirty)
        if self._hovered >= 0 or (self._cursor >= 0 and self.hasFocus()):
            painter.setPen(QPen(c.accent, 2))
            frame = self.place_of(self.current).adjusted(-1, -1, 1, 1)
            painter.drawRoundedRect(frame, RADIUS / 2, RADIUS / 2)
        painter.restore()

    def _paint_names(self, painter: QPainter, dirty: QRect, c: Colours) -> None:
        layout, scrolled, rows = self._layout, self._scrolled, self.visible_rows()
        if self._labels.columns and dirty.top() < layout.top_px:
            paint_column_names(painter, self._labels, layout, scrolled, c)
        if self._labels.rows and dirty.left() < layout.left_px:
            below = QRect(0, layout.top_px - _FRAME_PX, layout.left_px, self.viewport().height())
            painter.setClipRect(below)
            current = self.current // layout.columns
            paint_row_names(painter, self._labels, layout, scrolled, rows, current, c)
            paint_meters(painter, self._strengths, layout, scrolled, rows, c)


def _framed(place: QRect) -> QRect:
    """A tile's place with room for its frame."""
    return place.adjusted(-_FRAME_PX, -_FRAME_PX, _FRAME_PX, _FRAME_PX)
