"""The colours to draw with: a swatch each, with its name where it stands for something."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QButtonGroup, QColorDialog, QToolButton, QWidget

from explorer.core.drawing.legend import Colour, Legend
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT
from explorer.ui.touch.brush import rgb_of, swatch_icon
from explorer.ui.widgets.flow import Flow
from explorer.ui.widgets.parts import named


class ColourChoice(QWidget):
    """Chooses one of a few colours, or any other where they stand for nothing.

    Signals
    -------
    chosen(colour) : (int, int, int)
        The user chose this.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.colour: Colour = (0, 0, 0)
        self._colours: Legend = ()
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(lambda index: self._choose(self._colours[index][1]))
        self._flow = Flow(self, spacing=UNIT // 2, narrows=False)

    def show_colours(self, colours: Legend, *, are_named: bool) -> None:
        """Offer these; where they stand for something, by name and no others."""
        self._colours = colours
        for old in self._group.buttons():
            self._group.removeButton(old)
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for index, (name, colour) in enumerate(colours):
            button = self._button(name, colour, partial(self._group.addButton, id=index), is_named=are_named)
            button.setToolTip(f"Draw {name}" if are_named else name.capitalize())
        if colours and not are_named and len(colours) > 1:
            other = self._button("Other …", self.colour, lambda _button: None, is_named=True)
            other.setIcon(icon("plus"))
            other.setToolTip("Draw in any other colour")
            other.clicked.connect(self._ask)
        self.updateGeometry()

    def show_colour(self, colour: Colour) -> None:
        """Show which is chosen, silently."""
        self.colour = colour
        self._group.setExclusive(False)
        for index, (_name, each) in enumerate(self._colours):
            self._group.button(index).setChecked(each == colour)
        self._group.setExclusive(True)

    def _button(
        self, name: str, colour: Colour, add: Callable[[QToolButton], object], *, is_named: bool
    ) -> QToolButton:
        button = named(QToolButton(), name)
        button.setIcon(swatch_icon(QColor(*colour)))
        button.setCheckable(name != "Other …")
        if is_named:
            button.setText(name)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        add(button)
        self._flow.addWidget(button)
        return button

    def _ask(self) -> None:
        dialog = QColorDialog(QColor(*self.colour), self)
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.setWindowTitle("Colour to draw with")
        dialog.colorSelected.connect(lambda colour: self._choose(rgb_of(colour)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _choose(self, colour: Colour) -> None:
        self.show_colour(colour)
        self.chosen.emit(colour)
