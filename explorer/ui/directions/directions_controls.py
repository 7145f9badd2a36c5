"""The left of the Directions view: the list, and where more directions come from."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from explorer.core.models.file_kinds import DIRECTIONS
from explorer.ui.directions.direction_list import DirectionList
from explorer.ui.theme import UNIT
from explorer.ui.view import CONTROLS_PX
from explorer.ui.widgets.growing import grow_least
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.parts import column_of, fill, push_button, row_of
from explorer.ui.widgets.search_box import search_box
from explorer.ui.widgets.working import Working

_MANY = 8  # from this many on there is a search


class DirectionsControls(QWidget):
    """The list with its search, and buttons to lock, import, find and export.

    Signals
    -------
    factorise_wanted(count), factorise_plain_wanted(count), analyse_wanted(count) : int
    """

    factorise_wanted = Signal(int)
    factorise_plain_wanted = Signal(int)
    has_styles = False
    analyse_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        grow_least(self, CONTROLS_PX)
        self.list = DirectionList()
        tip = "Show only directions with this in their name or origin"
        self.search = search_box("Search directions", tip, self.list.seek)
        self.search.setPlaceholderText("Find a direction")
        self.count = number_box(
            "How many directions",
            "How many directions to find in the model, the strongest first",
            1,
            512,
            10,
            width_px=6 * UNIT,
        )
        self.lock = push_button(
            "Make independent",
            "Remove from each direction what it shares with the others, so that a smile no longer ages",
        )
        self.import_button = push_button("Import …", "Directions from other tools: .npy, .npz, .pt, .json")
        self.export_button = push_button("Export …", "Save all directions as one .npz file")
        self.from_model = self._from_model_button()
        self.working = Working("Stop; nothing is added")
        self._lay_out()

    def show_count(self, count: int) -> None:
        """Offer what makes sense with so many directions."""
        self.search.setVisible(count >= _MANY)
        self.lock.setEnabled(count > 1)
        self.export_button.setEnabled(count > 0)

    def model_menu(self, parent: QWidget) -> QMenu:
        """How the model itself gives directions."""
        menu = QMenu(parent)
        menu.setToolTipsVisible(True)
        sefa = menu.addAction("Factorise the weights (SeFa)", lambda: self.factorise_wanted.emit(int(self.count.value)))
        sefa.setToolTip("What the first layer of the network responds to most; takes a moment")
        self.plain_sefa = menu.addAction(
            "Factorise without ToRGB (SeFa)", lambda: self.factorise_plain_wanted.emit(int(self.count.value))
        )
        self.plain_sefa.setToolTip("The same without the layers that only colour, as SeFa's authors do")
        menu.aboutToShow.connect(lambda: self.plain_sefa.setVisible(self.has_styles))
        pca = menu.addAction("Principal components (GANSpace)", lambda: self.analyse_wanted.emit(int(self.count.value)))
        pca.setToolTip("Where random samples differ most; draws a few thousand of them")
        return menu

    def _from_model_button(self) -> QPushButton:
        button = push_button(
            "From the model",
            "Directions that need no examples: out of the network's weights or its samples",
            image="model",
        )
        button.setMenu(self.model_menu(button))
        return button

    def _lay_out(self) -> None:
        layout = column_of(on=self, margins=(0, UNIT))
        top = row_of(self.search, margins=(UNIT, 0), spacing=None)
        fill(layout, top, (self.list, 1))
        foot = column_of(
            self.working,
            row_of(self.from_model, self.count),
            self.lock,
            row_of(self.import_button, self.export_button),
            margins=(UNIT, 0),
        )
        layout.addLayout(foot)


def importable(files: list[Path]) -> list[Path]:
    """Those of some files that may hold directions, by their names."""
    return [path for path in files if path.suffix.lower() in DIRECTIONS]
