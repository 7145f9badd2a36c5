"""A slim row of choices of which one is on, like the tabs of a card file."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from explorer.ui.widgets.parts import named, row_of
from explorer.ui.widgets.spring_button import SpringButton


class Segments(QWidget):
    """Chooses one of a few; left and right go to the next.

    Parameters
    ----------
    choices : sequence of (str, str)
        What each is called, and the tool tip that says what it is for.

    Signals
    -------
    chosen(index) : int
        The user chose another one.
    """

    chosen = Signal(int)

    def __init__(self, choices: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("segments", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._buttons = QButtonGroup(self)
        layout = row_of(on=self, margins=2, spacing=2)
        for index, (text, tip) in enumerate(choices):
            button = named(SpringButton(), text, tip)
            button.setText(text)
            button.setCheckable(True)
            button.setChecked(index == 0)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._buttons.addButton(button, index)
            layout.addWidget(button)
        self._buttons.idClicked.connect(self.chosen)

    @property
    def index(self) -> int:
        """Which one is on."""
        return self._buttons.checkedId()

    def show_index(self, index: int) -> None:
        """Show that ``index`` is on, silently."""
        self._buttons.button(index).setChecked(True)

    def enable(self, index: int, enabled: bool, tip: str) -> None:
        """Offer one of the choices or not, and say why."""
        button = self._buttons.button(index)
        button.setEnabled(enabled)
        button.setToolTip(tip)

    def offer(self, index: int, offered: bool) -> None:
        """Show one of the choices, or leave no room for it."""
        self._buttons.button(index).setVisible(offered)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        count = len(self._buttons.buttons())
        index = min(max(self.index + step, 0), count - 1)
        button = self._buttons.button(index)
        if index != self.index and button.isEnabled() and not button.isHidden():
            button.setChecked(True)
            button.setFocus()
            self.chosen.emit(index)
