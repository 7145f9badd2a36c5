"""A question of a lesson: answers to tick, and what was right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from explorer.core.lessons.lesson_plan import LessonPage
from explorer.ui.lessons.lesson_text import LessonText
from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import column_of, push_button, row_of, text_label


class QuestionBox(QWidget):
    """Asks what a page asks.

    Signals
    -------
    answered()
        What was ticked is final, and it was said what is right.
    """

    answered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._page = LessonPage("", "")
        self._rows = QWidget()
        self.answers: list[_Answer] = []
        self.check = push_button("Check", "See which answers are right", self._check, primary=True)
        self.verdict, self.why = text_label("", "heading", wraps=True), LessonText("Why")
        column_of(
            self._rows,
            (self.check, 0, Qt.AlignmentFlag.AlignLeft),
            self.verdict,
            self.why,
            on=self,
            spacing=UNIT,
        )

    def ask(self, page: LessonPage) -> None:
        """Ask the question of ``page``; nothing where it has none."""
        self._page = page
        old, self._rows = self._rows, QWidget()
        self.answers = [_Answer(answer.words) for answer in page.answers]
        column_of(*self.answers, on=self._rows)
        layout = self.layout()
        assert layout is not None
        layout.replaceWidget(old, self._rows)
        old.hide()
        old.deleteLater()
        for answer in self.answers:
            answer.box.toggled.connect(self._on_toggled)
        self.verdict.hide()
        self.why.show_markdown("")
        self.check.setVisible(bool(page.answers))
        self._on_toggled()
        self.setVisible(bool(page.answers))

    def _on_toggled(self) -> None:
        self.check.setEnabled(any(answer.box.isChecked() for answer in self.answers))

    def _check(self) -> None:
        chosen = frozenset(place for place, answer in enumerate(self.answers) if answer.box.isChecked())
        right = self._page.right
        for place, answer in enumerate(self.answers):
            answer.show_truth(place in right)
        self.verdict.setText(_verdict(chosen, right))
        self.verdict.show()
        self.check.hide()
        self.why.show_markdown(self._page.why)
        self.answered.emit()


class _Answer(QWidget):
    """A box to tick beside words that may take several lines; the words tick it too."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.box, self.words = QCheckBox(), text_label(words, "", wraps=True)
        self.mark = text_label("", "small")
        self.box.setAccessibleName(words)
        top = Qt.AlignmentFlag.AlignTop
        row_of((self.box, 0, top), (self.words, 1), (self.mark, 0, top), on=self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.box.isEnabled():
            self.box.toggle()

    def show_truth(self, is_right: bool) -> None:
        """Say whether it is right; it can be changed no more."""
        self.box.setEnabled(False)
        truth = "right" if is_right else "wrong"
        self.mark.setText(truth if is_right or self.box.isChecked() else "")
        self.box.setAccessibleDescription(truth)
        self.words.setEnabled(is_right)


def _verdict(chosen: frozenset[int], right: frozenset[int]) -> str:
    if chosen == right:
        return "That is right."
    if chosen & right:
        return "That is partly right."
    return "Not quite."
