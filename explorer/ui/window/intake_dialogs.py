"""Asks what only the user knows of what comes in."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from explorer.session.models.intake import UserQuestion
from explorer.ui.studio import Studio
from explorer.ui.window.quick_question import QuestionDialog


class Reception(QObject):
    """What the intake of one window needs of the screen.

    Attributes
    ----------
    question : QuestionDialog or None
        The one that is being asked.
    """

    def __init__(self, studio: Studio, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.question: QuestionDialog | None = None
        studio.intake.asked.connect(self._ask)

    def close(self) -> None:
        """Ask nothing more."""
        if self.question is not None:
            self.question.finished.disconnect()
            self.question.close()
            self.question = None

    def _ask(self, question: UserQuestion) -> None:
        self.question = QuestionDialog(question, self._window)
        self.question.finished.connect(self._forget)
        self.question.open()

    def _forget(self) -> None:
        if self.question is self.sender():
            self.question = None
