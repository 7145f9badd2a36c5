"""Eight ways to go from here: the sheet to wander by clicking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from explorer.ui.theme import UNIT, Colours, colours_of
from explorer.ui.widgets.accessible import announce
from explorer.ui.widgets.keys import Key
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import column_of, named, row_of, text_label, tool_button
from explorer.ui.widgets.picture_drag import drag_out, is_pull, scene_mime
from explorer.ui.widgets.qimages import image_of
from explorer.ui.widgets.thumbnail_frames import paint_rounded

CENTRE = 4
_COUNT, _SIDE = 9, 3
_GAP_PX = UNIT // 2


class NeighbourSheet(QWidget):
    """Nine tiles in three rows: the middle one (index 4) is the current picture, the others lead on.

    Signals
    -------
    spread_changed(spread) : float
        How far away the neighbours should be, in standard deviations of the prior.
    """

    spread_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = NeighbourTiles(self)
        self.slider = named(
            Slider(0.05, 2.0, home=0.5, step=0.05),
            "Step size",
            "How far the neighbours are from here, in standard deviations of the prior.",
        )
        self.slider.moved.connect(self._spread_moved)
        self._figure = QLabel(f"{self.spread:.2f}")
        self._figure.setMinimumWidth(4 * UNIT)
        self._figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.others = tool_button("reset", "Other neighbours", "Look in eight other directions.")
        row = row_of(text_label("Step"), (self.slider, 1), self._figure, self.others, margins=(UNIT, 0))
        column_of((self.tiles, 1), row, on=self)

    @property
    def spread(self) -> float:
        """How far away the neighbours should be, in standard deviations of the prior."""
        return self.slider.value

    def show_tiles(self, tiles: Sequence[NDArray[np.uint8] | None]) -> None:
        """Show nine pictures row by row, (height, width, 1 or 3) uint8; None while one is being drawn."""
        for index, tile in enumerate(tiles):
            self.tiles.show_tile(index, tile)

    def _spread_moved(self, spread: float, gesture: int) -> None:
        self._figure.setText(f"{spread:.2f}")
        self.spread_changed.emit(spread)


class NeighbourTiles(QWidget):
    """The nine tiles themselves; 1 to 9, or the arrows and Enter, pick one too.

    Signals
    -------
    picked(index) : int
        The user wants to go to this tile; never 4.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (Key("Go to a neighbour", "1  to  9,  or arrows and Enter"),)

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: list[QImage | None] = [None] * _COUNT
        self._hovered: int | None = None
        self._cursor = 0
        self.scene_for_drag: Callable[[int], bytes] | None = None  # what a drag of one takes along
        self._pressed: tuple[int | None, QPointF] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Neighbours")
        self.setToolTip("Click a neighbour to go there; the middle is where you are. Keys 1 to 9 go too.")

    def show_tile(self, index: int, tile: NDArray[np.uint8] | None) -> None:
        """Show ``tile``, (height, width, 1 or 3), at ``index``; None while it is being drawn."""
        self._images[index] = None if tile is None else image_of(tile)
        self.update()

    def place_of(self, index: int) -> QRectF:
        """Where the tile at ``index`` lies."""
        room = min(self.width(), self.height())
        side = max((room - (_SIDE - 1) * _GAP_PX - 4) // _SIDE, 1)  # 2 px for the frame at both ends
        whole = _SIDE * side + (_SIDE - 1) * _GAP_PX
        left, top = (self.width() - whole) // 2, (self.height() - whole) // 2
        row, column = divmod(index, _SIDE)
        return QRectF(left + column * (side + _GAP_PX), top + row * (side + _GAP_PX), side, side)

    def sizeHint(self) -> QSize:
        return QSize(36 * UNIT, 36 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(18 * UNIT, 18 * UNIT)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return width

    def _at(self, place: QPointF) -> int | None:
        return next((index for index in range(_COUNT) if self.place_of(index).contains(place)), None)

    def _pick(self, index: int | None) -> None:
        if index is not None and index != CENTRE and self._images[index] is not None:
            self._cursor = index
            self.picked.emit(index)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._at(event.position()), event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None:
            self._pick(pressed[0])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and is_pull(self._pressed[1], event.position()):
            index, self._pressed = self._pressed[0], None
            image = self._images[index] if index is not None else None
            if index is not None and image is not None and self.scene_for_drag is not None:
                drag_out(self, scene_mime(self.scene_for_drag(index)), image)
            return
        self._hovered = self._at(event.position())
        self.setCursor(
            Qt.CursorShape.ArrowCursor if self._hovered in (None, CENTRE) else Qt.CursorShape.PointingHandCursor
        )
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        row, column = divmod(self._cursor, _SIDE)
        ways = {
            Qt.Key.Key_Left: (row, column - 1), Qt.Key.Key_Right: (row, column + 1),
            Qt.Key.Key_Up: (row - 1, column), Qt.Key.Key_Down: (row + 1, column),
        }  # fmt: skip
        if key in ways:
            row, column = (min(max(v, 0), _SIDE - 1) for v in ways[key])
            self._cursor = row * _SIDE + column
            announce(self, "The current picture" if self._cursor == CENTRE else f"Neighbour {self._cursor + 1} of 9")
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(self._cursor)
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self._pick(key - Qt.Key.Key_1)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            for index in range(_COUNT):
                self._paint_tile(painter, index, c)

    def _paint_tile(self, painter: QPainter, index: int, c: Colours) -> None:
        place, image = self.place_of(index), self._images[index]
        rounded = paint_rounded(painter, place, image, c)
        pen = self._frame(index, c)
        if pen is not None:
            painter.strokePath(rounded, pen)

    def _frame(self, index: int, c: Colours) -> QPen | None:
        if index == CENTRE:
            return QPen(c.text, 2)
        if index == self._hovered or (self.hasFocus() and index == self._cursor):
            return QPen(c.accent, 3)
        return None
