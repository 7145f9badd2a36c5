"""A direction that was found: what it does, how far to trust it, and the way to keep it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from explorer.core.directions.direction import LONGEST_NAME, PAIRS, Direction
from explorer.core.directions.verdict import verdict
from explorer.ui.directions.preview_strip import PreviewStrip
from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import STRETCH, column_of, named, push_button, row_of, text_label

_WORDS_PX = 36 * UNIT
_STRIP_PX = 17 * UNIT
_MOST_NOTES = 4


class ResultCard(QWidget):
    """Shows one direction; asks for a name.

    Parameters
    ----------
    flat : bool
        Whether the words stand beside the pictures rather than above them.

    Signals
    -------
    kept(name) : str
        The user wants to keep it under this name.
    """

    kept = Signal(str)

    def __init__(self, flat: bool = False) -> None:
        super().__init__()
        self.strip = PreviewStrip()
        self.title = text_label(role="heading", wraps=True)
        self.words = text_label(wraps=True)
        self.notes = text_label(role="small", wraps=True)
        self.name = named(QLineEdit(), "Name of the direction", "What to call the direction; positive strengths add it")
        self.name.setPlaceholderText("A name, such as smiling")
        self.name.setMaxLength(LONGEST_NAME)
        self.keep = push_button(
            "Keep" if flat else "Keep direction",
            "Keep it with this model, for every panel (Enter in the name)",
            image="check",
            primary=True,
        )
        self._can_keep = False
        self.name.textChanged.connect(self._show_keep)
        self.name.returnPressed.connect(self.keep.click)
        self.keep.clicked.connect(lambda: self.kept.emit(self.name.text().strip()))
        self._lay_out_flat() if flat else self._lay_out()
        self._show_keep()

    def show_words(self, title: str, words: str = "", notes: tuple[str, ...] = (), terms: str = "") -> None:
        """Say what was found; ``terms`` are the figures behind the words, for who hovers over them."""
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.words.setToolTip(terms)
        shown = notes[:_MOST_NOTES]
        self.notes.setText("\n".join(f"• {note}" for note in shown))
        self.notes.setToolTip("\n".join(notes))
        self.notes.setVisible(bool(notes))

    def offer(self, possible: bool, name: str | None = None) -> None:
        """Let it be kept or not; with a ``name``, suggest that."""
        self._can_keep = possible
        if name is not None:
            self.name.setText(name)
        self._show_keep()

    def _show_keep(self) -> None:
        self.name.setEnabled(self._can_keep)
        self.keep.setEnabled(self._can_keep and bool(self.name.text().strip()))

    def _lay_out(self) -> None:
        column_of(self.title, self.words, self.notes, (self.strip, 1), self._naming(), on=self, margins=2 * UNIT)

    def _lay_out_flat(self) -> None:
        self.setFixedHeight(_STRIP_PX)
        side = QWidget()
        side.setMaximumWidth(_WORDS_PX)
        column_of(
            self.title,
            self.words,
            self.notes,
            STRETCH,
            self._naming(),
            on=side,
            margins=(UNIT, UNIT, 2 * UNIT, UNIT),
            spacing=UNIT // 2,
        )
        row_of((self.strip, 1), (side, 1), on=self, margins=(UNIT, 0, 0, 0))

    def _naming(self) -> QHBoxLayout:
        return row_of((self.name, 1), self.keep)


def judged_words(direction: Direction) -> str:
    """Whether a direction is strong, and how well it tells examples apart, in words."""
    grade = verdict(direction)
    if not grade.word:
        return _told_words(direction)
    is_told = grade.reason.startswith("right for")  # which is told in full behind it
    return f"{grade.word.capitalize() if is_told else grade.sentence.rstrip('.')}. {_told_words(direction)}"


def _told_words(direction: Direction) -> str:
    judged = direction.held_out
    if judged is None:
        return "Nothing says yet how well it tells others apart."
    right = f"Right for {round(judged.accuracy * judged.examples):,} of {judged.examples:,}"
    if judged.what == PAIRS:
        return _pairs_words(direction, right)
    if direction.method == "marked":
        return f"{right} marks, each judged from the others."
    if direction.details.get("folds"):
        return f"{right} examples, each judged from others."
    return f"{right} {'samples' if direction.method == 'sampled' else 'pictures'} it had not seen."


def judged_terms(direction: Direction) -> str:
    """The figures behind `judged_words`, in the terms of statistics; "" where it was not measured."""
    judged = direction.held_out
    if judged is None:
        return ""
    right, low, high = (round(100 * share) for share in (judged.accuracy, judged.low, judged.high))
    how = "cross-validated" if direction.details.get("folds") or direction.method == "marked" else "held out"
    what = "of the pairs are in order" if judged.what == PAIRS else "lie on the right side of the boundary"
    return f"{right}% {what}, {how}, n = {judged.examples:,}; 95% interval {low} to {high}%."


def _pairs_words(direction: Direction, right: str) -> str:
    """How many pairs it gets right, and what becomes of their pictures one by one."""
    seen = "each judged from others" if direction.details.get("folds") else "which it had not seen"
    words = f"{right} pairs, {seen}: the picture with more of it is told from its twin."
    alone = direction.alone
    if alone is None:
        return words
    return f"{words} Without its twin, a picture is judged correctly in {round(100 * alone.accuracy)} of 100 cases."
