"""The stage of a generator that grew: from its smallest pictures to the whole ones, and all that lies between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from explorer.core.rendering.scene import Scene
from explorer.session.explore.condition_edits import ConditionEdits
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import column_of, named, row_of, text_label, titled

if TYPE_CHECKING:
    from explorer.core.inference.generator import Generator

_TIP = "How far the generator has grown: each stage doubles the side of the picture, and is faded in over the last one"


class GrowthControls(QWidget):
    """Chooses the stage; of use for models that have grown."""

    def __init__(self, edits: ConditionEdits) -> None:
        super().__init__()
        self._last, self._side, self._held_back = 0, 0, 0.0
        self.stage = named(Slider(0.0, 1.0, home=1.0, step=0.25), "Stage", _TIP)
        self.stage.moved.connect(lambda stage, gesture: edits.hold_back(self._last - stage, gesture))
        self.shown = text_label()
        column_of(row_of(titled("Stage", self.stage), (self.stage, 1), self.shown), on=self)

    def show_model(self, generator: Generator) -> None:
        """Offer the stages of a generator that has several."""
        self._last, self._side = generator.adjustable.stages_before, generator.card.height
        most = float(max(self._last, 1))
        self.stage.set_range(0.0, most)
        self.stage.set_home(most, 0.25)
        self._show()

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Show the stage of ``after``."""
        if before is None or after.held_back is not before.held_back:
            self._held_back = after.held_back or 0.0
            self._show()

    def _show(self) -> None:
        self.stage.show_value(self._last - self._held_back)
        side = round(self._side / 2**self._held_back)
        self.shown.setText(f"{side} × {side}" if self._last else "")
