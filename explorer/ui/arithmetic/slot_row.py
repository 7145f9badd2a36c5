"""The slots of the board side by side, and a button for one more."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from explorer.core.arithmetic.board import MOST_SLOTS, Board, Exemplar
from explorer.core.rendering.scene import scene_to_json
from explorer.ui.arithmetic.slot_card import SlotCard
from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import fill, in_reading_order, row_of, scrolled, tool_button
from explorer.ui.widgets.picture_drag import scene_mime

Picture = NDArray[np.uint8]

LEAST_SLOTS_PX = 26 * UNIT  # how high the row is at least

_EXEMPLAR_MIME = "application/x-latent-explorer-exemplar"
_OURS = secrets.token_hex(8)  # a drag from another program of ours is a scene like any other


class SlotRow(QScrollArea):
    """Keeps one card a slot; knows which slot is chosen.

    Signals
    -------
    made(card) : SlotCard
        A card is there for the first time: connect it.
    chosen(place) : int
        Another slot is the one that keys and clicks are meant for.
    """

    made = Signal(object)
    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[SlotCard] = []
        self.current = 0
        self.setMinimumHeight(LEAST_SLOTS_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inside = inside = QWidget()
        self._row = row_of(on=inside, margins=UNIT)
        self.add = tool_button("plus", "Add a slot", "Add another slot to the sum")
        self.add.setText("Slot")
        self.add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        fill(self._row, self.add)
        self._row.addStretch(0)  # of what the cards, grown as wide as their pictures are high, leave
        scrolled(inside, self)

    def show_board(self, board: Board, picture_of: Callable[[Exemplar], Picture | None]) -> None:
        """Show the slots of ``board``."""
        while len(self.cards) < len(board.slots):
            self._make()
        while len(self.cards) > len(board.slots):
            card = self.cards.pop()
            self._row.removeWidget(card)
            card.hide()
            card.deleteLater()
        for card, slot in zip(self.cards, board.slots, strict=True):
            card.remove_action.setEnabled(len(board.slots) > 1)
            if slot is not card.slot:
                card.show_slot(slot, [picture_of(exemplar) for exemplar in slot.exemplars])
        self._fit()
        in_reading_order(self._inside, after=self)
        self.add.setEnabled(len(board.slots) < MOST_SLOTS)
        self.choose(min(self.current, len(board.slots) - 1))

    def choose(self, place: int) -> None:
        """Let keys and clicks be meant for the slot at ``place``."""
        self.current = place
        for card in self.cards:
            card.show_chosen(card.place == place)
        self.chosen.emit(place)

    def focus(self, place: int) -> None:
        """Choose the slot at ``place`` and give it the keyboard, if it is there."""
        if place < len(self.cards):
            self.choose(place)
            self.cards[place].setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.ensureWidgetVisible(self.cards[place])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Let no card be wider than one of them has use for."""
        height = self.viewport().height() - 2 * UNIT
        widest = max((card.useful_px(height) for card in self.cards), default=0)
        for card in self.cards:
            card.setMaximumWidth(widest)

    def _make(self) -> None:
        card = SlotCard(len(self.cards))
        self.cards.append(card)
        self._row.insertWidget(card.place, card, 1)
        card.chosen.connect(lambda: self.choose(card.place))
        card.row.mime_for = lambda index: _mime_of(card, index)
        self.made.emit(card)


def _mime_of(card: SlotCard, index: int) -> QMimeData:
    """What a drag of one exemplar takes along: its scene, and where it is from, to be moved."""
    mime = scene_mime(scene_to_json(card.slot.exemplars[index].scene).encode())
    mime.setData(_EXEMPLAR_MIME, f"{_OURS} {card.place} {index}".encode())
    return mime


def origin_of(mime: QMimeData) -> tuple[int, int] | None:
    """From which slot of ours, and from which place in it, a picture is dragged; None if from elsewhere."""
    words = bytes(mime.data(_EXEMPLAR_MIME).data()).decode("ascii", "replace").split()
    return (int(words[1]), int(words[2])) if len(words) == 3 and words[0] == _OURS else None
