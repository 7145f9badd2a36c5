"""The list of keys: those of the window and of each panel, gathered from what heeds them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QScrollArea, QTabWidget, QWidget

from explorer.ui.panel import Panel
from explorer.ui.theme import UNIT
from explorer.ui.widgets.keys import Key, keys_in, keys_of_actions
from explorer.ui.widgets.parts import column_of, named, scrolled, text_label
from explorer.ui.window.commands import Commands

_SIZE_PX = (96 * UNIT, 64 * UNIT)


class KeysDialog(QDialog):
    """A page for the whole window and one for each panel, made when it is looked at: that may build the panel's views.

    Parameters
    ----------
    parent : QWidget
    commands : Commands
    panels : sequence of Panel
    panel_actions : sequence of QAction
        What leads to them.
    first : int
        The panel whose keys are shown at first.
    """

    def __init__(
        self, parent: QWidget, commands: Commands, panels: Sequence[Panel], panel_actions: Sequence[QAction], first: int
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keyboard shortcuts")
        self._commands, self._panels, self._panel_actions = commands, panels, panel_actions
        self.tabs = named(QTabWidget(), "Panels")
        for title in ("Everywhere", *(panel.title for panel in panels)):
            self.tabs.addTab(QScrollArea(), title)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column_of((self.tabs, 1), buttons, on=self, margins=2 * UNIT, spacing=2 * UNIT)
        self.resize(min(_SIZE_PX[0], parent.width()), min(_SIZE_PX[1], parent.height()))
        self.tabs.currentChanged.connect(self._fill)
        self.tabs.setCurrentIndex(first + 1)

    def keys(self, index: int) -> list[Key]:
        """What the page ``index`` lists."""
        if index == 0:
            return [*self._commands.keys(), *keys_of_actions(self._panel_actions)]
        panel = self._panels[index - 1]
        meant = [key for each in panel.every_meaning() for key in self._commands.keys(each)]
        return list(dict.fromkeys([*meant, *keys_in(panel)]))

    def _fill(self, index: int) -> None:
        place = self.tabs.widget(index)
        assert isinstance(place, QScrollArea)
        if place.widget() is not None:
            return
        table = QWidget()
        rows = QFormLayout(table)
        rows.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        rows.setHorizontalSpacing(4 * UNIT)
        rows.setVerticalSpacing(UNIT // 2)
        for key in self.keys(index):
            rows.addRow(QLabel(key.words), text_label(key.keys, wraps=True))
        scrolled(table, place)
