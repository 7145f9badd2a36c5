"""A tray of fresh samples to fill the board from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from explorer.core.rendering.latents import LARGEST_SEED, sample
from explorer.core.rendering.scene import Scene, scene_to_json
from explorer.session.models.opening import OpenModel
from explorer.ui.theme import UNIT
from explorer.ui.tiles.mosaic import Mosaic
from explorer.ui.tiles.tile_layout import Labels
from explorer.ui.tiles.tile_strip import TileStrip
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.parts import STRETCH, column_of, push_button, row_of, titled

COUNT = 16


class Tray(TileStrip):
    """Shows sixteen samples with their seeds; a drag takes one out, a click or Enter picks it."""

    def __init__(self) -> None:
        super().__init__("Samples")
        self.scenes: tuple[Scene, ...] = ()
        self.view.setMinimumHeight(11 * UNIT)
        self.view.setMaximumHeight(22 * UNIT)
        self.view.tip = self._tip
        self.view.scene_for_drag = lambda index: scene_to_json(self.scenes[index]).encode()
        self.view.picked.connect(lambda index: self.picked.emit(self.scenes[index]))
        self.other = push_button("Other samples", "Sixteen new samples", self._show_others, image="sample")
        self.words = ElidedLabel()
        self.words.setProperty("role", "muted")
        self._model: OpenModel | None = None
        self._label: int | None = None
        self._first = 1
        self._slot = ""
        self._lay_out()

    def show_samples(self, model: OpenModel, label: int | None) -> None:
        """Show samples of ``model``, of the class ``label`` where it has classes."""
        if model is not self._model or label != self._label:
            self._first = 1 if model is not self._model else self._first
            self._model, self._label = model, label
            self._draw_samples()

    def show_target(self, slot: str) -> None:
        """Say which slot a click adds to."""
        self._slot = slot
        self.words.show_words(f"Drag them into the slots, or click to add to slot {slot}")

    def cancel(self) -> None:
        """Draw no more; what is missing is drawn when samples are shown again."""
        if self.is_busy:
            super().cancel()
            self._model = None

    def _lay_out(self) -> None:
        head = row_of(titled("Samples", self.view), (self.words, 100), STRETCH)
        self.bar = head
        head.addWidget(self.other)
        column_of(head, (self.view, 1), on=self, margins=(UNIT, UNIT // 2, UNIT, 0), spacing=0)

    def _show_others(self) -> None:
        self._first = (self._first + COUNT) % (LARGEST_SEED - COUNT)
        self._draw_samples()

    def _draw_samples(self) -> None:
        model = self._model
        if model is None:
            return
        card, label = model.generator.card, self._label
        seeds = range(self._first, self._first + COUNT)
        base = Scene(model.generator.hash, model.name, label=label)
        self.scenes = tuple(replace(base, z=sample(seed, card.latent_size, card.prior), seed=seed) for seed in seeds)
        latents = np.stack([scene.z for scene in self.scenes])
        mosaic = Mosaic(1, COUNT, (card.height, card.width, card.channels))
        self.view.show_mosaic(mosaic, Labels((), tuple(str(seed) for seed in seeds)))
        self._draw(model, latents, [label] * COUNT, mosaic)

    def _tip(self, index: int) -> str:
        return f"Seed {self.scenes[index].seed}: drag it into a slot, or click to add it to slot {self._slot}"
