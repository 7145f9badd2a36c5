"""A line to type in that shortens its words with an ellipsis while nobody types in it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame

_INSET_PX = 2  # between what a line edit lies in and its words, on either side


class ElidedEdit(QLineEdit):
    """Shows as much of its text as there is room for; its tool tip is to say the rest."""

    @property
    def shown_text(self) -> str:
        """What is painted while nobody types."""
        words = self.text()
        return self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, self._room.width())

    @property
    def whole_px(self) -> int:
        """How wide it has to be for its text to be shown in full."""
        return self.fontMetrics().horizontalAdvance(self.text()) + self.width() - self._room.width() + 1

    @property
    def _room(self) -> QRect:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        inside = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        return inside.marginsRemoved(self.textMargins()).adjusted(_INSET_PX, 0, -_INSET_PX, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.shown_text
        if self.hasFocus() or shown == self.text():
            super().paintEvent(event)
            return
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        with QPainter(self) as painter:
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option, painter, self)
            painter.setPen(self.palette().text().color())
            painter.drawText(self._room, int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)
