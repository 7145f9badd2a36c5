"""The middle of the window: the panels, of which one is in view, and the strips below them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from explorer.ui.lines import line
from explorer.ui.panel import Panel
from explorer.ui.panel_rail import PanelRail
from explorer.ui.strips import Strips


class Workbench(QWidget):
    """Shows one panel at a time; the rail at its left chooses among several."""

    def __init__(self, panels: Sequence[Panel], strips: Strips) -> None:
        super().__init__()
        self.panels = tuple(panels)
        self.strips = strips
        self._stack = QStackedWidget()
        self._rail = PanelRail(self.panels)
        self._rail.chosen.connect(self.show_panel)
        self._lay_out()

    @property
    def panel(self) -> Panel:
        """The panel that is in view."""
        return self.panels[self._stack.currentIndex()]

    def show_panel(self, index: int) -> None:
        """Bring one panel into view."""
        self._stack.setCurrentIndex(index)
        self._rail.show_chosen(index)

    def set_ready(self, ready: bool) -> None:
        """Let the user work, or not while there is nothing to work with."""
        self._stack.setEnabled(ready)
        self.strips.setEnabled(ready)

    def _lay_out(self) -> None:
        for panel in self.panels:
            self._stack.addWidget(panel)
        row = QHBoxLayout()
        row.setSpacing(0)
        for part in (self._rail, line(upright=True)):
            part.setVisible(len(self.panels) > 1)
            row.addWidget(part)
        row.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(line())
        column.addWidget(self.strips)
