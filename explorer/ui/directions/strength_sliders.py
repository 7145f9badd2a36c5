"""One small slider for each direction of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QWidget

from explorer.ui.theme import UNIT
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import named, scrolled, text_label

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction

_NAME_PX = 16 * UNIT
_TIP = "Standard deviations along this direction. Shift is finer, Ctrl coarser; a double click resets."


class StrengthSliders(QScrollArea):
    """Moves a picture along directions, each as far as it goes.

    Signals
    -------
    moved(name, value, gesture) : str, float, int
    """

    moved = Signal(str, float, int)

    def __init__(self) -> None:
        super().__init__()
        self.sliders: dict[str, Slider] = {}
        self._values: dict[str, QLabel] = {}
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Directions")
        self._build(())

    def show_directions(self, directions: Sequence[Direction]) -> None:
        """Have a slider for each of these."""
        names = [direction.name for direction in directions]
        if names != list(self.sliders):
            self._build(names)
        for direction in directions:
            self.sliders[direction.name].set_range(-direction.span, direction.span)

    def show_strengths(self, strengths: Mapping[str, float]) -> None:
        """Stand where the scene is."""
        for name, slider in self.sliders.items():
            value = strengths.get(name, 0.0)
            slider.show_value(value)
            self._values[name].setText(f"{value:.2f}")

    def _build(self, names: Sequence[str]) -> None:
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, UNIT, 0)
        grid.setHorizontalSpacing(UNIT)
        grid.setVerticalSpacing(UNIT // 2)
        self.sliders, self._values = {}, {}
        for row, name in enumerate(names):
            self._add(grid, row, name)
        if not names:
            words = text_label("This model has no directions yet. Find some under Find.", wraps=True)
            grid.addWidget(words, 0, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(names) + 1, 1)
        scrolled(inside, self)

    def _add(self, grid: QGridLayout, row: int, name: str) -> None:
        slider = named(Slider(soft=True), f"{name} slider", _TIP)
        slider.moved.connect(partial(self._on_moved, name))
        label = QLabel()
        label.setFixedWidth(_NAME_PX)
        label.setText(label.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, _NAME_PX))
        label.setToolTip(name)
        label.setBuddy(slider)
        value = QLabel("0.00")
        value.setMinimumWidth(5 * UNIT)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, part in enumerate((label, slider, value)):
            grid.addWidget(part, row, column)
        self.sliders[name], self._values[name] = slider, value

    def _on_moved(self, name: str, value: float, gesture: int) -> None:
        self._values[name].setText(f"{value:.2f}")
        self.moved.emit(name, value, gesture)
