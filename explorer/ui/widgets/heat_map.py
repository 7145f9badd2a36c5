"""A table of numbers as colours: blue below zero, orange above, the number in every cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import UNIT, Colours, colours_of, mixed
from explorer.ui.widgets.accessible import announce
from explorer.ui.widgets.cell_view import ARROWS, CellView
from explorer.ui.widgets.empty import paint_words
from explorer.ui.widgets.keys import Key

BELOW, ABOVE = QColor("#3a7fd0"), QColor("#e0812c")  # told apart with any kind of colour vision
_CELL_PX = QSize(9 * UNIT, 3 * UNIT + UNIT // 2)
_HEADER_PX = 3 * UNIT
_ELIDE = Qt.TextElideMode.ElideLeft  # "hair_colour=blond" and "hair_colour=grey" differ at the end
_MOST_NAME_PX = 20 * UNIT


@dataclass(frozen=True, eq=False)
class HeatTable:
    """What a heat map shows.

    Attributes
    ----------
    rows, columns : tuple of str
    shades : (rows, columns)
        -1, all blue, to 1, all orange.
    words : callable
        What stands in a cell, by row and column.
    tip : callable
        What is said of a cell.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    shades: NDArray[np.float64]
    words: Callable[[int, int], str]
    tip: Callable[[int, int], str]


