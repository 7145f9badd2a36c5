"""The controls of marking: which samples lie on the sheet, and what the marks are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QToolButton, QVBoxLayout

from explorer.core.rendering.latents import LARGEST_SEED
from explorer.session.directions.marked_direction import POOL
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT
from explorer.ui.view import row_of, titled
from explorer.ui.widgets.number_box import NumberBox
from explorer.ui.widgets.slider import Slider

FEWEST, MOST, FIRST_COUNT = 12, 96, 36
SMALLEST_PX, LARGEST_PX = 48, 192
_LEGEND = (
    ("A", "or click: has it"),
    ("B", "or right click: has it not"),
    ("Del", "or Space: no mark"),
    ("Arrows", "move"),
)


class MarkControls:
    """Puts the controls of marking into a column."""

    def __init__(self, column: QVBoxLayout) -> None:
        self.count = _number("Samples on the sheet", "How many samples lie on the sheet", FEWEST, MOST)
        self.count.show_value(FIRST_COUNT)
        self.seed = _number(
            "First seed", "Of the first sample; the next ones count up", 0, LARGEST_SEED - 100 * POOL
        )
        self.size = Slider(SMALLEST_PX, LARGEST_PX, home=96, step=8)
        self.size.setAccessibleName("Size of the tiles")
        self.size.setToolTip("How large the tiles are (Ctrl and the wheel on the sheet)")
        self.back = _button("chevron_up", "Back", "The sheet before this one")
        self.more = _button("chevron_down", "More", "Other samples; what is marked stays marked")
        self.suggest = _button(
            "search", "Suggest", f"Of the next {POOL:,} samples those that the direction is least sure of"
        )
        self.undo = _small_button("undo", "Undo the last mark", "Take the last mark back (Ctrl+Z)")
        self.redo = _small_button("redo", "Redo the mark", "Mark it again (Ctrl+Shift+Z)")
        self.clear = _small_button("trash", "Take all marks off", "Take all marks off; can be undone")
        self.counts = QLabel()
        self.counts.setAccessibleName("Marks")
        self.counts.setWordWrap(True)
        self._lay_out(column)

    def _lay_out(self, column: QVBoxLayout) -> None:
        column.addWidget(titled("Samples", self.count))
        for title, box in (("On the sheet", self.count), ("First seed", self.seed)):
            column.addLayout(row_of(titled(title, box, "muted"), box))
        column.addLayout(row_of(titled("Size", self.size, "muted"), self.size))
        column.addLayout(row_of(self.back, self.more))
        column.addWidget(self.suggest)
        column.addSpacing(UNIT)
        marks = row_of(titled("Marks", self.undo), self.undo, self.redo, self.clear)
        marks.setStretch(0, 1)
        column.addLayout(marks)
        column.addWidget(self.counts)
        column.addSpacing(UNIT)
        column.addWidget(titled("Keys"))
        column.addLayout(_legend())


def _legend() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(UNIT)
    grid.setVerticalSpacing(UNIT // 2)
    grid.setColumnStretch(1, 1)
    for row, (key, words) in enumerate(_LEGEND):
        cap, label = QLabel(key), titled(words, role="muted")
        cap.setProperty("role", "heading")
        cap.setAlignment(Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(cap, row, 0)
        grid.addWidget(label, row, 1)
    return grid


def _number(name: str, tip: str, low: float, high: float) -> NumberBox:
    box = NumberBox(low, high, decimals=0, step=1, home=low)
    box.setFixedWidth(9 * UNIT)
    box.setAccessibleName(name)
    box.setToolTip(tip)
    return box


def _small_button(drawing: str, name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(drawing))
    button.setAccessibleName(name)
    button.setToolTip(tip)
    return button


def _button(drawing: str, words: str, tip: str) -> QPushButton:
    button = QPushButton(icon(drawing), words)
    button.setToolTip(tip)
    return button
