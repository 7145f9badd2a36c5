"""The column of runs: a new one, one from elsewhere, the list, and the one that was deleted last."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from explorer.session.train.runs import TrainingRuns
from explorer.ui.theme import UNIT
from explorer.ui.train.run_list import RunList
from explorer.ui.widgets.parts import column_of, push_button, row_of, tool_button

_WIDE_PX = 26 * UNIT
_NAME_PX = 11 * UNIT


class RunsSide(QWidget):
    """Lists the runs."""

    def __init__(self, trainings: TrainingRuns, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = RunList(trainings)
        self.new = push_button("New run", "Choose pictures and train a model on them (Ctrl+N)", image="plus")
        self.new.setShortcut(QKeySequence("Ctrl+N"))
        self.elsewhere = tool_button("folder", "Open a run", "Open a run from another folder")
        self.undo = push_button(
            "",
            "Take the last deleted run out of the trash (Ctrl+Z)",
            image="undo",
        )
        self.setFixedWidth(_WIDE_PX)
        self._lay_out()
        self.offer_undo("")

    def offer_undo(self, name: str) -> None:
        """Offer to put the run called ``name`` back; "" offers nothing."""
        fitting = self.undo.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _NAME_PX)
        self.undo.setText(f"Put “{fitting}” back")
        self.undo.setVisible(bool(name))

    def _lay_out(self) -> None:
        row = row_of((self.new, 1), self.elsewhere, spacing=None)
        column_of(row, (self.list, 1), self.undo, on=self, margins=UNIT)
