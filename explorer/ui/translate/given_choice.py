"""What a translator takes, where that was guessed: said otherwise by choosing from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from explorer.core.drawing.given_words import CHOICES, in_words
from explorer.ui.widgets.parts import choice_box, column_of, text_label

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translator


class GivenChoice(QWidget):
    """Shown for translators whose card does not say what they take.

    Signals
    -------
    said(word) : str
        The user says that this is what it takes.
    """

    said = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        choices = [(word, _name(word)) for word in CHOICES]
        tip = "What this model takes, where that was guessed"
        self.box = choice_box("What it takes", tip, choices, self._say, narrow=True)
        column_of(text_label("A guess; correct it here:", of=self.box), self.box, on=self)
        self.hide()

    def show_translator(self, translator: Translator | None) -> None:
        """Offer to say otherwise, unless there is nothing to guess."""
        self.setVisible(translator is not None and "given" not in translator.card.config)
        if translator is None:
            return
        if self.box.findData(translator.given) < 0:  # such as a size that is not among the usual ones
            self.box.addItem(_name(translator.given), translator.given)
        self.box.setCurrentIndex(self.box.findData(translator.given))

    def _say(self, index: int) -> None:
        self.said.emit(self.box.itemData(index))


def _name(word: str) -> str:
    return in_words(word).partition(":")[0].capitalize()
