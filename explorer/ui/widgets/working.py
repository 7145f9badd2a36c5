"""What is going on in the background, where it was begun."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QWidget

from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import column_of, named, row_of, text_label, tool_button


class Working(QWidget):
    """What is going on, how far it is, and a button to stop it; hidden while nothing is."""

    def __init__(self, cancel_tip: str) -> None:
        super().__init__()
        self.words = text_label(wraps=True)
        self.bar = named(QProgressBar(textVisible=False), "Progress")
        self.cancel = tool_button("close", "Cancel", cancel_tip)
        column_of(self.words, row_of(self.bar, self.cancel), on=self, spacing=UNIT // 2)
        self.hide()

    def show_work(self, words: str) -> None:
        """Show that something has begun."""
        self.words.setText(words)
        self.bar.setRange(0, 0)
        self.show()

    def show_share(self, share: float) -> None:
        """Show how far it is."""
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(1000 * share))
