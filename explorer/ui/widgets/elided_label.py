"""A label that shortens its words to the room it has, and never asks for more."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

_ELLIPSIS = "…"


class ElidedLabel(QLabel):
    """Shows as much of `words` as there is room for; all of them in its tool tip where something is missing.

    Parameters
    ----------
    mode : Qt.TextElideMode
        Where words are left out: at the end, or in the middle, where names differ at their ends.
    """

    def __init__(self, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = self._tip = self._short = ""
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_words(self, words: str, tip: str = "", short: str = "") -> None:
        """Show these, or what is ``short`` for them where there is no room; ``tip`` is what they mean."""
        if (words, tip, short) != (self.words, self._tip, self._short):
            self.words, self._tip, self._short = words, tip, short
            self.setAccessibleName(words)
            self.updateGeometry()
            self._fit()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.words) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(_ELLIPSIS), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._fit()  # the font of a style sheet is only known now
        super().paintEvent(event)

    def _fit(self) -> None:
        letters, width = self.fontMetrics(), self.width()
        words = self._short if self._short and letters.horizontalAdvance(self.words) > width else self.words
        fitting = letters.elidedText(words, self._mode, width)
        if fitting != self.text():
            self.setText(fitting)
        tip = self._tip if fitting == self.words else f"{self.words}\n{self._tip}".rstrip()
        if tip != self.toolTip():
            self.setToolTip(tip)
