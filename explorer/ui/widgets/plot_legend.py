"""What the lines of a plot are called; a click hides a line or shows it again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from explorer.ui.theme import colours_of
from explorer.ui.widgets.flow import Flow
from explorer.ui.widgets.plot_curve import Line
from explorer.ui.widgets.plot_look import SWATCH

Key = tuple[str, str]
_LONGEST = 26


class PlotLegend(QWidget):
    """A button for each line.

    Signals
    -------
    toggled(key, shown) : (str, str), bool
    pointed(key) : (str, str) or None
        The pointer or the keyboard is on this line.
    """

    toggled = Signal(object, bool)
    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[Key, QToolButton] = {}
        self._lines: dict[Key, Line] = {}
        self._flow = Flow(self, spacing=2)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Legend")

    def show_lines(self, lines: Sequence[Line], hidden: set[Key]) -> None:
        """Name these lines."""
        for button in self.buttons.values():
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._lines = {line.key: line for line in lines}
        self.buttons = {line.key: self._button(line, line.key not in hidden) for line in lines}
        self._paint()
        self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            key = next((key for key, button in self.buttons.items() if button is watched), None)
            self.pointed.emit(key)
        elif kind in (QEvent.Type.Leave, QEvent.Type.FocusOut):
            self.pointed.emit(None)
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setMinimumHeight(self._flow.heightForWidth(self.width()))

    def _button(self, line: Line, shown: bool) -> QToolButton:
        button = QToolButton(self)
        words = line.label
        button.setText(words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…")
        button.setProperty("quiet", True)
        button.setCheckable(True)
        button.setChecked(shown)
        button.setIconSize(SWATCH)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip(f"{words}: click to hide it or to show it again")
        button.setAccessibleName(words)
        button.installEventFilter(self)
        button.toggled.connect(lambda on, key=line.key: self._on_toggled(key, on))
        self._flow.addWidget(button)
        button.show()
        return button

    def _on_toggled(self, key: Key, shown: bool) -> None:
        self._paint()
        self.toggled.emit(key, shown)

    def _paint(self) -> None:
        c = colours_of(self.palette())
        for key, button in self.buttons.items():
            shown = button.isChecked()
            button.setIcon(self._lines[key].look.swatch(c, self.devicePixelRatioF(), shown=shown))
            font = button.font()
            font.setStrikeOut(not shown)
            button.setFont(font)
