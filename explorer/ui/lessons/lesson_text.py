"""The words of a lesson: Markdown as high as it is long, from which nothing is loaded or opened."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent, QTextDocument
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser


class LessonText(QTextBrowser):
    """Shows Markdown of somebody else's: no HTML, no pictures, no links to follow."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._markdown = ""
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("words", True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)

    def show_markdown(self, text: str) -> None:
        """Show ``text``; nothing at all where it is empty."""
        self._markdown = text
        document = self.document()
        document.setDocumentMargin(0)
        features = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
        harmless = text.replace("![", "!\\[")  # a picture could be any file of the machine, a device too
        document.setMarkdown(harmless, QTextDocument.MarkdownFeature(features))
        self.setVisible(bool(text))
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(0, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange) and self._markdown:
            self.show_markdown(self._markdown)

    def _fit(self) -> None:
        if self.height() != self._height():
            self.setFixedHeight(self._height())

    def _height(self) -> int:
        self.document().setTextWidth(self.viewport().width())
        return round(self.document().size().height()) + 2
