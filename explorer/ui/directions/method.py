"""A way to find a direction: its controls for the column at the left, and itself as the stage beside them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from explorer.core.directions.direction import Direction
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent
from explorer.core.rendering.scene import Scene
from explorer.session.models.opening import OpenModel
from explorer.ui.studio import Studio
from explorer.ui.view import View
from explorer.ui.widgets.parts import column_of

MARK, PICTURES, CLASSIFIER = range(3)
"""The ways, in the order in which they are offered."""


class FindMethod(View):
    """What the ways have in common.

    Attributes
    ----------
    controls : QWidget
        What stands in the column at the left while the way is chosen.
    """

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.controls = QWidget()
        self.column = column_of(on=self.controls)

    def forget(self) -> None:
        """Keep nothing of a model that is closed."""

    def use_file(self, _path: Path) -> bool:
        """Use a file or folder that was dropped; whether it is of use here."""
        return False

    def here(self, model: OpenModel) -> Latent | None:
        """The latent of the current picture as it is drawn; None where it cannot be."""
        try:
            return model.renderer.latent(self.studio.document.scene)
        except Problem:  # the canvas tells it
            return None

    def adopt(self, scene: Scene) -> None:
        """Go to a picture."""
        self.studio.document.show("Go along a direction", scene)

    def keep(self, directions: list[Direction], name: str | None = None) -> None:
        """Keep directions with the model, a single one under ``name``, and say so."""
        with self.studio.notices.catching():
            fresh = directions if name is None else [replace(directions[0], name=name)]
            what = f"Keep {fresh[0].name}" if len(fresh) == 1 else f"Keep {len(fresh)} directions"
            names = self.studio.directions.add(fresh, what)
            said = f"{names[0]} is" if len(names) == 1 else f"{len(names)} directions are"
            self.studio.notices.say(f"{said} kept with this model. Undo in the Edit menu takes that back.")
