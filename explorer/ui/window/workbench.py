"""The middle of the window: the panels, of which one is in view, and the strips below them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from explorer.ui.panel import Panel
from explorer.ui.widgets.parts import column_of, line, row_of
from explorer.ui.window.panel_rail import PanelRail
from explorer.ui.window.strips import Strips


class Workbench(QWidget):
    """Shows one panel at a time; the rail at its left chooses among several.

    Parameters
    ----------
    panels : sequence of Panel
    strips : Strips
        What lies below them.
    welcome : QWidget
        What stands in the place of a panel that needs a model, while there is none.
    """

    def __init__(self, panels: Sequence[Panel], strips: Strips, welcome: QWidget) -> None:
        super().__init__()
        self.panels = tuple(panels)
        self.strips = strips
        self._welcome = welcome
        self._index = 0
        self._is_empty = True
        self._wants_strips = True
        self._stack = QStackedWidget()
        self._bottom = QWidget()
        self.rail = PanelRail(self.panels)
        self.rail.chosen.connect(self.show_panel)
        self._lay_out()

    @property
    def panel(self) -> Panel:
        """The panel that is in view."""
        return self.panels[self._index]

    def show_panel(self, index: int) -> None:
        """Bring one panel into view."""
        self._index = index
        self.rail.show_chosen(index)
        self._show_page()

    def set_ready(self, ready: bool, *, empty: bool = False) -> None:
        """Let the user work, or not while there is nothing to work with.

        ``empty`` says that no model is open or being opened; panels that need none are ready all the same.
        """
        self._is_empty = empty
        for panel in self.panels:
            panel.setEnabled(ready or not panel.needs_model)
        self.strips.setEnabled(ready)
        self._show_strips()
        self._show_page()

    def want_strips(self, wanted: bool) -> None:
        """Show the strips, where there is something to show in them, or hide them."""
        self._wants_strips = wanted
        self._show_strips()

    def _show_strips(self) -> None:
        self._bottom.setVisible(self._wants_strips and not self._is_empty)

    def _show_page(self) -> None:
        lacks_model = self._is_empty and self.panel.needs_model
        before, after = self._stack.currentWidget(), self._welcome if lacks_model else self.panel
        leads = before is not None and before is not after and before.isAncestorOf(QApplication.focusWidget() or self)
        self._stack.setCurrentWidget(after)
        if leads:  # else Qt would choose some button for the keyboard
            (self.panel.canvas or after).setFocus()

    def _lay_out(self) -> None:
        for panel in (*self.panels, self._welcome):
            self._stack.addWidget(panel)
        self._stack.setCurrentWidget(self._welcome)
        row = row_of(spacing=0)
        for part in (self.rail, line(upright=True)):
            part.setVisible(len(self.panels) > 1)
            row.addWidget(part)
        row.addWidget(self._stack, 1)
        column_of((row, 1), self._bottom, on=self, spacing=0)
        column_of(line(), self.strips, on=self._bottom, spacing=0)
