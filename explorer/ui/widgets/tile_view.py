"""A grid of pictures that scrolls, with names beside its rows and above its columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from explorer.ui.theme import RADIUS, UNIT, Colours, colours_of, mixed
from explorer.ui.widgets.empty import paint_words
from explorer.ui.widgets.mosaic import GAP_SHARE, Mosaic

SMALLEST_PX, LARGEST_PX = 16, 256
_HEADER_PX = 3 * UNIT
_METER_PX = 4
_KEYS = {
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_PageUp: (-5, 0), Qt.Key.Key_PageDown: (5, 0),
}  # fmt: skip


@dataclass(frozen=True)
class Labels:
    """What stands around a grid.

    Attributes
    ----------
    rows, columns : tuple of str
        Empty where nothing should stand there.
    """

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class TileView(QAbstractScrollArea):
    """Shows a mosaic: one image a row, painted only where it is in sight.

    A click, or Enter, picks a tile; the arrows move among them; Ctrl and the wheel change their size.

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

    picked = Signal(int)
    pointed = Signal(int)
    moved = Signal()
    size_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.painted_count = 0
        self.tip: Callable[[int], str] = str  # what to say of a tile
        self._mosaic: Mosaic | None = None
        self._labels = Labels()
        self._strengths: NDArray[np.float32] = np.zeros(0, np.float32)
        self._cursor = self._hovered = -1
        self._asked_px: int | None = None  # None fits the columns to the width
        self.fits_height = False  # and the rows to the height too
        self._tile_px = 64
        self._empty = ("Nothing here yet", "")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName("Grid")

    @property
    def tile_px(self) -> int:
        """The side of a tile."""
        return self._tile_px

    @property
    def mosaic(self) -> Mosaic | None:
        """What is shown."""
        return self._mosaic

    @property
    def current(self) -> int:
        """The tile the pointer is on, else the one the keyboard is on, else -1."""
        return self._hovered if self._hovered >= 0 else self._cursor

    def show_mosaic(self, mosaic: Mosaic | None, labels: Labels = Labels()) -> None:
        """Show ``mosaic`` from now on; the place it is scrolled to stays where it can."""
        self._mosaic, self._labels = mosaic, labels
        self._strengths = np.zeros(0, np.float32)
        count = mosaic.rows * mosaic.columns if mosaic is not None else 0
        self._cursor = min(self._cursor, count - 1)
        self._hovered = min(self._hovered, count - 1)
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
        self.viewport().update(0, 0, self._left, self.viewport().height())

    def set_empty(self, text: str, hint: str = "") -> None:
        """Say this while there is nothing to show."""
        self._empty = (text, hint)
        self.viewport().update()

    def set_tile_px(self, size_px: int | None) -> None:
        """Make the tiles this large; None fits their columns to the width."""
        self._asked_px = None if size_px is None else min(max(size_px, SMALLEST_PX), LARGEST_PX)
        self._measure()
        self.viewport().update()

    def tiles_changed(self, indices: NDArray[np.intp]) -> None:
        """Paint these tiles again at the next frame."""
        if self._mosaic is None or not self.visible_rows():
            return
        shown = self.visible_rows()
        region = QRegion()
        rows = np.asarray(indices) // self._mosaic.columns
        for row in np.unique(rows):
            if row in shown:
                part = np.asarray(indices)[rows == row] % self._mosaic.columns
                region += self._box(int(row), int(part.min()), int(part.max()))
        self.viewport().update(region)

    def visible_rows(self) -> range:
        """The rows of which something is in sight."""
        if self._mosaic is None:
            return range(0)
        top = self.verticalScrollBar().value()
        height = self.viewport().height() - self._top
        first, last = top // self._pitch_px, (top + height - 1) // self._pitch_px
        return range(max(first, 0), min(last + 1, self._mosaic.rows))

    def place_of(self, index: int) -> QRect:
        """Where a tile lies in the viewport."""
        assert self._mosaic is not None
        row, column = divmod(index, self._mosaic.columns)
        left = self._left + column * self._pitch_px - self.horizontalScrollBar().value()
        top = self._top + row * self._pitch_px - self.verticalScrollBar().value()
        return QRect(left, top, self._tile_px, self._tile_px)

    def sizeHint(self) -> QSize:
        return QSize(80 * UNIT, 60 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(30 * UNIT, 24 * UNIT)

    @property
    def _pitch_px(self) -> int:
        return self._tile_px + max(round(self._tile_px * GAP_SHARE), 1)

    @property
    def _top(self) -> int:
        return _HEADER_PX if self._labels.columns else UNIT

    @property
    def _left(self) -> int:
        if not self._labels.rows:
            return UNIT
        widest = max(self.fontMetrics().horizontalAdvance(name) for name in self._labels.rows)
        return min(max(widest, 5 * UNIT), 16 * UNIT) + 3 * UNIT

    def _measure(self) -> None:
        if self._mosaic is None:
            return
        before = self._tile_px
        room = self.viewport().width() - self._left - UNIT
        if self._asked_px is not None:
            self._tile_px = self._asked_px
        else:
            deep = self.viewport().height() - self._top - UNIT
            sides = [room / self._mosaic.columns, *([deep / self._mosaic.rows] if self.fits_height else [])]
            fitting = int(min(sides) / (1 + GAP_SHARE))
            self._tile_px = min(max(fitting, 1 if self.fits_height else SMALLEST_PX), LARGEST_PX)
        if self._tile_px != before:
            self.size_changed.emit(self._tile_px)
        self._set_bars(room)

    def _set_bars(self, room: int) -> None:
        assert self._mosaic is not None
        high = self._mosaic.rows * self._pitch_px + UNIT
        wide = self._mosaic.columns * self._pitch_px
        deep = self.viewport().height() - self._top
        for bar, whole, part in (
            (self.verticalScrollBar(), high, deep),
            (self.horizontalScrollBar(), wide, room),
        ):
            bar.setRange(0, 0 if self.fits_height else max(whole - part, 0))
            bar.setPageStep(max(part, 1))
            bar.setSingleStep(self._pitch_px // 2)

    def _box(self, row: int, first: int, last: int) -> QRect:
        assert self._mosaic is not None
        start = self.place_of(row * self._mosaic.columns + first)
        return start.united(self.place_of(row * self._mosaic.columns + last)).adjusted(-3, -3, 3, 3)

    def _at(self, place: QPointF) -> int:
        if self._mosaic is None or place.x() < self._left or place.y() < self._top:
            return -1
        column = int(place.x() - self._left + self.horizontalScrollBar().value()) // self._pitch_px
        row = int(place.y() - self._top + self.verticalScrollBar().value()) // self._pitch_px
        if not (0 <= row < self._mosaic.rows and 0 <= column < self._mosaic.columns):
            return -1
        return row * self._mosaic.columns + column

    def _point(self, hovered: int) -> None:
        if hovered != self._hovered:
            before, self._hovered = self._hovered, hovered
            self.viewport().setCursor(
                Qt.CursorShape.PointingHandCursor if hovered >= 0 else Qt.CursorShape.ArrowCursor
            )
            for index in (before, hovered):
                if index >= 0:
                    self.viewport().update(self.place_of(index).adjusted(-3, -3, 3, 3))
            self.pointed.emit(self.current)

    def _move_cursor(self, index: int) -> None:
        assert self._mosaic is not None
        self._cursor = min(max(index, 0), self._mosaic.rows * self._mosaic.columns - 1)
        self._hovered = -1
        place = self.place_of(self._cursor)
        for bar, low, high, edge in (
            (self.verticalScrollBar(), place.top() - self._top, place.bottom() + 3, self.viewport().height()),
            (
                self.horizontalScrollBar(),
                place.left() - self._left,
                place.right() + 3,
                self.viewport().width(),
            ),
        ):
            bar.setValue(bar.value() + min(low, 0) + max(high - edge, 0))
        self.setAccessibleDescription(self.tip(self._cursor))
        self.viewport().update()
        self.pointed.emit(self.current)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._cursor = index
            self.picked.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._mosaic is None:
            event.ignore()
        elif key in _KEYS:
            row, column = divmod(max(self._cursor, 0), self._mosaic.columns)
            if self._cursor >= 0:
                row = min(max(row + _KEYS[key][0], 0), self._mosaic.rows - 1)
                column = min(max(column + _KEYS[key][1], 0), self._mosaic.columns - 1)
            self._move_cursor(row * self._mosaic.columns + column)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._move_cursor(0 if key == Qt.Key.Key_Home else 1 << 30)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor >= 0:
            self.picked.emit(self._cursor)
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_tile_px(round(self._tile_px * 1.15 ** (event.angleDelta().y() / 120)))
            event.accept()
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._at(QPointF(event.pos()))
            if index >= 0:
                QToolTip.showText(event.globalPos(), self.tip(index), self.viewport(), self.place_of(index))
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._measure()
        self.moved.emit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        self.moved.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._mosaic is None:
            paint_words(painter, QRectF(self.viewport().rect()), *self._empty, c)
        else:
            self._paint_rows(painter, event.rect(), c)
            self._paint_names(painter, event.rect(), c)
        painter.end()
        self.painted_count += 1

    def _paint_rows(self, painter: QPainter, dirty: QRect, c: Colours) -> None:
        assert self._mosaic is not None
        columns = self._mosaic.columns
        painter.save()
        painter.setClipRect(self._inside(), Qt.ClipOperation.IntersectClip)
        for row in self.visible_rows():
            place = self.place_of(row * columns)
            target = QRect(place.topLeft(), QSize(columns * self._pitch_px, self._tile_px))
            if target.intersects(dirty):
                painter.drawImage(target, self._mosaic.band(row))
        if self._hovered >= 0 or (self._cursor >= 0 and self.hasFocus()):
            painter.setPen(QPen(c.accent, 2))
            painter.drawRoundedRect(
                self.place_of(self.current).adjusted(-1, -1, 1, 1), RADIUS / 2, RADIUS / 2
            )
        painter.restore()

    def _inside(self) -> QRect:
        corner = QPoint(self._left - 3 if self._labels.rows else 0, self._top - 3)
        return QRect(corner, self.viewport().rect().bottomRight())

    def _paint_names(self, painter: QPainter, dirty: QRect, c: Colours) -> None:
        assert self._mosaic is not None
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(c.muted)
        if self._labels.columns and dirty.top() < self._top:
            for column in range(self._mosaic.columns):
                place = self.place_of(column)
                if place.left() >= self._left - 3 and self._column_fits(column):
                    box = QRect(place.left(), 0, self._tile_px, _HEADER_PX)
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._labels.columns[column])
        if not self._labels.rows or dirty.left() >= self._left:
            return
        painter.setClipRect(QRect(0, self._top - 3, self._left, self.viewport().height()))
        strongest = float(self._strengths.max()) if self._strengths.size else 0.0
        for row in self.visible_rows():
            place = self.place_of(row * self._mosaic.columns)
            box = QRect(UNIT, place.top(), self._left - 2 * UNIT, place.height())
            painter.setPen(c.text if row == self.current // self._mosaic.columns >= 0 else c.muted)
            if strongest > 0 and place.height() >= 3 * UNIT:
                box.adjust(0, 0, 0, -_METER_PX - 2)
                share = float(self._strengths[row]) / strongest
                self._paint_meter(painter, place.center().y() + UNIT, share, c)
            name = painter.fontMetrics().elidedText(
                self._labels.rows[row], Qt.TextElideMode.ElideRight, box.width()
            )
            painter.drawText(box, middle | Qt.AlignmentFlag.AlignLeft, name)

    def _column_fits(self, column: int) -> bool:
        """Whether there is room for the name of a column: where tiles are small, every second or fifth has."""
        widest = max(self.fontMetrics().horizontalAdvance(name) for name in self._labels.columns) + UNIT // 2
        every = next(
            (step for step in (1, 2, 5, 10, 20) if step * self._pitch_px >= widest), len(self._labels.columns)
        )
        return column % every == 0

    def _paint_meter(self, painter: QPainter, top: int, share: float, c: Colours) -> None:
        whole = QRectF(UNIT, top, self._left - 3 * UNIT, _METER_PX)
        painter.fillRect(whole, mixed(c.text, c.window, 0.1))
        painter.fillRect(QRectF(whole.x(), whole.y(), whole.width() * share, _METER_PX), c.accent)
