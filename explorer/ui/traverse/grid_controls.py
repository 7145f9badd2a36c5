"""The controls of the grid: which rows, which values, how large."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QToolButton

from explorer.ui.theme import UNIT
from explorer.ui.tiles.tile_layout import LARGEST_PX, SMALLEST_PX
from explorer.ui.traverse.grid_choice import GridChoice
from explorer.ui.traverse.plan_controls import PlanControls
from explorer.ui.widgets.asking import ask_file
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import choice_box, named, push_button, titled, tool_button
from explorer.ui.window.clipboard import files_of

ROWS = (
    ("strongest", "The strongest"),
    ("all", "All dimensions"),
    ("listed", "By hand"),
    ("directions", "Directions"),
)
VALUES = (
    ("fixed", "From −s to +s"),
    ("quantiles", "Evenly likely values"),
    ("around", "Around the current latent"),
    ("encoded", "Around a real picture"),
)
_ROWS_TIPS = "Which dimensions to lay out, one per row; their strength is measured around the current latent"
_VALUES_TIPS = "Which values each row takes from left to right"
_MIDDLE = Qt.TextElideMode.ElideMiddle


class GridControls(PlanControls):
    """Edits a `GridChoice`.

    Signals
    -------
    size_wanted(size_px) : int
        The user wants tiles of this size; 0 to fit them to the width.
    difference_wanted(wanted) : bool
    picture_chosen(path) : Path
        The user wants to look around the encoding of this picture.
    """

    size_wanted = Signal(int)
    difference_wanted = Signal(bool)
    picture_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.rows = choice_box("Rows", _ROWS_TIPS, ROWS, self._on_chosen)
        self.count = self._number("Number of rows", "How many of the dimensions that change the picture most", 1, 64, 8)
        self.list = self._list()
        self.values = choice_box("Values", _VALUES_TIPS, VALUES, self._on_chosen)
        self.columns = self._number("Columns", "How many values each row takes", 2, 33, 9)
        self.span, self.span_box = self._span("How far the outermost columns lie from the middle one")
        self.picture = self._picture_button()
        self.tile_size, self.fit = self._size()
        self.difference = QCheckBox("Difference from the base")
        self.difference.setToolTip("Show what changes, amplified 4x: black is where nothing does (D)")
        self.difference.setShortcut("D")
        self.difference.toggled.connect(self.difference_wanted)
        self._lay_out()
        self._show_parts()

    @property
    def choice(self) -> GridChoice:
        """What the controls say."""
        return GridChoice(
            rows=self.rows.currentData(),
            count=int(self.count.value),
            listed=self.list.text(),
            columns=int(self.columns.value),
            values=self.values.currentData(),
            span=self.span.value,
        )

    def show_size(self, size_px: int) -> None:
        """Show how large the tiles are."""
        self.tile_size.show_value(float(size_px))

    def offer(self, *, encoder: bool, directions: bool) -> None:
        """Offer what needs an encoder or directions, or not."""
        for box, name, there in ((self.values, "encoded", encoder), (self.rows, "directions", directions)):
            index = box.findData(name)
            item = box.model().item(index)  # type: ignore[attr-defined]
            item.setEnabled(there)
            item.setToolTip("" if there else f"This model has no {name.replace('encoded', 'encoder')}")
            if not there and box.currentIndex() == index:
                box.setCurrentIndex(0)
        self._show_parts()

    def show_picture_name(self, name: str) -> None:
        """Say which picture the grid lies around."""
        text = self.picture.fontMetrics().elidedText(name or "Choose a picture …", _MIDDLE, 22 * UNIT)
        self.picture.setText(text)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._wants(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.values.setCurrentIndex(self.values.findData("encoded"))
        self._show_parts()
        self.picture_chosen.emit(files_of(event.mimeData())[0])

    def _wants(self, mime: QMimeData) -> bool:
        return bool(files_of(mime)) and self.values.model().item(len(VALUES) - 1).isEnabled()  # type: ignore[attr-defined]

    def _list(self) -> QLineEdit:
        line = named(
            QLineEdit("0-7"),
            "Dimensions picked by hand",
            "Dimensions and ranges of them, such as 3-9, 17, in the order of the rows.\n"
            "In models with a W space, w3-9 are its dimensions, and values are standard deviations from its mean",
        )
        line.setPlaceholderText("3-9, 17")
        line.textEdited.connect(self._on_changed)
        return line

    def _size(self) -> tuple[Slider, QToolButton]:
        slider = named(
            Slider(SMALLEST_PX, LARGEST_PX, home=64, step=8),
            "Tile size",
            "How large the tiles are (Ctrl and the wheel over the grid)",
        )
        slider.moved.connect(lambda size, _gesture: self.size_wanted.emit(round(size)))
        fit = tool_button("fit", "Fit tiles", "Let the columns fill the width", lambda: self.size_wanted.emit(0))
        return slider, fit

    def _picture_button(self) -> QPushButton:
        return push_button(
            "Choose a picture …",
            "The encoder finds it in the latent space; you can also drop a picture on this column",
            self._choose_picture,
        )

    def _lay_out(self) -> None:
        self.add_title("Rows", self.rows)
        self.add(self.rows, self.count)
        self.column.addWidget(self.list)
        self.add_title("Values", self.values)
        self.add(self.values)
        self.column.addWidget(self.picture)
        self._span_title = titled("s", self.span, "muted")
        self.add(self._span_title, self.span, self.span_box)
        self.add(titled("Columns", self.columns, "muted"), self.columns)
        self.add_title("Tiles", self.tile_size)
        self.add(self.tile_size, self.fit)
        self.add(self.difference)
        self.column.addStretch(1)

    def _show_parts(self) -> None:
        rows, values = self.rows.currentData(), self.values.currentData()
        self.count.setVisible(rows == "strongest")
        self.list.setVisible(rows == "listed")
        self.picture.setVisible(values == "encoded")
        for widget in (self._span_title, self.span, self.span_box):
            widget.setVisible(values != "quantiles")

    def _on_chosen(self, _index: int) -> None:
        self._show_parts()
        self.changed.emit()

    def _choose_picture(self) -> None:
        kinds = "Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff);;All files (*)"
        chosen = ask_file(self, "Look around a picture", kinds)
        if chosen is not None:
            self.picture_chosen.emit(chosen)
