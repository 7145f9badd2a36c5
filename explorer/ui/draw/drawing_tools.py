"""The tools of the board with their keys, sizes and colours, and the two ways in which all of them draw."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from explorer.core.digits import whole_number
from explorer.core.drawing.drawing import BLACK, TOOLS, Tool
from explorer.core.drawing.legend import Colour
from explorer.core.drawing.straightening import tidied
from explorer.session.settings import Settings
from explorer.ui.draw.board_kind import BoardKind
from explorer.ui.draw.stroke_tool import StrokeTool, Ways
from explorer.ui.explore.tool_bar import ToolBar
from explorer.ui.touch.brush import Brush
from explorer.ui.touch.brush_size import BrushSize
from explorer.ui.widgets.parts import ActionButton, switch_action

_BROAD = 6.0  # the usual width of a pen that paints
_FINE = 100  # parts of the unit of a brush's size that are remembered


class _Look(NamedTuple):
    """What a tool is called, and how wide it usually and at most is, in hundredths of the board."""

    image: str
    words: str
    key: str
    tip: str
    usual: float
    largest: float


_LOOKS: dict[Tool, _Look] = {
    "pen": _Look("edit", "Pen", "P", "Draw lines (P); hold Shift for straight ones", 2.0, 30.0),
    "dab": _Look("brush", "Dab", "D", "Brush colours under the lines (D)", 10.0, 30.0),
    "fill": _Look("fill", "Fill", "I", "Fill an area of one colour, up to the next line (I)", 2.0, 30.0),
    "eraser": _Look("eraser", "Eraser", "E", "Rub out what you drew (E); the other end of a pen does, too", 6.0, 40.0),
}
_MIRROR_TIP = "Draw on both sides of the middle at once (M)"
_TIDY_TIP = "Tidy each line once it is drawn: straight if it was meant to be, else smooth (T)"


class DrawingTools(QObject):
    """Gives a tool bar its tools; one of them is always chosen.

    Attributes
    ----------
    tools : dict of Tool to StrokeTool

    Signals
    -------
    colour_changed(colour) : (int, int, int)
        The colour that is drawn in now is another.
    """

    colour_changed = Signal(object)

    def __init__(self, bar: ToolBar, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._bar, self._settings, self._kind = bar, settings, BoardKind("", TOOLS)
        self.ways = Ways()
        self.tools: dict[Tool, StrokeTool] = {}
        self._actions: dict[Tool, QAction] = {}
        self.mirror = switch_action(parent, "mirror", "Mirror", "M", _MIRROR_TIP)
        self.tidy = switch_action(parent, "tidy", "Tidy", "T", _TIDY_TIP)
        ways = ActionButton(self.mirror), ActionButton(self.tidy)
        for kind, look in _LOOKS.items():
            brush = Brush(self, look.usual, look.largest)
            brush.changed.connect(partial(self._remember, kind))
            tool = self.tools[kind] = StrokeTool(kind, brush, self.ways, self)
            action = self._actions[kind] = switch_action(parent, look.image, look.words, look.key, look.tip)
            bar.add(action, tool, *ways, *((BrushSize(brush),) if kind != "fill" else ()))
            tool.colour_taken.connect(self.set_colour)
        self._add_sizes(parent)
        bar.changed.connect(self._keep_one)
        self.mirror.toggled.connect(self._set_mirrored)
        self.tidy.toggled.connect(self._set_tidied)
        self.tidy.setChecked(settings.choice("draw/tidy") == "yes")

    @property
    def chosen(self) -> StrokeTool:
        """The tool in the hand."""
        tool = self._bar.tool
        return tool if isinstance(tool, StrokeTool) else self.tools["pen"]

    def show_kind(self, kind: BoardKind) -> None:
        """Offer the tools of a board, and the first of them."""
        before, self._kind = self.chosen.kind, kind
        for each, action in self._actions.items():
            action.setEnabled(each in kind.tools)  # else its key would choose it
            self._bar.show_tool(self.tools[each], each in kind.tools)
        for tool in self.tools.values():
            tool.set_colour(BLACK if kind.draws_lines and tool.kind != "dab" else kind.first_colour)
        self._take_sizes()
        self.choose(before if before in kind.tools else kind.tools[0])
        self.colour_changed.emit(self._coloured().colour)

    def choose(self, kind: Tool) -> None:
        """Take a tool into the hand."""
        self._actions[kind].setChecked(True)

    def set_colour(self, colour: Colour) -> None:
        """Draw in a colour, with the tool that has one."""
        for kind in ("dab",) if self._kind.draws_lines else TOOLS:
            self.tools[kind].set_colour(colour)
        tool = self._coloured()
        if self.chosen.kind == "eraser" or (self._kind.draws_lines and self.chosen is not tool):
            self.choose(tool.kind)
        self.colour_changed.emit(tool.colour)

    def _coloured(self) -> StrokeTool:
        """The tool that the chosen colour is for."""
        if self._kind.draws_lines:
            return self.tools["dab" if "dab" in self._kind.tools else "pen"]
        return self.tools["pen"] if self.chosen.kind == "eraser" else self.chosen

    def _keep_one(self) -> None:
        """A board is always drawn on: where no tool is chosen, and none is about to be, the first is."""
        if not any(action.isChecked() for action in self._actions.values()):
            self.choose(self._kind.tools[0])

    def _set_mirrored(self, wanted: bool) -> None:
        self.ways.is_mirrored = wanted
        self.chosen.repaint_wanted.emit()

    def _set_tidied(self, wanted: bool) -> None:
        self.ways.tidied = tidied if wanted else None
        self._settings.remember_choice("draw/tidy", "yes" if wanted else "no")

    def _size_name(self, kind: Tool) -> str:
        """What the size of a tool is remembered under: parts are painted with broader pens than lines."""
        return f"draw/{self._kind.language}-{kind}-size"

    def _remember(self, kind: Tool) -> None:
        size = self.tools[kind].brush.size
        self._settings.remember_choice(self._size_name(kind), str(round(_FINE * size)))

    def _take_sizes(self) -> None:
        """Begin with the sizes of the last time."""
        for kind, tool in self.tools.items():
            size = whole_number(self._settings.choice(self._size_name(kind)))
            is_broad = kind == "pen" and not self._kind.draws_lines
            tool.brush.set_size(size / _FINE if size else _BROAD if is_broad else tool.brush.usual)

    def _add_sizes(self, parent: QWidget) -> None:
        for words, key, do in (
            ("Thinner", "[", lambda: self.chosen.brush.shrink()),
            ("Thicker", "]", lambda: self.chosen.brush.grow()),
        ):
            action = QAction(words, parent)
            action.setShortcut(key)
            action.triggered.connect(do)
            parent.addAction(action)
