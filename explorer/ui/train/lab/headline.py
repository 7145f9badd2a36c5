"""The verdict above the plane: always room for two lines, and for more where it needs them, so that it is never cut."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from explorer.training.toy_models.verdict import LabVerdict
from explorer.ui.theme import colours_of

_LINES = 2


class Headline(QLabel):
    """Says what is going on; a failure in the colour of warnings."""

    def __init__(self) -> None:
        super().__init__()
        self._verdict = LabVerdict("")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "title")
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName("Verdict")
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_verdict(self, verdict: LabVerdict) -> None:
        """Say it."""
        if verdict == self._verdict:
            return
        self._verdict = verdict
        self.setText(verdict.words)
        self._colour()
        self._fit()

    def heightForWidth(self, width: int) -> int:
        return int(max(super().heightForWidth(width), _LINES * self.fontMetrics().lineSpacing()))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.heightForWidth(max(self.width(), 1)) if self.width() > 100 else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _colour(self) -> None:
        c = colours_of(self.palette())
        style = f"color: {(c.warning if self._verdict.is_bad else c.text).name()}"
        if style != self.styleSheet():  # a new one changes the palette, which leads here again
            self.setStyleSheet(style)

    def _fit(self) -> None:
        self.setMinimumHeight(self.heightForWidth(self.width()))