class HeatMap(CellView):
    """Scrolls over a table, its names always in sight; the arrows go from cell to cell.

    Signals
    -------
    pointed(row, column) : int, int
        The pointer or the keyboard is on this cell; -1, -1 when on none.
    picked(row) : int
        A row was clicked, or Enter pressed in it.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (Key("Move in the table, pick a row", "Arrows,  Enter"),)

    pointed = Signal(int, int)
    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Heat map", parent)
        self._table: HeatTable | None = None
        self._cell = _CELL_PX
        self._current = (-1, -1)

    @property
    def table(self) -> HeatTable | None:
        """What is shown."""
        return self._table

    @property
    def current(self) -> tuple[int, int]:
        """Row and column of the cell that the pointer or the keyboard is on; (-1, -1) for none."""
        return self._current

    def show_table(self, table: HeatTable | None) -> None:
        """Show ``table``."""
        self._table = table
        self._current = (-1, -1)
        self._measure()
        self.viewport().update()

    def place_of(self, row: int, column: int) -> QRect:
        """Where a cell lies in the viewport."""
        corner = QPoint(
            self._left_px + column * self._cell.width() - self.horizontalScrollBar().value(),
            _HEADER_PX + row * self._cell.height() - self.verticalScrollBar().value(),
        )
        return QRect(corner, self._cell)

    def sizeHint(self) -> QSize:
        return QSize(60 * UNIT, 40 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(30 * UNIT, 12 * UNIT)

    @property
    def _left_px(self) -> int:
        rows = self._table.rows if self._table is not None else ()
        widest = max((self.fontMetrics().horizontalAdvance(name) for name in rows), default=0)
        return min(widest, _MOST_NAME_PX) + 3 * UNIT

    def _fitting_cell(self) -> QSize:
        """As wide as the longest name of a column needs, where there is room for all columns to be."""
        columns = self._table.columns if self._table is not None else ()
        widest = max((self.fontMetrics().horizontalAdvance(name) for name in columns), default=0) + UNIT
        room = (self.viewport().width() - self._left_px - UNIT) // max(len(columns), 1)
        return QSize(max(min(widest, room), _CELL_PX.width()), _CELL_PX.height())

    def _measure(self) -> None:
        table, port = self._table, self.viewport()
        self._cell = cell = self._fitting_cell()
        rows, columns = (len(table.rows), len(table.columns)) if table is not None else (0, 0)
        down = (rows * cell.height() + UNIT, port.height() - _HEADER_PX, cell.height())
        across = (columns * cell.width() + UNIT, port.width() - self._left_px, cell.width())
        self._set_bars(down, across)

    def _at(self, place: QPoint) -> tuple[int, int]:
        if self._table is None or place.x() < self._left_px or place.y() < _HEADER_PX:
            return (-1, -1)
        column = (place.x() - self._left_px + self.horizontalScrollBar().value()) // self._cell.width()
        row = (place.y() - _HEADER_PX + self.verticalScrollBar().value()) // _CELL_PX.height()
        inside = row < len(self._table.rows) and column < len(self._table.columns)
        return (row, column) if inside else (-1, -1)

    def _point(self, cell: tuple[int, int]) -> None:
        if cell == self._current:
            return
        self._current = cell
        if self._table is not None and cell[0] >= 0:
            announce(self, self._table.tip(*cell))
        self.viewport().update()
        self.pointed.emit(*cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row, column = self._at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self._point((row, column))
            self.picked.emit(row)

    def leaveEvent(self, event: QEvent) -> None:
        self._point((-1, -1))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, table = Qt.Key(event.key()), self._table
        if table is None:
            event.ignore()
        elif key in ARROWS:
            row, column = (max(place, 0) for place in self._current)
            if self._current[0] >= 0:
                row = min(max(row + ARROWS[key][0], 0), len(table.rows) - 1)
                column = min(max(column + ARROWS[key][1], 0), len(table.columns) - 1)
            self._point((row, column))
            self._bring_into_sight(self.place_of(row, column), self._left_px, _HEADER_PX, 2)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current[0] >= 0:
            self.picked.emit(self._current[0])
        else:
            event.ignore()

    def _tip_at(self, place: QPoint) -> tuple[str, QRect] | None:
        cell = self._at(place)
        if self._table is None or cell[0] < 0:
            return None
        return self._table.tip(*cell), self.place_of(*cell)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._measure()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self.viewport()) as painter:
            if self._table is None:
                paint_words(painter, self.viewport().rect().toRectF(), *self._empty, c)
            else:
                painter.save()
                painter.setClipRect(self.viewport().rect().adjusted(self._left_px, _HEADER_PX, 0, 0))
                self._paint_cells(painter, self._table, c)
                painter.restore()
                self._paint_names(painter, self._table, c)

    def _paint_cells(self, painter: QPainter, table: HeatTable, c: Colours) -> None:
        port = self.viewport().rect()
        for row in range(len(table.rows)):
            if (
                not self.place_of(row, 0)
                .adjusted(0, 0, port.width(), 0)
                .intersects(port.adjusted(-(1 << 20), 0, 1 << 20, 0))
            ):
                continue
            for column in range(len(table.columns)):
                place = self.place_of(row, column)
                if place.intersects(port):
                    self._paint_cell(painter, table, (row, column), place, c)

    def _paint_cell(self, painter: QPainter, table: HeatTable, cell: tuple[int, int], place: QRect, c: Colours) -> None:
        colour = shade(float(table.shades[cell]), c)
        inside = place.adjusted(1, 1, -1, -1)
        painter.fillRect(inside, colour)
        painter.setPen(QColor("#101216") if colour.lightnessF() > 0.5 else QColor("#f4f5f7"))
        painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, table.words(*cell))
        if cell == self._current:
            painter.setPen(QPen(c.text, 2))
            painter.drawRect(inside)

    def _paint_names(self, painter: QPainter, table: HeatTable, c: Colours) -> None:
        metrics, left = self.fontMetrics(), self._left_px
        painter.save()
        painter.setClipRect(0, _HEADER_PX, left, self.viewport().height())
        for row, name in enumerate(table.rows):
            place = self.place_of(row, 0)
            box = QRect(UNIT, place.top(), left - 2 * UNIT, place.height())
            painter.setPen(c.text if row == self._current[0] else c.muted)
            short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, short)
        painter.setClipRect(left, 0, self.viewport().width(), _HEADER_PX)
        for column, name in enumerate(table.columns):
            place = self.place_of(0, column)
            box = QRect(place.left() + 2, 0, place.width() - 4, _HEADER_PX)
            painter.setPen(c.text if column == self._current[1] else c.muted)
            short = metrics.elidedText(name, _ELIDE, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, short)
        painter.restore()


def shade(value: float, c: Colours) -> QColor:
    """The colour of a value from -1, all blue, to 1, all orange; by its square root, as small changes count."""
    if not np.isfinite(value):
        return c.surface
    strength = float(np.sqrt(min(abs(value), 1.0)))
    return mixed(ABOVE if value > 0 else BELOW, c.raised, strength)
