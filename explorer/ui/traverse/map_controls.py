"""The controls of the map: what is laid out, how, and what its colours show."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QMenu,
    QProgressBar,
    QPushButton,
    QToolButton,
)

from explorer.core.rendering.latents import LARGEST_SEED
from explorer.session.traverse.map_layouts import MapRequest
from explorer.session.traverse.map_pictures import PORTRAITS, Source
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT
from explorer.ui.traverse.colour_legend import Legend
from explorer.ui.view import Controls, titled
from explorer.ui.widgets.number_box import NumberBox
from explorer.ui.widgets.slider import Slider

if TYPE_CHECKING:
    from explorer.core.traverse.map_facts import Colouring, Fact

_METHODS = (("pca", "Principal components"), ("tsne", "Neighbours (t-SNE)"))
_SHOWS = ("Samples", "My pictures …")
_FILES = "Pictures (*.zip *.npz *.npy *.gz *ubyte* *.idx);;All files (*)"
_FIRST_COUNT, _MOST = 400, 2000
_SMALLEST_PX, _LARGEST_PX = 12, 96
_SHOW_TIP = "Samples that the model draws, or pictures of your own where its encoder sees them"
_METHOD_TIP = "By likeness: on principal components every point can be drawn"
_COLOUR_TIP = "What the colours of the frames show"


class MapControls(Controls):
    """Edits a `MapRequest`, and says how the map is shown.

    Signals
    -------
    changed()
        The user wants another map.
    coloured()
        The user wants other colours.
    stopped()
        The user does not want to wait for the map.
    """

    changed = Signal()
    coloured = Signal()
    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._source: Source | None = None
        self.show_box = self._box("What is shown", _SHOW_TIP)
        self.show_box.addItems(_SHOWS)
        self.pictures = self._pictures_button()
        self.method = self._box("Layout", _METHOD_TIP)
        for key, text in _METHODS:
            self.method.addItem(text, key)
        self.count = self._number(
            "How many", "How many samples, or at most how many pictures", 3, _MOST, _FIRST_COUNT
        )
        self.seed = self._number(
            "First seed", "Of the first sample; the next ones count up", 0, LARGEST_SEED - _MOST, 0
        )
        self.colour = self._box("Colour by", _COLOUR_TIP)
        self.legend = Legend()
        self.bar, self.stop = self._progress()
        self.side, self.fit = self._thumbnails()
        self.draw = QPushButton(icon("edit"), "Draw a path")
        self.draw.setCheckable(True)
        self.draw.setToolTip("Draw a line on the map: it becomes a path in Interpolate")
        self._lay_out()
        self._connect()
        self._show_parts()
        self.show_progress(1.0)
        self.offer_facts((), None)

    @property
    def request(self) -> MapRequest:
        """The map that the controls ask for."""
        method, count = self.method.currentData(), int(self.count.value)
        if self.shows_own:
            return MapRequest(method, count, source=self._source)
        return MapRequest(method, count, int(self.seed.value))

    @property
    def shows_own(self) -> bool:
        """Whether the user's own pictures are wanted."""
        return self.show_box.currentIndex() == 1 and self._source is not None

    @property
    def fact_name(self) -> str | None:
        """The fact to colour by; None for no colours."""
        name = self.colour.currentData()
        return None if name is None else str(name)

    def offer_own(self, why_not: str) -> None:
        """Offer the user's own pictures, or say why not."""
        item = self.show_box.model().item(1)  # type: ignore[attr-defined]
        item.setEnabled(not why_not)
        item.setToolTip(why_not)
        self.show_box.setToolTip(f"{_SHOW_TIP}. {why_not}" if why_not else _SHOW_TIP)

    def show_wish(self, request: MapRequest | None) -> None:
        """Show what the map in sight was asked to be; samples where there is none."""
        self.show_box.setCurrentIndex(0 if request is None or request.source is None else 1)
        if request is not None:
            self._source = request.source or self._source
            self.method.setCurrentIndex(self.method.findData(request.method))
            self.count.show_value(request.count)
            if request.source is None:
                self.seed.show_value(request.seed)
        self._show_parts()

    def offer_facts(self, facts: Sequence[Fact], chosen: str | None) -> None:
        """Offer to colour by any of these."""
        self.colour.clear()
        self.colour.addItem("Nothing", None)
        for fact in facts:
            self.colour.addItem(fact.name.replace("_", " ").capitalize(), fact.name)
        self.colour.setCurrentIndex(max(self.colour.findData(chosen), 0))
        self.colour.setEnabled(bool(facts))
        self.colour.setToolTip(_COLOUR_TIP if facts else "Nothing is known of these: no class, no attribute")

    def show_colouring(self, colouring: Colouring | None) -> None:
        """Show what the colours mean."""
        self.legend.show_colouring(colouring)

    def show_progress(self, share: float) -> None:
        """Show how far the map is; nothing once it is there."""
        self.bar.setValue(round(1000 * share))
        self.bar.setVisible(share < 1.0)
        self.stop.setVisible(share < 1.0)

    def choose(self, source: Source) -> None:
        """Ask for a map of the user's own pictures."""
        self._source = source
        self.show_box.setCurrentIndex(1)
        self._show_parts()
        self.changed.emit()

    def _box(self, name: str, tip: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setToolTip(tip)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        return box

    def _number(self, name: str, tip: str, low: float, high: float, home: float) -> NumberBox:
        box = NumberBox(low, high, decimals=0, step=1, home=home)
        box.setFixedWidth(9 * UNIT)
        box.setAccessibleName(name)
        box.setToolTip(tip)
        box.edited.connect(lambda _value, _gesture: self.changed.emit())
        return box

    def _pictures_button(self) -> QPushButton:
        button = QPushButton()
        button.setAccessibleName("Which pictures")
        menu = QMenu(button)
        menu.addAction("Portraits (built in)", lambda: self.choose(PORTRAITS))
        menu.addAction("A folder …", self._choose_folder)
        menu.addAction("A zip, IDX or npz file …", self._choose_file)
        button.setMenu(menu)
        return button

    def _progress(self) -> tuple[QProgressBar, QToolButton]:
        bar = QProgressBar(maximum=1000, textVisible=False)
        bar.setAccessibleName("Progress of the map")
        stop = QToolButton()
        stop.setIcon(icon("close"))
        stop.setAccessibleName("Cancel the map")
        stop.setToolTip("Cancel: the map in sight stays")
        stop.clicked.connect(self.stopped)
        return bar, stop

    def _thumbnails(self) -> tuple[Slider, QToolButton]:
        side = Slider(_SMALLEST_PX, _LARGEST_PX, home=4 * UNIT, step=4)
        side.setAccessibleName("Size of the thumbnails")
        side.setToolTip("How large the thumbnails are")
        fit = QToolButton()
        fit.setIcon(icon("fit"))
        fit.setAccessibleName("Show all of the map")
        fit.setToolTip("Show all of the map (0); the wheel zooms, the middle button pans")
        return side, fit

    def _lay_out(self) -> None:
        self.add_title("Show", self.show_box)
        self.column.addWidget(self.show_box)
        self.column.addWidget(self.pictures)
        self._count_title = titled("Samples", self.count, "muted")
        self._seed_title = titled("First seed", self.seed, "muted")
        self.add(self._count_title, self.count)
        self.add(self._seed_title, self.seed)
        self.add(self.bar, self.stop)
        self.add_title("Layout", self.method)
        self.column.addWidget(self.method)
        self.add_title("Colour by", self.colour)
        self.column.addWidget(self.colour)
        self.column.addWidget(self.legend)
        self.add_title("Thumbnails", self.side)
        self.add(self.side, self.fit)
        self.column.addWidget(self.draw)
        self.column.addStretch(1)

    def _connect(self) -> None:
        self.show_box.activated.connect(self._on_show)
        self.method.activated.connect(lambda _index: self.changed.emit())
        self.colour.activated.connect(lambda _index: self.coloured.emit())

    def _on_show(self, index: int) -> None:
        self._show_parts()
        if index == 0 or self._source is not None:
            self.changed.emit()
        else:
            self.pictures.menu().popup(self.pictures.mapToGlobal(self.pictures.rect().bottomLeft()))

    def _show_parts(self) -> None:
        own = self.show_box.currentIndex() == 1
        self.pictures.setVisible(own)
        self.seed.setVisible(not own)
        self._seed_title.setVisible(not own)
        self._count_title.setText("At most" if own else "Samples")
        name = "Choose …" if self._source is None else source_name(self._source)
        middle = Qt.TextElideMode.ElideMiddle
        self.pictures.setText(self.pictures.fontMetrics().elidedText(name, middle, 20 * UNIT))
        self.pictures.setToolTip("Choose other pictures" if self._source is None else str(self._source))

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self.window(), "A folder of pictures")
        if chosen:
            self.choose(Path(chosen))

    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self.window(), "A file of pictures", "", _FILES)
        if chosen:
            self.choose(Path(chosen))


def source_name(source: Source) -> str:
    """What to call a source."""
    return "Portraits" if source == PORTRAITS else Path(source).name
