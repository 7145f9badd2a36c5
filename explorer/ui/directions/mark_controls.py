"""The controls of marking: which samples lie on the sheet, and what the marks are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout

from explorer.core.rendering.latents import LARGEST_SEED
from explorer.session.directions.marked_direction import POOL
from explorer.ui.theme import UNIT
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import fill, named, push_button, row_of, text_label, titled, tool_button

FEWEST, MOST, FIRST_COUNT = 12, 96, 36
SMALLEST_PX, LARGEST_PX = 48, 256
_LEGEND = (
    ("A", "or click: has it"),
    ("B", "or right click: does not have it"),
    ("Del", "or Space: no mark"),
    ("Arrows", "move"),
)


class MarkControls:
    """Puts the controls of marking into a column."""

    def __init__(self, column: QVBoxLayout) -> None:
        self.count = number_box("Samples on the sheet", "How many samples lie on the sheet", FEWEST, MOST, FIRST_COUNT)
        self.seed = number_box(
            "First seed", "Seed of the first sample; the next ones count up", 0, LARGEST_SEED - 100 * POOL, 0
        )
        self.size = named(
            Slider(SMALLEST_PX, LARGEST_PX, home=96, step=8),
            "Size of the tiles",
            "How large the tiles are (Ctrl and the wheel on the sheet)",
        )
        self.back = push_button("Back", "The sheet before this one", image="chevron_up")
        self.more = push_button("More", "Other samples; what is marked stays marked", image="chevron_down")
        self.suggest = push_button(
            "Suggest",
            f"Those of the next {POOL:,} samples that the direction is least sure of",
            image="search",
        )
        self.clear = tool_button("trash", "Remove all marks", "Remove all marks; this can be undone")
        self.counts = QLabel()
        self.counts.setAccessibleName("Marks")
        self.counts.setWordWrap(True)
        self._lay_out(column)

    def _lay_out(self, column: QVBoxLayout) -> None:
        column.addWidget(titled("Samples", self.count))
        for title, box in (("On the sheet", self.count), ("First seed", self.seed)):
            column.addLayout(row_of(titled(title, box, "muted"), box))
        fill(
            column,
            row_of(titled("Size", self.size, "muted"), self.size),
            row_of(self.back, self.more),
            self.suggest,
        )
        column.addSpacing(UNIT)
        marks = row_of((titled("Marks", self.clear), 1), self.clear)
        fill(column, marks, self.counts)
        column.addSpacing(UNIT)
        fill(column, titled("Keys"), _legend())


def _legend() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(UNIT)
    grid.setVerticalSpacing(UNIT // 2)
    grid.setColumnStretch(1, 1)
    for row, (key, words) in enumerate(_LEGEND):
        cap = titled(key)
        cap.setAlignment(Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(cap, row, 0)
        grid.addWidget(text_label(words, wraps=True), row, 1)
    return grid
