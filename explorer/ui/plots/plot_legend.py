"""What the lines of a plot are called; a click hides them or shows them again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from explorer.ui.plots.plot_look import LineStyle, swatch, swatch_px
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.flow import Flow

_LONGEST = 26


@dataclass(frozen=True)
class LegendEntry:
    """What a legend names: its key, its words, and how the lines look that bear it."""

    key: str
    label: str
    looks: tuple[LineStyle, ...]


class PlotLegend(QWidget):
    """A button for each entry.

    Signals
    -------
    toggled(key, shown) : str, bool
    pointed(key) : str or None
        The pointer or the keyboard is on this entry.
    """

    toggled = Signal(str, bool)
    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        self._entries: dict[str, LegendEntry] = {}
        self._flow = Flow(self, spacing=2, narrows=False)  # a name cut short names nothing
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName("Legend")

    def show_entries(self, entries: Sequence[LegendEntry], hidden: Collection[str]) -> None:
        """Name these."""
        if list(entries) == list(self._entries.values()):
            return
        for button in self.buttons.values():
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._entries = {entry.key: entry for entry in entries}
        self.buttons = {entry.key: self._button(entry, entry.key not in hidden) for entry in entries}
        self._paint()
        self._make_room()

    def set_needed(self, needed: bool) -> None:
        """Name the lines, or only keep the room: something else names them."""
        for button in self.buttons.values():
            button.setVisible(needed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            self.pointed.emit(next((key for key, each in self.buttons.items() if each is watched), None))
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.FocusOut):
            self.pointed.emit(None)
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Be as high as the rows that are needed at this width."""
        self.setMinimumHeight(self._flow.heightForWidth(max(self.width(), 10 * UNIT)))

    def _button(self, entry: LegendEntry, shown: bool) -> QToolButton:
        button = QToolButton(self)
        words = entry.label
        button.setText(words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…")
        button.setProperty("quiet", True)
        button.setCheckable(True)
        button.setChecked(shown)
        button.setIconSize(QSize(swatch_px(len(entry.looks)), 2 * UNIT))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip(f"{words}: click to hide it or to show it again")
        button.setAccessibleName(words)
        button.setMinimumWidth(button.sizeHint().width() + UNIT // 2)  # in pictures of more pixels letters are wider
        button.installEventFilter(self)
        button.toggled.connect(lambda on, key=entry.key: self._on_toggled(key, on))
        self._flow.addWidget(button)
        button.show()
        return button

    def _on_toggled(self, key: str, shown: bool) -> None:
        self._paint()
        self.toggled.emit(key, shown)

    def _paint(self) -> None:
        c, ratio = colours_of(self.palette()), self.devicePixelRatioF()
        for key, button in self.buttons.items():
            button.setIcon(swatch(self._entries[key].looks, c, ratio, shown=button.isChecked()))
            font = button.font()
            font.setStrikeOut(not button.isChecked())
            button.setFont(font)
