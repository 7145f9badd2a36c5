"""The lessons to choose from, each with what it is about and how far one got."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from explorer.core.lessons.lesson_plan import LessonPlan
from explorer.session.lessons.lesson_shelf import ShelvedLesson
from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import STRETCH, column_of, fill, push_button, text_label

_LEAST_PX = 12 * UNIT


class LessonList(QWidget):
    """Lists lessons.

    Signals
    -------
    chosen(plan) : LessonPlan
    folder_wanted()
        The lessons of some folder are to be listed too.
    folder_unwanted(folder) : Path
        Its lessons are to be listed no more.
    """

    chosen = Signal(object)
    folder_wanted = Signal()
    folder_unwanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._column = column_of(on=self, margins=2 * UNIT, spacing=2 * UNIT)

    def show_lessons(self, shelved: Sequence[ShelvedLesson], seen: Sequence[int], folders: Sequence[Path]) -> None:
        """List these; ``seen`` says how many pages of each were reached, ``folders`` which were added."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        rows = [
            self._row(number, each, pages) for number, (each, pages) in enumerate(zip(shelved, seen, strict=True), 1)
        ]
        tip = "Add lessons of your own: Markdown files like those of the program"
        add = push_button("Add a folder …", tip, self.folder_wanted, image="folder")
        left = Qt.AlignmentFlag.AlignLeft
        removals = [(self._removal(folder), 0, left) for folder in folders]
        fill(self._column, *rows, (add, 0, left), *removals, STRETCH)

    def _removal(self, folder: Path) -> QPushButton:
        tip = f"Stop listing the lessons in {folder}; its files stay"
        button = push_button(f"Remove {folder.name}", tip, lambda: self.folder_unwanted.emit(folder))
        button.setProperty("link", True)
        return button

    def _row(self, number: int, shelved: ShelvedLesson, seen: int) -> QWidget:
        row = QWidget()
        if shelved.plan is None:
            assert shelved.problem is not None
            title, hint = text_label(shelved.problem.what, "error", wraps=True), shelved.problem.hint
            column_of(title, text_label(hint, wraps=True), on=row, spacing=0)
            return row
        plan = shelved.plan
        button = _Title(f"{number}. {plan.title}", plan.summary)
        button.clicked.connect(lambda: self.chosen.emit(plan))
        words = f"{plan.summary} {_progress(plan, seen)}".strip()
        column_of(button, text_label(words, wraps=True), on=row, spacing=0)
        return row


class _Title(QPushButton):
    """A lesson's title, over as many lines as it needs, so that nothing in the list is cut."""

    def __init__(self, words: str, summary: str) -> None:
        super().__init__(words)
        self._words = words
        self.setProperty("link", True)
        self.setAccessibleName(words)
        self.setToolTip(summary)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._break_lines(self.width() - UNIT)

    def _break_lines(self, room: int) -> None:
        """Begin a line with each word that the one before has no room for; buttons do not do so themselves."""
        lines, metrics = [""], self.fontMetrics()
        for word in self._words.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and metrics.horizontalAdvance(longer) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        self.setText("\n".join(lines))


def _progress(plan: LessonPlan, seen: int) -> str:
    if seen == 0:
        return ""
    return "(done)" if seen == len(plan.pages) else f"({seen} of {len(plan.pages)})"
