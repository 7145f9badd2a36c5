"""A sheet of samples to mark: A has it, B does not, and the badge says which without colour too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.session.directions.marks import Side
from explorer.ui.theme import RADIUS, UNIT, Colours, colours_of
from explorer.ui.tiles.mosaic import Mosaic
from explorer.ui.tiles.tile_layout import TileLayout, fitting_px, pitch_of
from explorer.ui.tiles.tile_view import TileView
from explorer.ui.widgets.gestures import claims
from explorer.ui.widgets.keys import Key

_KEYS: dict[int, Side | None] = {
    Qt.Key.Key_A: "A",
    Qt.Key.Key_B: "B",
    Qt.Key.Key_Delete: None,
    Qt.Key.Key_Backspace: None,
    Qt.Key.Key_Space: None,
}
_BADGE_PX = 20
_LEAST_PX = 12 * UNIT  # of a tile that nobody made smaller


class MarkSheet(TileView):
    """Shows so many samples in as many columns as there is room for, and takes marks.

    The left button marks A, the right one or Shift marks B, the same again takes the mark off; A and B mark
    the tile that the keyboard is on, Delete and Space take its mark off.

    Signals
    -------
    marked(index, side) : int, "A" or "B" or None
    """

    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("Mark a sample: has it, does not have it, neither", "A,  B  or  Delete on its tile"),
    )

    marked = Signal(int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.side_of: Callable[[int], Side | None] = lambda _index: None
        self.setAccessibleName("Samples to mark")
        self._count = 0
        self._shape = (1, 1, 3)
        self.size_changed.connect(lambda _px: self._arrange())

    @property
    def count(self) -> int:
        """How many samples there are."""
        return self._count

    @property
    def is_pointed_at(self) -> bool:
        """Whether the pointer is on a sample."""
        return self._hovered >= 0

    def show_samples(self, count: int, shape: tuple[int, int, int]) -> None:
        """Make room for ``count`` samples that are still to be drawn."""
        self._count, self._shape = count, shape
        self._cursor = self._hovered = -1
        self.show_mosaic(Mosaic(*self._grid(), shape) if count else None)
        self.verticalScrollBar().setValue(0)

    def put(self, indices: NDArray[np.intp], pictures: NDArray[np.uint8]) -> None:
        """Show some pictures."""
        if self.mosaic is not None:
            self.mosaic.put(indices, pictures)
            self.tiles_changed(indices)

    def order(self) -> Sequence[int]:
        """Which samples are yet to be drawn."""
        known = self.mosaic.known[: self._count] if self.mosaic is not None else np.zeros(0, bool)
        return [int(index) for index in np.flatnonzero(~known)]

    def show_marks(self) -> None:
        """Paint the marks again."""
        self.viewport().update()
        if self._cursor >= 0:
            self.setAccessibleDescription(self.tip(self._cursor))

    def _grid(self) -> tuple[int, int]:
        columns = max(min(self._room_px // pitch_of(self._asked_px or self._fitting_px()), self._count), 1)
        return -(-self._count // columns), columns

    @property
    def _room_px(self) -> int:
        """How wide a row of tiles may be."""
        return self.viewport().width() - 2 * UNIT

    def _fitting_px(self) -> int:
        """The largest tiles of which all are in sight at once, as long as they are large enough to judge."""
        share, high_px = self._shape[0] / self._shape[1], self.viewport().height() - 2 * UNIT
        for columns in range(1, self._count + 1):
            tile_px = fitting_px(columns, self._room_px)
            if -(-self._count // columns) * pitch_of(max(round(tile_px * share), 1)) <= high_px:
                return max(tile_px, _LEAST_PX)
        return _LEAST_PX

    def _measured(self) -> TileLayout:
        """Of the size that was asked for, else the one that fits."""
        if self._asked_px is not None:
            return super()._measured()
        self._asked_px = self._fitting_px()
        try:
            return super()._measured()
        finally:
            self._asked_px = None

    def _arrange(self) -> None:
        """Lay the same pictures out in as many columns as fit now."""
        old = self.mosaic
        if old is None or self._grid()[1] == old.columns:
            return
        new = Mosaic(*self._grid(), self._shape)
        known = np.flatnonzero(old.known[: self._count])
        new.pictures[known], new.known[known] = old.pictures[known], True
        self.show_mosaic(new)

    def _at(self, place: QPointF) -> int:
        index = super()._at(place)
        return index if index < self._count else -1

    def _move_cursor(self, index: int) -> None:
        super()._move_cursor(min(index, self._count - 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position())
        left = event.button() == Qt.MouseButton.LeftButton
        if index < 0 or not (left or event.button() == Qt.MouseButton.RightButton):
            return
        self._cursor = index
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        side: Side = "A" if left and not shifted else "B"
        self.marked.emit(index, None if self.side_of(index) == side else side)

    def marks_with(self, event: QKeyEvent) -> bool:
        """Whether a key marks."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        return plain and event.key() in _KEYS and self.mosaic is not None

    def event(self, event: QEvent) -> bool:
        """Claim the keys that mark before the window's shortcuts get them."""
        return claims(event, self.marks_with) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.marks_with(event):
            super().keyPressEvent(event)
        elif self.current >= 0:
            self.marked.emit(self.current, _KEYS[event.key()])

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        mosaic = self.mosaic
        if mosaic is None:
            return
        c = colours_of(self.palette())
        with QPainter(self.viewport()) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for row in self.visible_rows():
                for index in range(row * mosaic.columns, (row + 1) * mosaic.columns):
                    if index >= self._count:
                        painter.fillRect(self.place_of(index), c.window)
                    elif (side := self.side_of(index)) is not None:
                        _paint_mark(painter, self.place_of(index), side, c)


def _paint_mark(painter: QPainter, place: QRect, side: Side, c: Colours) -> None:
    """A: a full frame and a filled disc. B: a dashed frame and a square."""
    ink, paper = (c.accent, c.on_accent) if side == "A" else (c.text, c.window)
    pen = QPen(ink, 3, Qt.PenStyle.SolidLine if side == "A" else Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), RADIUS / 2, RADIUS / 2)
    badge_px = min(_BADGE_PX, place.width() // 2)
    badge = QRectF(place.left() + 4, place.top() + 4, badge_px, badge_px)
    painter.setPen(QPen(paper, 1))
    painter.setBrush(ink)
    painter.drawEllipse(badge) if side == "A" else painter.drawRect(badge)
    font = QFont(painter.font())
    font.setBold(True)
    font.setPixelSize(max(badge_px * 3 // 5, 7))
    painter.setFont(font)
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, side)
