"""The tools of a canvas: a button each, of which one is pressed or none, and what that one can be set to."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import UNIT
from explorer.ui.widgets.canvas import Canvas
from explorer.ui.widgets.flow import Flow
from explorer.ui.widgets.parts import ActionButton, column_of
from explorer.ui.widgets.picture_tool import PictureTool


class ToolBar(QWidget):
    """Gives a canvas the tool that is chosen.

    Signals
    -------
    changed()
        Another tool is chosen, or none.
    """

    changed = Signal()

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self._canvas = canvas
        self._tools: dict[QAction, PictureTool] = {}
        self._options: dict[QAction, tuple[QWidget, ...]] = {}
        inside = QWidget()
        self._row = Flow(inside, UNIT)
        column_of(inside, on=self, margins=(UNIT, UNIT // 2))

    @property
    def tool(self) -> PictureTool | None:
        """The tool that is chosen."""
        return self._canvas.tool

    def add(self, action: QAction, tool: PictureTool, *options: QWidget, shows_button: bool = True) -> None:
        """Add a tool, which is chosen while ``action`` is checked.

        Parameters
        ----------
        action : QAction
            Checkable, with its icon, words, key and tip.
        tool : PictureTool
        options : widgets
            What is shown while it is chosen, in one line where there is room; tools may share some.
        shows_button : bool
            Whether it has a button here, rather than somewhere else.
        """
        self._tools[action], self._options[action] = tool, options
        if shows_button:
            self._row.addWidget(ActionButton(action))
        action.toggled.connect(partial(self._on_toggled, action))
        self._lay_options()

    def offer(self, tool: PictureTool, offered: bool, tip: str) -> None:
        """Offer a tool or not, and say in its tip what it is for or why it cannot be used."""
        for action, each in self._tools.items():
            if each is tool:
                action.setToolTip(tip)
                action.setEnabled(offered)
                if not offered:
                    action.setChecked(False)

    def put_down(self) -> None:
        """Choose no tool."""
        for action in self._tools:
            action.setChecked(False)

    def _lay_options(self) -> None:
        """Options come behind all buttons."""
        every = dict.fromkeys(option for options in self._options.values() for option in options)
        for option in every:
            self._row.removeWidget(option)
            self._row.addWidget(option)
        self._show_options()

    def _on_toggled(self, action: QAction, chosen: bool) -> None:
        tool = self._tools[action]
        if chosen:
            for other in self._tools:
                if other is not action:
                    other.setChecked(False)
            self._canvas.tool = tool
        elif self._canvas.tool is tool:
            self._canvas.tool = None
        self._show_options()
        self.changed.emit()

    def _show_options(self) -> None:
        shown = {option for action, options in self._options.items() if action.isChecked() for option in options}
        for option in dict.fromkeys(option for options in self._options.values() for option in options):
            option.setVisible(option in shown)
