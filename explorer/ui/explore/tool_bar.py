"""The tools of a canvas: a button each, of which one is pressed or none, and what that one can be set to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import UNIT
from explorer.ui.widgets.canvas import Canvas
from explorer.ui.widgets.parts import STRETCH, ActionButton, row_of
from explorer.ui.widgets.picture_tool import PictureTool

_ACROSS, _DOWN = UNIT, UNIT // 2
_LOOSE, _TIGHT = UNIT, UNIT // 2  # between two parts, with words and without
_Hint = Callable[[QWidget], QSize]


@runtime_checkable
class Worded(Protocol):
    """A part that can do without its words where there is little room."""

    def show_words(self, wanted: bool) -> None:
        """Show them, or not."""


class ToolBar(QWidget):
    """Gives a canvas the tool that is chosen.

    One line, whatever is chosen, so that the picture below stays where it is; without words where it is narrow.

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
        self._buttons: dict[QAction, ActionButton] = {}
        self._left_out: set[QAction] = set()
        self._least_px = 0
        self._row = row_of(STRETCH, on=self, margins=(_ACROSS, _DOWN))

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
            What is shown while it is chosen; tools may share some.
        shows_button : bool
            Whether it has a button here, rather than somewhere else.
        """
        self._tools[action], self._options[action] = tool, options
        if shows_button:
            self._buttons[action] = ActionButton(action)
            self._row.insertWidget(len(self._buttons) - 1, self._buttons[action])
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

    def show_tool(self, tool: PictureTool, wanted: bool) -> None:
        """Have a button for a tool, or leave no room for it."""
        for action, each in self._tools.items():
            if each is tool and action in self._buttons:
                self._left_out = self._left_out - {action} if wanted else self._left_out | {action}
                self._buttons[action].setVisible(wanted)
        self._fit()

    def put_down(self) -> None:
        """Choose no tool."""
        for action in self._tools:
            action.setChecked(False)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._least_px, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    @property
    def _every_option(self) -> tuple[QWidget, ...]:
        return tuple(dict.fromkeys(option for options in self._options.values() for option in options))

    @property
    def _shown_buttons(self) -> tuple[ActionButton, ...]:
        return tuple(button for action, button in self._buttons.items() if action not in self._left_out)

    def _lay_options(self) -> None:
        """Options come behind all buttons."""
        for option in self._every_option:
            self._row.removeWidget(option)
            self._row.insertWidget(self._row.count() - 1, option)
        self._show_options()
        self._fit()

    def _fit(self) -> None:
        """Show words where there is room for them, whichever tool is chosen, and be as high as the highest part."""
        if not self.isVisible():  # it comes into sight after all parts were added
            return
        parts = (*self._shown_buttons, *self._every_option)
        for part in parts:
            part.ensurePolished()
        before = self._least_px
        self._show_words(False)
        self._least_px = self._wanted(_TIGHT, lambda part: part.minimumSizeHint())
        self._show_words(True)
        if self._wanted(_LOOSE, lambda part: part.sizeHint()) > self.width():
            self._show_words(False)
        height = max((_room(part, lambda part: part.sizeHint()).height() for part in parts), default=0)
        self.setFixedHeight(height + 2 * _DOWN)
        if before != self._least_px:
            self.updateGeometry()

    def _show_words(self, wanted: bool) -> None:
        self._row.setSpacing(_LOOSE if wanted else _TIGHT)
        for part in (*self._shown_buttons, *self._every_option):
            if isinstance(part, Worded):
                part.show_words(wanted)

    def _wanted(self, gap_px: int, hint: _Hint) -> int:
        """Pixels across for the buttons and the options of that tool which has the widest."""

        def across(parts: Sequence[QWidget]) -> int:
            return sum(_room(part, hint).width() + gap_px for part in parts)

        options = (parts for action, parts in self._options.items() if action not in self._left_out)
        return 2 * _ACROSS + across(self._shown_buttons) + max(map(across, options), default=0)

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
        for option in self._every_option:
            option.setVisible(option in shown)


def _room(part: QWidget, hint: _Hint) -> QSize:
    """What a part asks for, within what it is allowed."""
    return hint(part).boundedTo(part.maximumSize()).expandedTo(part.minimumSize())
