"""The result of the board at its right: the picture, how usual it is, and what to do with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from explorer.core.arithmetic.board import Board
from explorer.core.models.card import ModelCard
from explorer.core.rendering.latents import is_on_shell
from explorer.ui.explore.norm_gauge import NormGauge
from explorer.ui.theme import UNIT
from explorer.ui.widgets.canvas import Canvas
from explorer.ui.widgets.growing import grow_least
from explorer.ui.widgets.parts import choice_box, column_of, named, push_button, row_of, text_label, tool_button

_WIDTH_PX = 34 * UNIT
_NORM_TIP = (
    "Sums of latents lie further out than samples do, or closer to the mean, where pictures come apart or grow "
    "alike. On: the result is brought to the usual distance, in the same direction. Off: it is left as it adds up."
)


class ResultCanvas(Canvas):
    """The picture of the result, on which nothing can be dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(False)
        self.setAccessibleName("Result")


class ResultSide(QWidget):
    """Shows the result and says what the user wants of it.

    Signals
    -------
    class_wanted(label) : int or None
    """

    class_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        grow_least(self, _WIDTH_PX, 46 * UNIT)
        self.formula = text_label(role="heading", wraps=True)
        self.canvas = ResultCanvas()
        self.canvas.set_empty(
            "Man with glasses − man + woman",
            "Drag one or more pictures of each into A, B and C: from the samples below, the history, the "
            "bookmarks, or your files. The result appears here; then explore it.",
        )
        self.gauge = named(NormGauge(), "Distance of the result from the average")
        self.keep = QCheckBox("Keep at a typical distance")
        self.keep.setToolTip(_NORM_TIP)
        self.classes = choice_box("Class of the result", "Which class the result is drawn as")
        self.classes.activated.connect(lambda index: self.class_wanted.emit(self.classes.itemData(index)))
        self.explore = push_button(
            "Explore this",
            "Make the result the current picture; undo brings the other back",
            image="explore",
        )
        self.save = tool_button("save", "Save the result", "Save the result as a picture that carries its scene")
        self._card = ModelCard()
        self._lay_out()

    def show_card(self, card: ModelCard) -> None:
        """Offer the classes of this model."""
        if card is self._card:
            return
        self._card = card
        self.classes.clear()
        self.classes.addItem("Class of the first picture", None)
        for label, name in enumerate(card.classes):
            self.classes.addItem(name, label)
        self.classes.setVisible(bool(card.classes))

    def show_board(self, board: Board, words: str) -> None:
        """Show how ``board`` is set, and the sum in ``words``."""
        self.formula.setText(words)
        on_shell = is_on_shell(self._card.latent_size, self._card.prior)
        self.keep.setChecked(board.keeps_norm or on_shell)
        self.keep.setEnabled(not on_shell)
        self.classes.setCurrentIndex(max(self.classes.findData(board.label), 0))
        ready = board.first is not None
        for part in (self.explore, self.save):
            part.setEnabled(ready)
        self.gauge.setVisible(ready)
        if not ready:
            self.canvas.clear()

    def _lay_out(self) -> None:
        column = column_of(
            self.formula,
            (self.canvas, 1),
            self.gauge,
            self.keep,
            self.classes,
            on=self,
            margins=(UNIT, UNIT, 2 * UNIT, UNIT),
        )
        row = row_of(self.explore, self.save)
        row.setStretch(0, 1)
        column.addLayout(row)
