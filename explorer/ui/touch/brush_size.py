"""How large the brush is, to be set with a slider in a tool bar."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from explorer.ui.theme import UNIT
from explorer.ui.touch.brush import SMALLEST, Brush
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import named, row_of, titled

_LEAST_PX, _MOST_PX = 5 * UNIT, 10 * UNIT
_TIP = "How wide the brush is, in hundredths of the picture ([ and ])"


class BrushSize(QWidget):
    """A slider for the diameter of a brush; its title gives way where there is little room."""

    def __init__(self, brush: Brush) -> None:
        super().__init__()
        self._brush = brush
        self.slider = named(Slider(SMALLEST, brush.largest, home=brush.usual, step=1.0), "Brush size", _TIP)
        self.slider.setMinimumWidth(_LEAST_PX)
        self.slider.setMaximumWidth(_MOST_PX)
        self._title = titled("Size", self.slider, "muted")
        row_of(self._title, self.slider, on=self)
        self.slider.moved.connect(lambda size, _gesture: brush.set_size(size))
        brush.changed.connect(self._show_size)
        self._show_size()

    def show_words(self, wanted: bool) -> None:
        """Show the title, or the slider alone."""
        self._title.setVisible(wanted)

    def _show_size(self) -> None:
        self.slider.show_value(self._brush.size)
