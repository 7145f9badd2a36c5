"""Lessons beside whatever is in view: a list of them, and the page of the one that was chosen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from explorer.core.lessons.lesson_plan import LessonPlan
from explorer.session.lessons.lesson_shelf import LessonShelf
from explorer.ui.lessons.lesson_actions import KNOWN
from explorer.ui.lessons.lesson_list import LessonList
from explorer.ui.lessons.lesson_text import LessonText
from explorer.ui.lessons.question_box import QuestionBox
from explorer.ui.theme import UNIT
from explorer.ui.widgets.asking import ask_folder
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.parts import (
    STRETCH,
    column_of,
    line,
    named,
    pages_of,
    push_button,
    row_of,
    scrolled,
    text_label,
    tool_button,
)

if TYPE_CHECKING:
    from explorer.session.notices import Notices


class LessonSide(QWidget):
    """Shows one page of a lesson after the other.

    Signals
    -------
    performed(actions) : tuple of LessonAction
        The page wants the program set up so.
    closed()
    """

    performed = Signal(object)
    closed = Signal()

    def __init__(self, shelf: LessonShelf, notices: Notices) -> None:
        super().__init__()
        self.setAccessibleName("Lessons")
        self.shelf, self._notices = shelf, notices
        self.plan: LessonPlan | None = None
        self.place = 0
        self.list, self.question = LessonList(), QuestionBox()
        self.title, self.text = text_label("", "title", wraps=True), LessonText("Page of the lesson")
        self.heading = ElidedLabel()
        self.bar = named(QProgressBar(textVisible=False), "How far you are")
        self.to_list = tool_button("list", "All lessons", "Choose another lesson", self.show_list)
        close = tool_button("close", "Close the lessons", "Close; you can continue the lesson later", self.closed)
        self.again = push_button("Set up again", "Set the program up again the way this page needs it", self._set_up)
        self.back = push_button("Back", "The previous page", lambda: self.show_page(self.place - 1))
        self.next = push_button("Next", "The next page", self._on_next, primary=True)
        self._lay_out(close)
        self.list.chosen.connect(self.begin)
        self.list.folder_wanted.connect(self._ask_folder)
        self.list.folder_unwanted.connect(self._remove_folder)
        self.question.answered.connect(self._on_answered)
        self.show_list()

    def show_list(self) -> None:
        """Show what lessons there are."""
        shelved = self.shelf.lessons(KNOWN)
        seen = [self.shelf.pages_seen(each.plan) if each.plan else 0 for each in shelved]
        self.list.show_lessons(shelved, seen, self.shelf.folders)
        self.heading.show_words("Lessons")
        self.to_list.hide()
        self.bar.hide()
        self._pages.setCurrentIndex(0)

    def begin(self, plan: LessonPlan) -> None:
        """Show a lesson from where one got last; from its beginning, where that was its end."""
        self.plan = plan
        seen = self.shelf.pages_seen(plan)
        self.show_page(0 if seen in (0, len(plan.pages)) else seen - 1)

    def show_page(self, place: int) -> None:
        """Show one page of the lesson, from 0, and have the program set up for it."""
        assert self.plan is not None
        plan, self.place = self.plan, min(max(place, 0), len(self.plan.pages) - 1)
        page = plan.pages[self.place]
        self.shelf.remember_page(plan, self.place)
        self.heading.show_words(plan.title)
        self.to_list.show()
        self.bar.show()
        self.bar.setRange(0, len(plan.pages))
        self.bar.setValue(self.place + 1)
        self.title.setText(page.title)
        self.title.setVisible(bool(page.title))
        self.text.show_markdown(page.text if page.answers else f"{page.text}\n\n{page.why}".strip())
        self.question.ask(page)
        self.again.setVisible(bool(page.first))
        self.back.setEnabled(self.place > 0)
        is_last = self.place == len(plan.pages) - 1
        self.next.setText("Done" if is_last else "Next")
        self.next.setToolTip("Back to the list of lessons" if is_last else "The next page")
        self._pages.setCurrentIndex(1)
        self._area.verticalScrollBar().setValue(0)
        self._set_up()

    def _set_up(self) -> None:
        if self.plan is not None:
            self.performed.emit(self.plan.pages[self.place].first)

    def _on_answered(self) -> None:
        if self.plan is not None:
            self.performed.emit(self.plan.pages[self.place].afterwards)

    def _on_next(self) -> None:
        if self.plan is None or self.place == len(self.plan.pages) - 1:
            self.show_list()
        else:
            self.show_page(self.place + 1)

    def _ask_folder(self) -> None:
        folder = ask_folder(self, "Add a folder of lessons")
        if folder is not None:
            with self._notices.catching():
                self.shelf.add(folder)
            self.show_list()

    def _remove_folder(self, folder: Path) -> None:
        self.shelf.remove(folder)
        self.show_list()

    def _lay_out(self, close: QWidget) -> None:
        head = row_of(self.to_list, self.heading, STRETCH, close, margins=(2 * UNIT, UNIT, UNIT, UNIT))
        inside = QWidget()
        column_of(self.title, self.text, self.question, STRETCH, on=inside, margins=2 * UNIT, spacing=2 * UNIT)
        self._area = scrolled(inside, name="Page of the lesson")
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        listed = scrolled(self.list, name="All lessons")
        listed.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        foot = row_of(self.again, STRETCH, self.back, self.next, margins=(2 * UNIT, UNIT))
        page = QWidget()
        column_of((self._area, 1), line(), foot, on=page, spacing=0)
        self._pages = pages_of(listed, page)
        inner = QWidget()
        column_of(head, self.bar, line(), (self._pages, 1), on=inner, spacing=0)
        row_of(line(upright=True), (inner, 1), on=self, spacing=0)
