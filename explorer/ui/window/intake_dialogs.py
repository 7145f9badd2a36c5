"""Receives what comes in and is no generator: asks what only the user knows, shows translators in a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from explorer.core.models.wrong_kind import WrongKind
from explorer.session.models.intake import UserQuestion
from explorer.ui.studio import Studio
from explorer.ui.window.quick_question import QuestionDialog

if TYPE_CHECKING:  # brings much along that a start without it can do without
    from explorer.ui.translate.translate_window import TranslateWindow


class Reception(QObject):
    """What the intake of one window needs of the screen.

    Attributes
    ----------
    question : QuestionDialog or None
        The one that is being asked.
    translate_window : TranslateWindow or None
        Made when a translator is first opened.
    """

    def __init__(self, studio: Studio, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._window = studio, window
        self.question: QuestionDialog | None = None
        self.translate_window: TranslateWindow | None = None
        studio.intake.asked.connect(self._ask)
        studio.intake.translator_found.connect(self._show_translator)

    def close(self) -> None:
        """Ask nothing more, and close the window of the translators."""
        if self.question is not None:
            self.question.finished.disconnect()
            self.question.close()
            self.question = None
        if self.translate_window is not None:
            self.translate_window.close_work()

    def _ask(self, question: UserQuestion) -> None:
        self.question = QuestionDialog(question, self._window)
        self.question.finished.connect(self._forget)
        self.question.open()

    def _forget(self) -> None:
        if self.question is self.sender():
            self.question = None

    def _show_translator(self, found: WrongKind) -> None:
        from explorer.ui.translate.translate_window import TranslateWindow

        if self.translate_window is None:
            self.translate_window = TranslateWindow(self._studio, self._window)
        self.translate_window.open_model(found.path)
