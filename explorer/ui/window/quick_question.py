"""A small question with a few answers, asked without stopping the window."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QPushButton, QWidget

from explorer.session.models.intake import UserQuestion
from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import STRETCH, column_of, push_button, row_of, text_label

_MOST_BUTTONS = 2
_MOST_ROWS = 10
_ROW_PX = 3 * UNIT
_WIDTH_PX = 52 * UNIT


class QuestionDialog(QDialog):
    """Asks a `UserQuestion`: a button for each of a few choices, a list for more. The likely one answers to Enter."""

    def __init__(self, question: UserQuestion, parent: QWidget) -> None:
        super().__init__(parent)
        self._question = question
        self._choice: int | None = None
        self.buttons: list[QPushButton] = []
        self.list = QListWidget()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(question.what)
        self.setFixedWidth(_WIDTH_PX)
        self._lay_out()
        self.finished.connect(self._answer)

    def choose(self, index: int) -> None:
        """Answer with one of the choices."""
        self._choice = index
        self.accept()

    def _lay_out(self) -> None:
        column = column_of(on=self, margins=(3 * UNIT, 3 * UNIT, 3 * UNIT, 2 * UNIT))
        for words, role in ((self._question.what, "title"), (self._question.hint, "muted")):
            column.addWidget(text_label(words, role, wraps=True))
        column.addSpacing(UNIT)
        if len(self._question.choices) > _MOST_BUTTONS:
            column.addWidget(self._filled_list())
        column.addLayout(self._row())

    def _filled_list(self) -> QListWidget:
        self.list.setAccessibleName(self._question.what)
        self.list.addItems(self._question.choices)
        self.list.setCurrentRow(self._question.likely)
        for row in range(self.list.count()):
            self.list.item(row).setSizeHint(QSize(0, _ROW_PX))
        self.list.setFixedHeight(min(self.list.count(), _MOST_ROWS) * _ROW_PX + UNIT)
        self.list.itemActivated.connect(lambda item: self.choose(self.list.row(item)))
        return self.list

    def _row(self) -> QHBoxLayout:
        row = row_of(STRETCH)
        cancel = push_button("Cancel", "Open nothing (Esc)", self.reject)
        cancel.setAutoDefault(False)
        row.addWidget(cancel)
        if self.list.count():
            self._add_button(row, "Open", is_likely=True).clicked.connect(lambda: self.choose(self.list.currentRow()))
            return row
        for index, words in enumerate(self._question.choices):
            button = self._add_button(row, words, is_likely=index == self._question.likely)
            button.clicked.connect(partial(self.choose, index))
        return row

    def _add_button(self, row: QHBoxLayout, words: str, *, is_likely: bool) -> QPushButton:
        button = push_button(words, f"{words} (Enter)" if is_likely else words)
        button.setProperty("primary", is_likely)
        button.setAutoDefault(is_likely)
        button.setDefault(is_likely)
        if is_likely and not self.list.count():
            button.setFocus()
        self.buttons.append(button)
        row.addWidget(button)
        return button

    def _answer(self, _result: int) -> None:
        self._question.answer(self._choice)
