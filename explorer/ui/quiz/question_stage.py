"""What a player looks at: progress, the question, the pictures, and what can be answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFontInfo, QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QSizePolicy, QToolButton, QWidget

from explorer.ui.quiz.lesson_board import LessonBoard
from explorer.ui.quiz.question_board import QuestionBoard
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.gestures import claims
from explorer.ui.widgets.keys import Key
from explorer.ui.widgets.parts import STRETCH, column_of, fill, named, pages_of, push_button, row_of, tool_button

PLAIN, GOOD, BAD = "plain", "good", "bad"
_SURE = ("guess", "unsure", "maybe", "fairly", "certain")
_KEYS = {
    Qt.Key.Key_Left: "left", Qt.Key.Key_Right: "right", Qt.Key.Key_Space: "next", Qt.Key.Key_Return: "next",
    Qt.Key.Key_Enter: "next", Qt.Key.Key_Escape: "pause", Qt.Key.Key_L: "learn",
    Qt.Key.Key_1: "1", Qt.Key.Key_2: "2", Qt.Key.Key_3: "3", Qt.Key.Key_4: "4", Qt.Key.Key_5: "5",
}  # fmt: skip


class QuizStage(QWidget):
    """Shows a question, and says what the player does: by keys or by buttons, which are the same.

    Signals
    -------
    acted(what) : str
        ``left``, ``right``, ``1`` to ``5``, ``next``, ``learn``, ``pause``, ``resume`` or ``stop``.
    hidden()
        The stage went out of sight.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("Answer: left or real, right or made", "Left, Right"),
        Key("Say how sure you are", "1  to  5"),
        Key("Go on", "Space  or  Enter"),
        Key("Look closer at what gives it away", "L"),
        Key("Pause", "Esc"),
    )

    acted = Signal(str)
    hidden = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Quiz")
        self.board, self.lesson = QuestionBoard(), LessonBoard()
        self.board.clicked.connect(lambda place: self.acted.emit("right" if place else "left"))
        self.progress, self.title, self.words = QLabel(), QLabel(), QLabel()
        self.bar = named(QProgressBar(textVisible=False), "Questions answered")
        self.bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.full = _tool("fit", "Fill the screen, or stop filling it (F11)", None)
        self.pause = _tool("pause", "Pause (Esc): what was answered is kept", lambda: self.acted.emit("pause"))
        self._buttons: list[QPushButton] = []
        self._row = row_of(spacing=None)
        self._tone = PLAIN
        self._paused = self._pause_page()
        self._pages = pages_of(self.board, self.lesson, self._paused)
        self._lay_out()

    @property
    def is_paused(self) -> bool:
        """Whether the page in sight is the one that says so."""
        return self._pages.currentWidget() is self._paused

    def show_progress(self, place: int, count: int, at_most: bool) -> None:
        """Show that this is question ``place``, from 1, of ``count``."""
        self.progress.setText(f"{place} of at most {count}" if at_most else f"{place} of {count}")
        self.bar.setMaximum(count)
        self.bar.setValue(place - 1)

    def say(self, title: str, words: str = "", tone: str = PLAIN) -> None:
        """Say something large above the pictures, and something smaller below it."""
        self.title.setText(title)
        self.words.setText(words)
        self._tone = tone
        self._size_words()

    def offer(self, choices: Sequence[tuple[str, str, str]], primary: str = "") -> None:
        """Offer these buttons: what each does, its words, and its key in words."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        for what, words, key in choices:
            button = QPushButton(f"{words}   {key}" if key else words)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # every one has a key of its own
            button.setProperty("primary", what == primary)
            button.setAccessibleName(words)
            button.setToolTip(f"{words} ({key})" if key else words)
            button.clicked.connect(partial(self.acted.emit, what))
            button.setObjectName(what)
            self._row.insertWidget(self._row.count() - 1, button)
            self._buttons.append(button)
        self._size_words()

    def show_board(self) -> None:
        """Show the pictures' place."""
        self._show_page(self.board)

    def show_lesson(self) -> None:
        """Show what there is to learn."""
        self._show_page(self.lesson)

    def show_pause(self, words: str) -> None:
        """Show that the quiz waits."""
        self._paused.say("Paused", words)
        self._show_page(self._paused)

    def event(self, event: QEvent) -> bool:
        """Claim the quiz's keys before the window's shortcuts get them."""
        return claims(event, _is_ours) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        what = _KEYS.get(Qt.Key(event.key()))
        if what is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():  # a key that is held down answers one question
            self.acted.emit(what)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._size_words()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._size_words()

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell whoever measures times that nothing can be seen."""
        self.hidden.emit()

    def _show_page(self, page: QWidget) -> None:
        """Nothing but the pause is to be seen in a pause."""
        for part in (self.title, self.words, *self._buttons):
            part.setVisible(page is not self._paused)
        self._pages.setCurrentWidget(page)

    def _size_words(self) -> None:
        """Letters grow with the stage, so that they can be read from afar."""
        c = colours_of(self.palette())
        colour = {PLAIN: c.text, GOOD: c.good, BAD: c.error}[self._tone].name()
        large = max(min(self.height() // 17, 64), 22)
        small = max(round(0.55 * large), 15, QFontInfo(self.font()).pixelSize())
        _style(self.title, f"font-size: {large}px; font-weight: 600; color: {colour};")
        _style(self.words, f"font-size: {small}px; color: {c.muted.name()};")
        _style(self.progress, f"font-size: {small}px;")
        for button in self._buttons:
            _style(button, f"font-size: {small}px; min-height: {2 * small}px; padding: 0 {small}px;")

    def _pause_page(self) -> EmptyState:
        resume = push_button("Go on   Space", "Go on with the same question (Space)", primary=True)
        stop = push_button("Stop here", "End the quiz; the answers so far are kept")
        for button, what in ((resume, "resume"), (stop, "stop")):
            button.setObjectName(what)
            button.clicked.connect(partial(self.acted.emit, what))
        resume.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return EmptyState("pause", "Paused", "", [resume, stop])

    def _lay_out(self) -> None:
        top = row_of(self.progress, (self.bar, 1), self.full, self.pause)
        for label in (self.title, self.words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._row.setSpacing(UNIT)
        fill(self._row, STRETCH, STRETCH)
        column_of(
            top,
            self.title,
            self.words,
            (self._pages, 1),
            self._row,
            on=self,
            margins=(2 * UNIT, UNIT),
            spacing=UNIT // 2,
        )


def sides(form: str) -> list[tuple[str, str, str]]:
    """The two answers."""
    if form == "pair":
        return [("left", "Left is real", "←"), ("right", "Right is real", "→")]
    return [("left", "Real", "←"), ("right", "Made", "→")]


def sureness() -> list[tuple[str, str, str]]:
    """How sure somebody may be."""
    return [(str(number), words.capitalize(), str(number)) for number, words in enumerate(_SURE, start=1)]


def _is_ours(event: QKeyEvent) -> bool:
    """Whether a key means something in a quiz; one that writes something is no shortcut of the window's there."""
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    writes = bool(event.text()) and event.text().isprintable()
    return plain and (event.key() in _KEYS or writes)


def _style(widget: QWidget, sheet: str) -> None:
    if widget.styleSheet() != sheet:
        widget.setStyleSheet(sheet)


def _tool(drawing: str, tip: str, act: Callable[[], None] | None) -> QToolButton:
    button = tool_button(drawing, tip.split(" (")[0], tip, act)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
