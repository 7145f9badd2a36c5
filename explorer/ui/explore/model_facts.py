"""What is worth knowing of the open model, in a few quiet lines."""

from __future__ import annotations

from textwrap import shorten, wrap

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from explorer.core.models.card import ModelCard
from explorer.ui.glossary import explained
from explorer.ui.theme import UNIT
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.parts import STRETCH, column_of, push_button, scrolled, text_label

_LONGEST = 160  # characters; the tool tip has the rest
_TIP_COLUMNS, _MARK_COLUMNS = 80, 32


class ModelFacts(QScrollArea):
    """The model's name, its sizes and what it was trained on; licence and thanks in its tool tip.

    Where the window is too low for all of it, it scrolls, and ends with a whole line.

    Signals
    -------
    readings_wanted()
        The user wants to see what was guessed, and say better.
    """

    readings_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._title = ElidedLabel()
        self._title.setProperty("role", "heading")
        self._facts = text_label(wraps=True)
        self._facts.setMinimumWidth(1)  # a word without end does not push the others out of sight
        for label in (self._title, self._facts):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        tip = "Its weights do not tell this. Click to see what else it could be, and choose"
        self.guessed = push_button("", tip, self.readings_wanted)
        self.guessed.setProperty("link", True)
        self.guessed.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the window
        self.guessed.hide()
        self._words = QWidget()
        column_of(STRETCH, self._title, self.guessed, self._facts, on=self._words, spacing=UNIT // 2)
        scrolled(self._words, self, "About the model")
        self.setMinimumHeight(4 * UNIT)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("About the model")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._end_with_a_line()

    def _end_with_a_line(self) -> None:
        """Leave blank what is too low for a line more."""
        width, line_px = self.viewport().width(), self._facts.fontMetrics().lineSpacing()
        whole = self._words.heightForWidth(width)
        head = whole - self._facts.heightForWidth(width)
        self.setViewportMargins(0, 0, 0, (self.height() - head) % line_px if whole > self.height() else 0)

    def show_model(self, name: str, card: ModelCard, problems: tuple[str, ...], guesses: tuple[str, ...] = ()) -> None:
        """Show the facts of ``card``, what is wrong with the file, and what of its weights was guessed."""
        words = f"guessed: {', '.join(guesses)}"
        self.guessed.setText("\n".join(wrap(words, _MARK_COLUMNS)))
        self.guessed.setAccessibleName(words)
        self.guessed.setVisible(bool(guesses))
        self._title.show_words(name)
        self._facts.setText("\n".join(_facts(card)))
        self._facts.setToolTip(explained(self._facts.text()))
        self._end_with_a_line()
        quality = f"Samples: {card.quality}" if card.quality else ""
        whole = [*problems, quality, card.data, card.licence, card.attribution]
        self.setToolTip("\n".join(_wrapped(text) for text in whole if text))


def _wrapped(text: str) -> str:
    return "\n".join(wrap(text, _TIP_COLUMNS))


def _facts(card: ModelCard) -> list[str]:
    colours = "grey" if card.channels == 1 else "colour"
    trained = f"{card.family}, {card.steps:,} steps" if card.family and card.steps else card.family
    lines = [
        f"{card.width} × {card.height}, {colours}",
        f"{card.latent_size} latent dimensions ({card.prior_words})",
        f"{card.style_size} of W, for {card.styles} layers" if card.styles else "",
        trained,
        shorten(f"Data: {card.data}", _LONGEST, placeholder=" …") if card.data else "",
    ]
    return [line for line in lines if line]
