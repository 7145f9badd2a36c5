"""What stands in the row of a named dimension that is chosen rather than slid: a list of choices, or a yes/no."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from explorer.ui.widgets.parts import named, row_of


class _Choices(QComboBox):
    """A list that leaves the wheel to what it lies in."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ChoiceControl(QWidget):
    """Shows which of some choices it is; of two, "no" and "yes", as a switch.

    Signals
    -------
    chosen(index) : int
        The user chose this one.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box, self.switch = _Choices(), QCheckBox()
        self._choices: tuple[str, ...] = ()
        row_of(self.box, (self.switch, 1), on=self, spacing=None)
        self.box.setProperty("flat", True)  # rows leave a gap between two
        for part in (self.box, self.switch):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the list has the keyboard
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.box.activated.connect(self.chosen)
        self.switch.clicked.connect(lambda on: self.chosen.emit(int(on)))

    @property
    def index(self) -> int:
        """Which choice is shown."""
        return int(self.switch.isChecked()) if self._is_switch else self.box.currentIndex()

    @property
    def count(self) -> int:
        """How many choices there are."""
        return len(self._choices)

    def offer(self, name: str, choices: tuple[str, ...]) -> None:
        """Let these be chosen from, silently."""
        if choices != self._choices:
            self._choices = choices
            self.box.clear()
            self.box.addItems(list(choices))
        self.box.setVisible(not self._is_switch)
        self.switch.setVisible(self._is_switch)
        named(self.box, name, f"Choose {name}")
        named(self.switch, name, f"{name}: {' or '.join(choices)}" if self._is_switch else "")

    def show_index(self, index: int) -> None:
        """Show one of the choices, silently."""
        if self._is_switch:
            self.switch.setChecked(bool(index))
            self.switch.setText(self._choices[index])
        else:
            self.box.setCurrentIndex(index)

    @property
    def _is_switch(self) -> bool:
        return len(self._choices) == 2
