"""A tray of fresh samples to fill the board from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from explorer.core.rendering.latents import LARGEST_SEED, sample
from explorer.core.rendering.scene import Scene, scene_to_json
from explorer.session.models.opening import OpenModel
from explorer.session.traverse.live_tiles import LiveTiles, TileRequest
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT
from explorer.ui.tiles.mosaic import Mosaic
from explorer.ui.tiles.tile_layout import Labels
from explorer.ui.tiles.tile_view import TileView
from explorer.ui.view import titled

COUNT = 16


class Tray(QWidget):
    """Shows sixteen samples with their seeds; a drag takes one out, a click or Enter picks it.

    Signals
    -------
    picked(scene) : Scene
    failed(error)
    """

    picked = Signal(object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.scenes: tuple[Scene, ...] = ()
        self.view = TileView()
        self.view.fits_height = True
        self.view.setMinimumHeight(11 * UNIT)
        self.view.setMaximumHeight(16 * UNIT)
        self.view.setAccessibleName("Samples")
        self.view.tip = self._tip
        self.view.scene_for_drag = lambda index: scene_to_json(self.scenes[index]).encode()
        self.view.picked.connect(lambda index: self.picked.emit(self.scenes[index]))
        self.other = QPushButton(icon("sample"), "Other samples")
        self.other.setToolTip("Sixteen samples nobody has seen")
        self.other.clicked.connect(self._show_others)
        self.words = QLabel()
        self.words.setProperty("role", "muted")
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._tiles = LiveTiles(self)
        self._tiles.drawn.connect(self._on_drawn)
        self._tiles.failed.connect(self.failed)
        self._model: OpenModel | None = None
        self._label: int | None = None
        self._first = 1
        self._slot = ""
        self._lay_out()

    @property
    def is_busy(self) -> bool:
        """Whether samples are still to be drawn."""
        return self._tiles.is_busy

    def show_samples(self, model: OpenModel, label: int | None) -> None:
        """Show samples of ``model``, of the class ``label`` where it has classes."""
        if model is not self._model or label != self._label:
            self._first = 1 if model is not self._model else self._first
            self._model, self._label = model, label
            self._draw()

    def show_target(self, slot: str) -> None:
        """Say which slot a click adds to."""
        self._slot = slot
        self.words.setText(f"Drag them into the slots, or click to add to slot {slot}")

    def cancel(self) -> None:
        """Draw no more; what is missing is drawn when samples are shown again."""
        if self._tiles.is_busy:
            self._tiles.cancel()
            self._model = None

    def close_work(self) -> None:
        """Draw no more, and wait until that has stopped."""
        self._tiles.close()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(UNIT)
        head.addWidget(titled("Samples", self.view))
        head.addWidget(self.words, 1)
        self.bar = head
        head.addWidget(self.other)
        column = QVBoxLayout(self)
        column.setContentsMargins(UNIT, UNIT // 2, UNIT, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.view, 1)

    def _show_others(self) -> None:
        self._first = (self._first + COUNT) % (LARGEST_SEED - COUNT)
        self._draw()

    def _draw(self) -> None:
        model = self._model
        if model is None:
            return
        card, label = model.generator.card, self._label
        seeds = range(self._first, self._first + COUNT)
        base = Scene(model.generator.hash, model.name, label=label)
        self.scenes = tuple(
            replace(base, z=sample(seed, card.latent_size, card.distribution), seed=seed) for seed in seeds
        )
        latents = np.stack([scene.z for scene in self.scenes])
        mosaic = Mosaic(1, COUNT, (card.height, card.width, card.channels))
        self.view.show_mosaic(mosaic, Labels((), tuple(str(seed) for seed in seeds)))
        order = TileRequest(model.generator, lambda: latents, [label] * COUNT, range(COUNT), mosaic)
        self._tiles.request(order)

    def _on_drawn(self, order: TileRequest, indices: NDArray[np.intp], pictures: NDArray[np.uint8]) -> None:
        mosaic = self.view.mosaic
        if mosaic is not None and order.place is mosaic:
            mosaic.put(indices, pictures)
            self.view.tiles_changed(indices)

    def _tip(self, index: int) -> str:
        return f"Seed {self.scenes[index].seed}: drag it into a slot, or click to add it to slot {self._slot}"
