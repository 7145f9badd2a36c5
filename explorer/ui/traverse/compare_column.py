"""One of the pictures that are compared, with its name above."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import column_of, text_label
from explorer.ui.widgets.picture_view import PictureView

SMALLEST_PX = 8 * UNIT


class CompareColumn(QWidget):
    """A name and a picture view below; the name is shortened to the width, however long it is."""

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self._name = name
        self._label = text_label()
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.view = PictureView()
        self.view.setMinimumWidth(SMALLEST_PX)
        column_of(self._label, (self.view, 1), on=self, margins=(0, UNIT // 2, 0, 0), spacing=UNIT // 2)
        self.show_name(name)

    def show_name(self, name: str) -> None:
        """Write this above the picture."""
        self._name = name
        self._label.setToolTip(name)
        self._fit_name()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_name()

    def _fit_name(self) -> None:
        middle, room = Qt.TextElideMode.ElideMiddle, max(self.width() - UNIT, 0)
        self._label.setText(self._label.fontMetrics().elidedText(self._name, middle, room))
