"""A sheet of tiles with a point on it that can be dragged."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import colours_of
from explorer.ui.tiles.tile_view import TileView
from explorer.ui.widgets.accessible import announce
from explorer.ui.widgets.gestures import Hand
from explorer.ui.widgets.keys import Key

_POINT_PX = 7
_STEPS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


class PlaneSheet(TileView):
    """Shows tiles and a point among them; press, drag, or use the arrows to move it. Ctrl and a drag take a tile out.

    Places run from (0, 0), the middle of the top left tile, to (1, 1), the middle of the bottom right one.

    Signals
    -------
    dragged(across, down, gesture) : float, float, int
    """

    KEYS: ClassVar[tuple[Key, ...]] = (Key("Move the point of the plane", "Arrows;  Shift: finer"),)

    dragged = Signal(float, float, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fits_height = True
        self._place: tuple[float, float] | None = None
        self._hand = Hand()
        self._held = False

    @property
    def point(self) -> tuple[float, float] | None:
        """Where the point is."""
        return self._place

    def show_point(self, point: tuple[float, float] | None) -> None:
        """Show the point there, or none."""
        if point != self._place:
            self._place = point
            self.viewport().update()

    def spot_of(self, point: tuple[float, float]) -> QPointF:
        """Where a place lies in the viewport."""
        first, last = self._corners()
        return QPointF(first.x() + point[0] * (last.x() - first.x()), first.y() + point[1] * (last.y() - first.y()))

    def _corners(self) -> tuple[QPointF, QPointF]:
        """The middles of the first and the last tile."""
        assert self.mosaic is not None
        last = self.mosaic.rows * self.mosaic.columns - 1
        return QPointF(self.place_of(0).center()), QPointF(self.place_of(last).center())

    def _drag_to(self, place: QPointF) -> None:
        if self.mosaic is None:
            return
        first, last = self._corners()
        across = (place.x() - first.x()) / max(last.x() - first.x(), 1.0)
        down = (place.y() - first.y()) / max(last.y() - first.y(), 1.0)
        self._move(across, down, self._hand.number)

    def _move(self, across: float, down: float, gesture: int) -> None:
        across, down = (min(max(value, 0.0), 1.0) for value in (across, down))
        self.show_point((across, down))
        announce(self, f"{across:.0%} across, {down:.0%} down")
        self.dragged.emit(across, down, gesture)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._held = True
            self._hand.begin()
            self._drag_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._held:
            self._drag_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = False
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or self.mosaic is None:
            event.ignore()
            return
        across, down = self._place or (0.5, 0.5)
        part = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        across += step[0] * part / max(self.mosaic.columns - 1, 1)
        down += step[1] * part / max(self.mosaic.rows - 1, 1)
        self._move(across, down, self._hand.burst("key"))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._place is None or self.mosaic is None:
            return
        c = colours_of(self.palette())
        with QPainter(self.viewport()) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(c.accent)
            painter.setPen(QPen(c.on_accent, 2))
            painter.drawEllipse(self.spot_of(self._place), _POINT_PX, _POINT_PX)
