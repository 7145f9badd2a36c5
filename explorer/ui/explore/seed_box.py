"""The seed, from 0 to 2**32 - 1, and the dice."""

from __future__ import annotations

from textwrap import shorten
from typing import ClassVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.latents import LARGEST_SEED
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT
from explorer.ui.widgets.callout import complain
from explorer.ui.widgets.keys import Key


class SeedBox(QLineEdit):
    """Edits a seed; up and down go to the next one, the space bar to a new sample.

    What is not a seed is told beside the box, which shows again what stood there.

    Signals
    -------
    edited(seed) : int
        The user typed, pasted or stepped to this seed. (An object to Qt: a seed does not fit a C int.)
    new_sample()
        The dice was pressed.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (Key("Go to the next or the previous seed", "Up, Down in the seed box"),)

    edited = Signal(object)
    new_sample = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seed: int | None = None
        self.setPlaceholderText("edited")
        self.setAccessibleName("Seed")
        self.setToolTip("The number that the latent was drawn from: the same seed gives the same picture.")
        dice = self.addAction(icon("dice"), QLineEdit.ActionPosition.TrailingPosition)
        dice.setText("New sample")
        dice.setToolTip("New sample")
        dice.triggered.connect(self.new_sample)
        self.editingFinished.connect(self._commit)

    @property
    def seed(self) -> int | None:
        """The seed shown; None where the latent is no sample any more."""
        return self._seed

    def show_seed(self, seed: int | None) -> None:
        """Show ``seed``, silently; None shows that the latent was edited by hand."""
        self._seed = seed
        if not (self.isModified() and self.hasFocus()):
            self._show_text()

    def sizeHint(self) -> QSize:
        widest = self.fontMetrics().horizontalAdvance(str(LARGEST_SEED))
        return QSize(widest + 7 * UNIT, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if key == Qt.Key.Key_Up else -1
            self._take(((self._seed or 0) + step) % (LARGEST_SEED + 1))
        elif key == Qt.Key.Key_Escape:
            self._show_text()
        elif key == Qt.Key.Key_Space and not self.isModified():  # else it parts the digits being typed
            if not event.isAutoRepeat():
                self.new_sample.emit()
        else:
            super().keyPressEvent(event)
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                event.accept()
                self.selectAll()

    def _show_text(self) -> None:
        self.setText("" if self._seed is None else str(self._seed))

    def _commit(self) -> None:
        if not self.isModified():
            return
        text = self.text().strip()
        digits = "".join(text.replace(",", "").replace("_", "").split())
        self._show_text()
        if digits.isascii() and digits.isdigit() and int(digits[:20]) <= LARGEST_SEED:
            self._take(int(digits))
        elif text:
            what = f"{shorten(text, 40, placeholder=' …')} is not a seed."
            complain(self, Problem(what, f"A seed is a whole number from 0 to {LARGEST_SEED}."))

    def _take(self, seed: int) -> None:
        if seed != self._seed:
            self._seed = seed
            self._show_text()
            self.edited.emit(seed)
