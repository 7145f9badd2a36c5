"""The left of the Directions view: the list, and where more directions come from."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.ui.directions.direction_list import DirectionList
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT
from explorer.ui.view import CONTROLS_PX, row_of, titled
from explorer.ui.widgets.number_box import NumberBox

_MANY = 8  # from this many on there is a search
FILE_KINDS = (".npy", ".npz", ".pt", ".pth", ".json")


class DirectionsControls(QWidget):
    """The list with its search, and buttons to lock, import, find and export.

    Signals
    -------
    lock_wanted(in_place) : bool
    import_wanted(), export_wanted(), cancel_wanted()
    factorise_wanted(count), analyse_wanted(count) : int
    """

    lock_wanted = Signal(bool)
    import_wanted = Signal()
    export_wanted = Signal()
    cancel_wanted = Signal()
    factorise_wanted = Signal(int)
    analyse_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(CONTROLS_PX)
        self.list = DirectionList()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a direction")
        self.search.setAccessibleName("Search directions")
        self.search.setToolTip("Show only directions with this in their name or story")
        self.search.setClearButtonEnabled(True)
        self.search.addAction(
            icon("search", QPalette.ColorRole.PlaceholderText), QLineEdit.ActionPosition.LeadingPosition
        )
        self.search.textChanged.connect(self.list.seek)
        self.count = NumberBox(1, 512, decimals=0, step=1, home=10)
        self.count.setFixedWidth(6 * UNIT)
        self.count.setAccessibleName("How many directions")
        self.count.setToolTip("How many directions to find in the model, the strongest first")
        self.lock = _button(
            "Lock against each other",
            "Take out of each direction what it shares with the others, as new directions",
        )
        self.lock.clicked.connect(lambda: self.lock_wanted.emit(False))
        self.import_button = _button("Import …", "Directions of other tools: .npy, .npz, .pt, .json")
        self.import_button.clicked.connect(self.import_wanted)
        self.export_button = _button("Export …", "Save all directions as one .npz file")
        self.export_button.clicked.connect(self.export_wanted)
        self.from_model = self._from_model_button()
        self.working = _Working()
        self.working.cancel.clicked.connect(self.cancel_wanted)
        self.working.hide()
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
        sefa = menu.addAction(
            "Factorise the weights (SeFa)", lambda: self.factorise_wanted.emit(int(self.count.value))
        )
        sefa.setToolTip("What the first layer of the network turns on most; takes a moment")
        pca = menu.addAction(
            "Principal components (GANSpace)", lambda: self.analyse_wanted.emit(int(self.count.value))
        )
        pca.setToolTip("Along what random samples differ most; draws some thousands of samples")
        return menu

    def _from_model_button(self) -> QPushButton:
        button = QPushButton(icon("model"), "From the model")
        button.setToolTip("Directions that need no examples: out of the network's weights or its samples")
        button.setMenu(self.model_menu(button))
        return button

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, UNIT, 0, UNIT)
        layout.setSpacing(UNIT)
        top = QHBoxLayout()
        top.setContentsMargins(UNIT, 0, UNIT, 0)
        top.addWidget(self.search)
        layout.addLayout(top)
        layout.addWidget(self.list, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(UNIT, 0, UNIT, 0)
        foot.setSpacing(UNIT)
        foot.addWidget(self.working)
        foot.addLayout(row_of(self.from_model, self.count))
        foot.addWidget(self.lock)
        foot.addLayout(row_of(self.import_button, self.export_button))
        layout.addLayout(foot)


class _Working(QWidget):
    """What is going on, how far it is, and a button to stop it."""

    def __init__(self) -> None:
        super().__init__()
        self.words = titled("", role="muted")
        self.bar = QProgressBar(maximum=1000, textVisible=False)
        self.bar.setAccessibleName("Progress")
        self.cancel = QToolButton()
        self.cancel.setIcon(icon("close"))
        self.cancel.setAccessibleName("Cancel")
        self.cancel.setToolTip("Stop; nothing is added")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT // 2)
        layout.addWidget(self.words)
        layout.addLayout(row_of(self.bar, self.cancel))

    def show_work(self, words: str) -> None:
        """Show that something has begun."""
        self.words.setText(words)
        self.bar.setRange(0, 0)
        self.show()

    def show_share(self, share: float) -> None:
        """Show how far it is."""
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(1000 * share))


def importable(files: list[Path]) -> list[Path]:
    """Those of some files that may hold directions, by their names."""
    return [path for path in files if path.suffix.lower() in FILE_KINDS]


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleName(text.removesuffix(" …"))
    return button
