"""What sheets of cells have in common: they scroll below the names of their columns, beside those of their rows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

ARROWS = {
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
}  # fmt: skip
"""Rows and columns that the keys go."""


class CellView(QAbstractScrollArea):
    """Scrolls over cells, says of each what it is, and brings one into sight."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty = ("Nothing here yet", "")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(name)

    def set_empty(self, text: str, hint: str = "") -> None:
        """Say this while there is nothing to show."""
        self._empty = (text, hint)
        self.viewport().update()

    def _tip_at(self, place: QPoint) -> tuple[str, QRect] | None:
        """What is said of the cell at a place of the viewport, and where that cell lies; None beside all cells."""
        return None

    def _set_bars(self, down: tuple[int, int, int], across: tuple[int, int, int]) -> None:
        """Let the view scroll: pixels in all, pixels in sight, and pixels of a step, both ways."""
        for bar, (whole, part, step) in (
            (self.verticalScrollBar(), down),
            (self.horizontalScrollBar(), across),
        ):
            bar.setRange(0, max(whole - part, 0))
            bar.setPageStep(max(part, 1))
            bar.setSingleStep(max(step, 1))

    def _bring_into_sight(self, place: QRect, left_px: int, top_px: int, frame_px: int) -> None:
        """Scroll until a cell lies right of ``left_px`` and below ``top_px``, with room for its frame."""
        across, down, port = self.horizontalScrollBar(), self.verticalScrollBar(), self.viewport()
        beyond = max(place.right() + frame_px - port.width(), 0)
        across.setValue(across.value() + min(place.left() - left_px, 0) + beyond)
        beyond = max(place.bottom() + frame_px - port.height(), 0)
        down.setValue(down.value() + min(place.top() - top_px, 0) + beyond)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            tip = self._tip_at(event.pos())
            if tip is not None:
                QToolTip.showText(event.globalPos(), tip[0], self.viewport(), tip[1])
            return True
        return super().viewportEvent(event)
