"""A few lines to write a sentence in, with the words that are known offered as one types."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QPalette,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QCompleter, QListView, QPlainTextEdit, QWidget

from explorer.core.text.vocabulary import Vocabulary, placed_words
from explorer.ui.theme import UNIT
from explorer.ui.widgets.gestures import claims
from explorer.ui.widgets.keys import Key

_LINES = 3
_FEWEST_LETTERS = 1  # after which words are offered
_LISTED = 8


class _UnknownGreyed(QSyntaxHighlighter):
    """Greys the words that are not known."""

    def __init__(self, document: QTextDocument, owner: QWidget) -> None:
        super().__init__(document)
        self._owner = owner
        self.vocabulary = Vocabulary((), 1)

    def highlightBlock(self, text: str) -> None:
        grey = QTextCharFormat()
        grey.setForeground(self._owner.palette().color(QPalette.ColorRole.PlaceholderText))
        grey.setFontStrikeOut(True)
        for start, word in placed_words(text):
            if not self.vocabulary.knows(word):
                self.setFormat(start, len(word), grey)


class SentenceEdit(QPlainTextEdit):
    """Takes a sentence; Tab or Return takes the word that is offered, and Return alone ends the sentence.

    Signals
    -------
    written()
        The user changed what stands there.
    ended()
        Return was pressed, or another widget was gone to.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (Key("Accept the word that is offered", "Tab or Return in a sentence"),)

    written = Signal()
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * _LINES + 2 * UNIT)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._greyed = _UnknownGreyed(self.document(), self)
        self._is_shown = False  # while text is put in by the program
        self._words = QStringListModel(self)
        self.completer = QCompleter(self._words, self)
        self.completer.setWidget(self)
        self.completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.completer.setMaxVisibleItems(_LISTED)
        self.offered = QListView()
        self.offered.setAccessibleName("Words that are known")
        self.completer.setPopup(self.offered)
        self.offered.installEventFilter(self)
        self.completer.activated.connect(self._complete)
        self.textChanged.connect(self._on_changed)

    def show_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Offer these words, and grey all others."""
        self._greyed.vocabulary = vocabulary
        self._words.setStringList(sorted(vocabulary.words))
        self._greyed.rehighlight()

    def show_sentence(self, sentence: str) -> None:
        """Show a sentence, silently."""
        self._is_shown = True
        self.setPlainText(sentence)
        self.moveCursor(QTextCursor.MoveOperation.End)
        self._is_shown = False

    @property
    def word_begun(self) -> str:
        """The word that the cursor stands behind, in lower case; "" where it is behind none."""
        before = self.textCursor().block().text()[: self.textCursor().positionInBlock()]
        words = placed_words(before)
        return words[-1][1].lower() if words and words[-1][0] + len(words[-1][1]) == len(before) else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, offered = Qt.Key(event.key()), self.offered
        if offered.isVisible() and key in (Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._complete(
                self.completer.currentCompletion()
                if not offered.currentIndex().isValid()
                else offered.currentIndex().data()
            )
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.ended.emit()
        else:
            super().keyPressEvent(event)
            self._offer(typed=bool(event.text().strip()) or key == Qt.Key.Key_Backspace)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc takes the offered words away, and does nothing else in the window."""
        if claims(event, lambda key: key.key() == Qt.Key.Key_Escape):
            self.offered.hide()
            return True
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab takes the word that is offered before it goes on."""
        return False if self.offered.isVisible() else super().focusNextPrevChild(next)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.offered.hide()
            self.ended.emit()

    def _offer(self, *, typed: bool) -> None:
        begun = self.word_begun
        self.completer.setCompletionPrefix(begun)
        only = self.completer.completionCount() == 1 and self.completer.currentCompletion() == begun
        if not typed or len(begun) < _FEWEST_LETTERS or only or not self.completer.completionCount():
            self.offered.hide()
            return
        place = self.cursorRect()
        place.setWidth(self.offered.sizeHintForColumn(0) + 4 * UNIT)
        self.completer.complete(place)

    def _complete(self, word: str) -> None:
        cursor = self.textCursor()
        begun = self.word_begun
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(begun))
        cursor.insertText(f"{word} ")
        self.setTextCursor(cursor)
        self.offered.hide()

    def _on_changed(self) -> None:
        if not self._is_shown:
            self.written.emit()
