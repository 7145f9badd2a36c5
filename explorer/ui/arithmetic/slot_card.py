"""One slot of the board: its pictures, their mean, and how much it counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from explorer.core.arithmetic.board import LARGEST_WEIGHT, LONGEST_NAME, Slot, letter
from explorer.ui.arithmetic.elided_edit import ElidedEdit
from explorer.ui.arithmetic.exemplar_row import ExemplarRow
from explorer.ui.icons import icon
from explorer.ui.theme import RADIUS, UNIT, colours_of
from explorer.ui.widgets.empty import paint_words
from explorer.ui.widgets.growing import grow_least, grow_width
from explorer.ui.widgets.numbers.number_box import NumberBox
from explorer.ui.widgets.numbers.slider import Slider, new_gesture
from explorer.ui.widgets.parts import column_of, row_of, text_label
from explorer.ui.widgets.picture_drag import SCENE_MIME
from explorer.ui.widgets.qimages import image_of
from explorer.ui.widgets.thumbnail_frames import paint_fitted

WIDTH_PX = 21 * UNIT
_HINTS = (
    ("Drop pictures here", "for instance men with glasses"),
    ("Subtract these", "men without glasses"),
    ("Add these", "women without glasses"),
)

_NAME_TIP = "What this slot stands for, such as “man with glasses”"


class SlotCard(QWidget):
    """Shows one slot, takes what is dropped on it, and says what the user wants of it.

    Signals
    -------
    chosen()
        The user is at this slot: keys and clicks elsewhere are meant for it.
    dropped(mime) : QMimeData
        Something was dropped that a slot may take.
    removed(index) : int
        One of its pictures is to go.
    weighed(weight, gesture) : float, int
    named(name) : str
    clear_wanted(), removal_wanted(), current_wanted()
        All pictures are to go; the slot is to go; the current picture is to be added.
    """

    chosen = Signal()
    dropped = Signal(QMimeData)
    removed = Signal(int)
    weighed = Signal(float, int)
    named = Signal(str)
    clear_wanted = Signal()
    removal_wanted = Signal()
    current_wanted = Signal()

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place
        self.slot = Slot()
        self._is_chosen = self._is_wanted = False
        grow_least(self, WIDTH_PX, 30 * UNIT)
        self.setAcceptDrops(True)
        self.sign = QToolButton()
        self.name = ElidedEdit()
        self.menu = QToolButton()
        self.mean = MeanPicture(*_HINTS[min(place, 2)])
        self.row = ExemplarRow()
        self.slider = Slider(-LARGEST_WEIGHT, LARGEST_WEIGHT)
        self.box = NumberBox(-LARGEST_WEIGHT, LARGEST_WEIGHT)
        self._set_up()
        self._lay_out()
        self._connect()

    def show_slot(self, slot: Slot, pictures: Sequence[NDArray[np.uint8] | None]) -> None:
        """Show ``slot`` and the ``pictures`` of its exemplars; None while one is being drawn."""
        self.slot = slot
        tips = [
            exemplar.name or (f"Seed {seed}" if (seed := exemplar.scene.seed) is not None else "A picture")
            for exemplar in slot.exemplars
        ]
        self.row.show_pictures(pictures, tips)
        minus = slot.weight < 0
        self.sign.setText("−" if minus else "+")
        self.sign.setAccessibleName(f"Slot {letter(self.place)} is {'subtracted' if minus else 'added'}")
        self.slider.show_value(slot.weight)
        self.box.show_value(slot.weight)
        if not (self.name.isModified() and self.name.hasFocus()):
            self.name.setText(slot.name)
            self.name.setCursorPosition(0)
            self.name.setToolTip(f"{slot.name}\n{_NAME_TIP}".lstrip())  # a long one is cut short
        if not slot.exemplars:
            self.mean.show_picture(None)
        words = f"{letter(self.place)}: {slot.name or 'no name'}, {len(tips)} pictures, weight {slot.weight:g}"
        self.setAccessibleName(f"Slot {words}")

    def useful_px(self, height_px: int) -> int:
        """How wide the card is of use when it is that high: as its picture is high, or as its name is long."""
        beside = self.sizeHint().height() - self.mean.sizeHint().height()
        named = self._head.sizeHint().width() - self.name.sizeHint().width() + self.name.whole_px + 2 * UNIT
        return max(height_px - beside, named, self.minimumWidth())

    def show_chosen(self, chosen: bool) -> None:
        """Mark the slot as the one that keys and clicks are meant for, or not."""
        if chosen != self._is_chosen:
            self._is_chosen = chosen
            self.update()

    def _set_up(self) -> None:
        name = letter(self.place)
        self.sign.setFixedSize(3 * UNIT, 3 * UNIT)
        self.sign.setToolTip("Add or subtract this slot")
        self.name.setProperty("flat", True)
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setPlaceholderText("Name it")
        self.name.setAccessibleName(f"Name of slot {name}")
        self.name.setToolTip(_NAME_TIP)
        self.name.setAcceptDrops(False)
        self.box.setAcceptDrops(False)
        self.menu.setIcon(icon("more"))
        self.menu.setAccessibleName(f"More for slot {name}")
        self.menu.setToolTip("Clear the slot, remove it, or add the current picture")
        self.menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more = QMenu(self.menu)
        more.addAction(icon("plus"), "Add the current picture", self.current_wanted.emit)
        self._clear = more.addAction(icon("reset"), "Clear the slot", self.clear_wanted.emit)
        self.remove_action = more.addAction(icon("trash"), "Remove the slot", self.removal_wanted.emit)
        more.aboutToShow.connect(lambda: self._clear.setEnabled(bool(self.slot.exemplars)))
        self.menu.setMenu(more)
        tip = "How many times the slot counts, from −2 to 2; below 0 it is subtracted"
        for part in (self.slider, self.box):
            part.setAccessibleName(f"Weight of slot {name}")
            part.setToolTip(tip)
        self.setFocusProxy(self.row)

    def _lay_out(self) -> None:
        label = text_label(letter(self.place), "heading")
        label.setToolTip(f"Slot {letter(self.place)}; press {self.place + 1} to choose it")
        self._head = row_of(self.sign, label, (self.name, 1), self.menu, spacing=UNIT // 2)
        weight = row_of((self.slider, 1), self.box, spacing=UNIT // 2)
        column_of(self._head, (self.mean, 1), self.row, weight, on=self, margins=UNIT, spacing=UNIT // 2)
        grow_width(self.box, 7 * UNIT)

    def _connect(self) -> None:
        self.row.focused.connect(self.chosen)
        self.row.removed.connect(self.removed)
        self.sign.clicked.connect(lambda: self.weighed.emit(-self.slot.weight, new_gesture()))
        self.slider.moved.connect(self.weighed)
        self.slider.pressed.connect(self.chosen)
        self.box.edited.connect(self.weighed)
        self.box.entered.connect(self.chosen)
        self.name.editingFinished.connect(self._tell_name)

    def _tell_name(self) -> None:
        if self.name.isModified():
            self.name.setModified(False)
            self.named.emit(self.name.text().strip())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.chosen.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if mime.hasFormat(SCENE_MIME) or any(url.isLocalFile() for url in mime.urls()):
            event.acceptProposedAction()
            self._want(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._want(False)

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self._want(False)
        self.dropped.emit(event.mimeData())

    def _want(self, wanted: bool) -> None:
        self._is_wanted = wanted
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            marked = self._is_chosen or self._is_wanted
            painter.setPen(QPen(c.accent if marked else c.line, 3 if self._is_wanted else 1))
            painter.setBrush(c.surface)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)


class MeanPicture(QWidget):
    """The mean of a slot as a picture; words while the slot is empty."""

    def __init__(self, title: str, hint: str) -> None:
        super().__init__()
        self._words = title, hint
        self._image: QImage | None = None
        self.setToolTip("The mean of this slot's pictures, drawn")
        self.setAccessibleName(title)

    def show_picture(self, picture: NDArray[np.uint8] | None) -> None:
        """Show ``picture``, (height, width, 1 or 3) uint8, or the words."""
        self._image = None if picture is None else image_of(picture)
        self.setAccessibleName(self._words[0] if picture is None else "Mean of the slot")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(13 * UNIT, 13 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(8 * UNIT, 8 * UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            if self._image is None:
                paint_words(painter, QRectF(self.rect()), *self._words, colours_of(self.palette()))
            else:
                paint_fitted(painter, QRectF(self.rect()), self._image)
