"""The way from the first slot to the result, step by step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.core.rendering.scene import Scene, scene_to_json
from explorer.session.models.opening import OpenModel
from explorer.session.traverse.live_tiles import LiveTiles, TileRequest
from explorer.ui.theme import UNIT
from explorer.ui.tiles.mosaic import Mosaic
from explorer.ui.tiles.tile_layout import Labels
from explorer.ui.tiles.tile_view import TileView
from explorer.ui.view import titled
from explorer.ui.widgets.segments import Segments

STEPS = 9
_WAYS = (
    ("Line", "On the straight line between them: what is between lies nearer to the mean"),
    ("Arc", "On an arc about the mean: what is between is as far out as its ends"),
)


class ResultPath(QWidget):
    """Shows nine scenes; a click adopts one, a drag takes it out.

    Signals
    -------
    picked(scene) : Scene
    way_changed()
        The other kind of way is wanted.
    failed(error)
    """

    picked = Signal(object)
    way_changed = Signal()
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.scenes: tuple[Scene, ...] = ()
        self.view = TileView()
        self.view.fits_height = True
        self.view.setMinimumHeight(14 * UNIT)
        self.view.setMaximumHeight(22 * UNIT)
        self.view.setAccessibleName("Steps to the result")
        self.view.set_empty(
            "The way to the result appears here", "It leads from the first slot, in nine steps"
        )
        self.view.tip = lambda index: f"{self._name(index)}: click to make it the current picture"
        self.view.scene_for_drag = lambda index: scene_to_json(self.scenes[index]).encode()
        self.view.picked.connect(lambda index: self.picked.emit(self.scenes[index]))
        self.kind = Segments(_WAYS)
        self.kind.setAccessibleName("Kind of way")
        self.kind.chosen.connect(lambda _index: self.way_changed.emit())
        self._tiles = LiveTiles(self)
        self._tiles.drawn.connect(self._on_drawn)
        self._tiles.failed.connect(self.failed)
        self._model: OpenModel | None = None
        self._lay_out()

    @property
    def is_busy(self) -> bool:
        """Whether steps are still to be drawn."""
        return self._tiles.is_busy

    @property
    def goes_around(self) -> bool:
        """Whether the way is to be an arc about the mean."""
        return self.kind.index == 1

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
        self._tiles.request(TileRequest(model.generator, lambda: latents, labels, range(len(scenes)), mosaic))

    def clear(self) -> None:
        """Show no steps."""
        self._tiles.cancel()
        self.scenes = ()
        self.view.show_mosaic(None)

    def cancel(self) -> None:
        """Draw no more."""
        self._tiles.cancel()

    def close_work(self) -> None:
        """Draw no more, and wait until that has stopped."""
        self._tiles.close()

    def _name(self, index: int) -> str:
        last = len(self.scenes) - 1
        return {0: "Start", last: "Result"}.get(index, f"{index / max(last, 1):.0%}")

    def _lay_out(self) -> None:
        words = QLabel("From the first slot to the result; a click adopts a step")
        words.setProperty("role", "muted")
        head = QHBoxLayout()
        head.setSpacing(UNIT)
        head.addWidget(titled("Way", self.view))
        head.addWidget(words, 1)
        head.addWidget(self.kind)
        column = QVBoxLayout(self)
        column.setContentsMargins(UNIT, UNIT // 2, UNIT, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.view, 1)

    def _on_drawn(self, order: TileRequest, indices: NDArray[np.intp], pictures: NDArray[np.uint8]) -> None:
        mosaic = self.view.mosaic
        if mosaic is not None and order.place is mosaic:
            mosaic.put(indices, pictures)
            self.view.tiles_changed(indices)
