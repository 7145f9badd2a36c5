"""Crop, reconstruction and edited picture in one row, each with its words."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.session.photos.photo import Picture
from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import STRETCH, column_of, named, row_of, text_label
from explorer.ui.widgets.picture_view import PictureView

_SMALLEST_PX = 14 * UNIT
_BETWEEN_PX = 2 * UNIT


class SquareView(PictureView):
    """A picture that asks to be as high as it is wide."""

    margin_px = 0

    def __init__(self) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return width

    def sizeHint(self) -> QSize:
        return QSize(3 * _SMALLEST_PX // 2, 3 * _SMALLEST_PX // 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(_SMALLEST_PX, _SMALLEST_PX)


class Pane(QWidget):
    """A picture with its title above and a few words below."""

    def __init__(self, title: str, empty: str, hint: str = "") -> None:
        super().__init__()
        self.title = text_label(title, "heading")
        self.view = named(SquareView(), title)
        self.view.set_empty(empty, hint)
        self.words = text_label(wraps=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.words.setMinimumHeight(2 * self.words.fontMetrics().lineSpacing() + 2)
        column_of(self.title, self.view, self.words, STRETCH, on=self, spacing=UNIT // 2)

    def show_picture(self, picture: Picture | None, words: str = "") -> None:
        """Show a picture and say something of it; None shows the empty words."""
        if picture is None:
            self.view.clear()
        else:
            self.view.show_picture(picture)
        self.words.setText(words)
        self.view.setAccessibleDescription(words)


class Panes(QWidget):
    """The three of them, of one size; where their titles have no room, two: the photo stands beside them anyway."""

    def __init__(self) -> None:
        super().__init__()
        self.crop = Pane("Your picture", "No photo yet")
        self.found = Pane("Reconstruction", "Not found yet")
        self.edited = Pane("Edited", "Nothing edited", "Use this latent, or move a direction")
        self._all = (self.crop, self.found, self.edited)
        row_of(*((pane, 1) for pane in self._all), on=self, spacing=_BETWEEN_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        widest = max(pane.title.sizeHint().width() for pane in self._all)
        self.crop.setVisible(event.size().width() >= len(self._all) * (widest + _BETWEEN_PX) - _BETWEEN_PX)
        super().resizeEvent(event)
