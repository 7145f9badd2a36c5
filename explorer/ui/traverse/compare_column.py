"""One of the pictures that are compared, with its name above."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import UNIT
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.parts import column_of
from explorer.ui.widgets.picture_view import PictureView

SMALLEST_PX = 8 * UNIT


class CompareColumn(QWidget):
    """A name and a picture view below; the name is shortened to the width, however long it is."""

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self._label = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self._label.setProperty("role", "muted")
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_name = self._label.show_words
        self.view = PictureView()
        self.view.setMinimumWidth(SMALLEST_PX)
        column_of(self._label, (self.view, 1), on=self, margins=(0, UNIT // 2, 0, 0), spacing=UNIT // 2)
        self.show_name(name)
