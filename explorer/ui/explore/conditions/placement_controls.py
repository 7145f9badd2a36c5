"""Where the content of StyleGAN3's pictures lies, in numbers, and the switch by which a hand moves it."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from explorer.core.rendering.conditions import LARGEST_MOVE, Placement
from explorer.core.rendering.scene import Scene
from explorer.session.explore.condition_edits import ConditionEdits
from explorer.ui.theme import UNIT
from explorer.ui.widgets.numbers.number_box import NumberBox
from explorer.ui.widgets.parts import STRETCH, ActionButton, column_of, named, row_of, titled, tool_button


class PlacementControls(QWidget):
    """Shifts and turns the content; of use for models that can."""

    def __init__(self, edits: ConditionEdits, move: QAction) -> None:
        super().__init__()
        self._edits = edits
        self.across = self._box(
            "x", "Shift to the right", "How far the content is moved right, in picture widths", 0.05
        )
        self.down = self._box("y", "Shift down", "How far the content is moved down, in picture widths", 0.05)
        self.degrees = self._box("degrees", "Turn", "How far the content is turned anticlockwise, in degrees", 5)
        tip = "Put the content back where it was"
        self.reset = tool_button("reset", "Reset the placement", tip, edits.reset_placement)
        self.button = ActionButton(move)
        head = row_of(titled("Placement", self.across), STRETCH, self.button, self.reset)
        signs = (("x", self.across), ("y", self.down), ("°", self.degrees))
        x, y, degrees = (titled(sign, box, "muted") for sign, box in signs)
        boxes = row_of(x, (self.across, 1), y, (self.down, 1), (self.degrees, 1), degrees, spacing=UNIT // 2)
        column_of(head, boxes, on=self)

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Show the placement of ``after``."""
        if before is None or after.placement is not before.placement:
            place = after.placement or Placement()
            for box, value in ((self.across, place.x), (self.down, place.y), (self.degrees, place.degrees)):
                box.show_value(value)
            self.reset.setEnabled(after.placement is not None)

    def _box(self, field: str, name: str, tip: str, step: float) -> NumberBox:
        most, decimals = (180.0, 1) if field == "degrees" else (LARGEST_MOVE, 2)
        box = named(NumberBox(-most, most, decimals=decimals, step=step), name, tip)
        box.edited.connect(lambda value, gesture: self._edits.place(gesture, **{field: value}))
        return box
