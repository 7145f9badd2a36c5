"""The path from the picture that gains something to the result, step by step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal

from explorer.core.rendering.latents import Prior, is_on_shell
from explorer.core.rendering.scene import Scene, scene_to_json
from explorer.session.models.opening import OpenModel
from explorer.ui.theme import UNIT
from explorer.ui.tiles.mosaic import Mosaic
from explorer.ui.tiles.tile_layout import Labels
from explorer.ui.tiles.tile_strip import TileStrip
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.parts import STRETCH, column_of, named, row_of, titled
from explorer.ui.widgets.segments import Segments

STEPS = 9
_WAYS = (
    ("Line", "Along a straight line: points between lie nearer to the average"),
    ("Arc", "Along an arc around the average: points between are as far out as the ends"),
)


class ResultPath(TileStrip):
    """Shows nine scenes; a click adopts one, a drag takes it out.

    Signals
    -------
    way_changed()
        The other kind of way is wanted.
    """

    way_changed = Signal()

    def __init__(self) -> None:
        super().__init__("Steps to the result")
        self.scenes: tuple[Scene, ...] = ()
        self.view.setMinimumHeight(10 * UNIT)
        self.view.setMaximumHeight(32 * UNIT)
        self.view.set_empty("The path to the result appears here", "In nine steps from the slot that is added last")
        self.view.tip = lambda index: f"{self._name(index)}: click to make it the current picture"
        self.view.scene_for_drag = lambda index: scene_to_json(self.scenes[index]).encode()
        self.view.picked.connect(lambda index: self.picked.emit(self.scenes[index]))
        self.kind = named(Segments(_WAYS), "Kind of path")
        self.kind.chosen.connect(lambda _index: self.way_changed.emit())
        self._model: OpenModel | None = None
        self._lay_out()

    @property
    def goes_around(self) -> bool:
        """Whether the way is to be an arc about the mean."""
        return self.kind.index == 1

    def suggest(self, size: int, prior: Prior) -> None:
        """Begin with the arc where latents of this size all lie on one shell, with the line elsewhere."""
        self.kind.show_index(int(is_on_shell(size, prior)))

    def show_steps(self, model: OpenModel, scenes: Sequence[Scene]) -> None:
        """Show ``scenes``; the pictures of the last ones stay until theirs are drawn."""
        card, mosaic = model.generator.card, self.view.mosaic
        if mosaic is None or model is not self._model or len(scenes) != len(self.scenes):
            mosaic = Mosaic(1, len(scenes), (card.height, card.width, card.channels))
            self.scenes = tuple(scenes)
            self.view.show_mosaic(mosaic, Labels((), tuple(self._name(i) for i in range(len(scenes)))))
        self._model, self.scenes = model, tuple(scenes)
        latents = np.stack([scene.z for scene in scenes])
        labels = [scene.label for scene in scenes]
        self._draw(model, latents, labels, mosaic)

    def clear(self) -> None:
        """Show no steps."""
        self.cancel()
        self.scenes = ()
        self.view.show_mosaic(None)

    def _name(self, index: int) -> str:
        last = len(self.scenes) - 1
        return {0: "Start", last: "Result"}.get(index, f"{index / max(last, 1):.0%}")

    def _lay_out(self) -> None:
        words = ElidedLabel()
        words.setProperty("role", "muted")
        words.show_words("From the slot that is added last to the result; click a step to use it")
        self.bar = row_of(titled("Path", self.view), (words, 100), STRETCH, self.kind)
        column_of(self.bar, (self.view, 1), on=self, margins=(UNIT, UNIT // 2, UNIT, 0), spacing=0)
