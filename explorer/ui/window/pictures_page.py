"""What is to become of pictures that were brought: a page in the place of the panel, which stops nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from explorer.session.models.brought import Brought
from explorer.session.photos.photo import FoundPhoto, Photos
from explorer.ui.icons import icon_pixmap
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.gestures import claims
from explorer.ui.widgets.parts import STRETCH, column_of, named, push_button, row_of, scrolled, text_label
from explorer.ui.widgets.qimages import image_of
from explorer.ui.window.picture_offers import PictureOffer

_THUMBNAIL_PX = QSize(32 * UNIT, 24 * UNIT)
_ICON_PX = 6 * UNIT
_WIDTH_PX = 96 * UNIT
_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Up)


class PicturesPage(QWidget):
    """Shows what was brought, with a button for each way to go on.

    Attributes
    ----------
    buttons : dict of str to QPushButton
        By the way they lead.

    Signals
    -------
    chosen(way) : str
    left()
        Nothing is to be done with them.
    """

    chosen = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.photos = Photos(self)
        self.photos.read.connect(self._show_photo)
        self.photos.failed.connect(self._on_unread)
        self.buttons: dict[str, QPushButton] = {}
        self.thumbnail, self.title = QLabel(), text_label(role="title", wraps=True)
        self.told = text_label(wraps=True)
        self.bar = named(QProgressBar(maximum=0, textVisible=False), "Looking at the pictures")
        for part in (self.thumbnail, self.title, self.told):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._rows: list[QWidget] = []
        self._choices = QVBoxLayout()
        self._choices.setSpacing(UNIT)
        self.leave = push_button("Not now (Esc)", "Go back to where you were", self.left)
        self._lay_out()

    def say_looking(self, title: str) -> None:
        """Say that it is being found out what was brought."""
        self._begin(title, "Looking at what is in it …", [])
        self.bar.show()
        self.leave.setFocus()

    def show_brought(self, brought: Brought, offers: Sequence[PictureOffer]) -> None:
        """Ask what is to become of the pictures."""
        self._begin(brought.title, _about(brought), offers)
        if brought.photos:
            self.photos.request(brought.photos[0])
        first = next((offer.way for offer in offers if offer.is_possible), None)
        (self.buttons[first] if first is not None else self.leave).setFocus()

    def event(self, event: QEvent) -> bool:
        """Take the keys of the page from the window, wherever on it the keyboard is."""
        return claims(event, lambda key: key.key() in _KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Esc; the arrows go from button to button."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in _KEYS:
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.focusWidget() is not None:
            self.focusWidget().setFocus()

    def close_work(self) -> None:
        """Wait for the picture that is being read."""
        self.photos.close()

    def _begin(self, title: str, told: str, offers: Sequence[PictureOffer]) -> None:
        self.photos.cancel()
        self.title.setText(title)
        self.told.setText(told)
        self.bar.hide()
        self.thumbnail.setPixmap(icon_pixmap("picture", _ICON_PX, colours_of(self.palette()).muted, 1.0))
        for row in self._rows:
            self._choices.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.buttons = {}
        self._rows = [self._row(offer) for offer in offers]
        for row in self._rows:
            self._choices.addWidget(row)

    def _row(self, offer: PictureOffer) -> QWidget:
        row = QWidget()
        is_first = offer.is_possible and not any(button.isEnabled() for button in self.buttons.values())
        button = push_button(
            offer.title, offer.words, lambda: self.chosen.emit(offer.way), image=offer.image, primary=is_first
        )
        button.setAccessibleDescription(offer.words)
        button.setAutoDefault(True)  # Enter presses the one that has the keyboard
        button.setEnabled(offer.is_possible)
        self.buttons[offer.way] = button
        column_of(button, text_label(offer.words, wraps=True), on=row, spacing=UNIT // 2)
        return row

    def _lay_out(self) -> None:
        """What was brought at the left, what can be done at its right, both in the middle of the room there is."""
        left = column_of(STRETCH, self.thumbnail, self.title, self.told, self.bar, STRETCH)
        right = column_of(STRETCH, self._choices, row_of(self.leave, STRETCH), STRETCH, spacing=2 * UNIT)
        middle = QWidget()
        middle.setMaximumWidth(_WIDTH_PX)
        row_of((left, 2), (right, 3), on=middle, margins=2 * UNIT, spacing=4 * UNIT)
        inside = QWidget()
        row_of(STRETCH, (middle, 100), STRETCH, on=inside)
        column_of((scrolled(inside), 1), on=self)

    def _show_photo(self, found: FoundPhoto, _path: Path) -> None:
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        ratio = self.devicePixelRatioF()
        image = image_of(found.photo.pixels).scaled(_THUMBNAIL_PX * ratio, keep, smooth)
        image.setDevicePixelRatio(ratio)
        self.thumbnail.setPixmap(QPixmap.fromImage(image))

    def _on_unread(self, error: Exception) -> None:
        """A picture that cannot be read is told where it is used; here its place stays empty."""


def _about(brought: Brought) -> str:
    held = brought.counted if brought.count > 1 else ""
    labels = f"labels in {brought.table.name}" if brought.table is not None else ""
    words = ", ".join(each for each in (held if brought.is_whole else "", labels) if each)
    return f"{words[0].upper()}{words[1:]}. What would you like to do?" if words else "What would you like to do?"
