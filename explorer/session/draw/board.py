"""A board: what is drawn on it, and what a translator of its own answers, stroke by stroke, the newest first."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from explorer.core.drawing.drawing import Drawing, Stroke
from explorer.core.drawing.rasterising import Raster
from explorer.core.rendering.latents import Latent
from explorer.core.rendering.scene import Scene
from explorer.session.document import Document
from explorer.session.settings import Device
from explorer.session.translate.translations import TranslationRequest, Translations

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translator
    from explorer.core.rendering.renderer import Rendering

_UNKNOWN_PX = 64  # of the board's pictures before a translator is open


class DrawingBoard(QObject):
    """Holds a drawn scene beside the document's; every change to it is a step of that one's history all the same.

    Attributes
    ----------
    scene : Scene
        What is drawn and kept; its model is the translator that is open, and ``z`` that one's latent.
    work : Translations
        Opens translators, and answers.
    raster : Raster
        What is drawn, with the stroke that is not finished; ``raster.board`` is to be shown.
    shown_last : Rendering or None
        The answer that came last, with its scene.

    Signals
    -------
    drawn(part) : (left, top, right, bottom)
        This part of ``raster.board`` has changed.
    changed()
        ``scene`` is another.
    shown(rendering)
        An answer has come.
    opened(translator)
    left(scene)
        The history goes to a scene that was drawn for another translator; `restore` shows it, once that one is open.
    """

    drawn = Signal(object)
    changed = Signal()
    shown = Signal(object)
    opened = Signal(object)
    left = Signal(object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.scene = Scene(drawing=Drawing())
        self.work = Translations(self)
        self.raster = Raster(_UNKNOWN_PX, _UNKNOWN_PX)
        self.shown_last: Rendering | None = None
        self.work.opened.connect(self._on_opened)
        self.work.shown.connect(self._on_shown)

    @property
    def drawing(self) -> Drawing:
        """What is drawn and kept."""
        return self.scene.drawing or Drawing()

    @property
    def style_size(self) -> int:
        """Numbers in the latent that the open translator takes; 0 where it takes none."""
        return self.work.translator.style_size if self.work.translator is not None else 0

    def open(self, path: Path, device: Device, *, trusted: bool = False) -> None:
        """Have another translator answer; the drawing stays. See `Translations.open`."""
        self.work.open(path, device, trusted=trusted)

    def start(self, drawing: Drawing) -> None:
        """Have a drawing to begin with, which is no step of the history."""
        self._put(replace(self.scene, drawing=drawing))

    def sketch(self, stroke: Stroke) -> None:
        """Show a stroke that is not finished, and its answer."""
        self._live(replace(self.scene, drawing=self.drawing.adding(stroke)))

    def take_back(self) -> None:
        """Show what was there before the stroke that is not finished."""
        self._live(self.scene)

    def finish(self, stroke: Stroke, what: str = "Draw a stroke") -> None:
        """Keep a stroke, undoably."""
        self.begin_with(self.drawing.adding(stroke), what)

    def begin_with(self, drawing: Drawing, what: str) -> None:
        """Have another drawing in the place of this one, undoably."""
        self.show(replace(self.scene, drawing=drawing), what)

    def set_style(self, z: Latent, what: str, *, gesture: int = -1, seed: int | None = None) -> None:
        """Have another latent, (style_size,) float32, undoably; steps of one gesture undo together."""
        self.show(replace(self.scene, z=z, seed=seed), what, gesture=gesture)

    def show(self, scene: Scene, what: str, *, gesture: int = -1) -> None:
        """Have another drawn scene in the place of this one, undoably; it becomes one of the open translator's."""
        steps = partial(self._go_to, self._fitting(scene)), partial(self._go_to, self.scene)
        self._document.show(what, self._document.scene, gesture=gesture, beside=steps)

    def close(self) -> None:
        """Answer no more, and wait for what is being answered."""
        self.work.close()

    def restore(self, scene: Scene) -> None:
        """Show a scene, which is no step of the history."""
        self._put(scene)

    def _go_to(self, scene: Scene) -> None:
        translator = self.work.translator
        if scene.model and translator is not None and scene.model != translator.hash:
            self.left.emit(scene)
        else:
            self._put(scene)

    def _put(self, scene: Scene) -> None:
        self.scene = self._fitting(scene)
        self._live(self.scene)
        self.changed.emit()

    def _fitting(self, scene: Scene) -> Scene:
        """The scene as one of the open translator's."""
        translator = self.work.translator
        if translator is None:
            return scene
        size, z, seed = translator.style_size, scene.z, scene.seed
        if z.size != size:
            z, seed = np.zeros(size, np.float32), None
        if (scene.model, scene.model_name, scene.z.size) == (translator.hash, translator.name, size):
            return scene
        return replace(scene, model=translator.hash, model_name=translator.name, z=z, seed=seed)

    def _live(self, scene: Scene) -> None:
        part = self.raster.draw(scene.drawing or Drawing())
        self.work.request(TranslationRequest(self.raster.picture(), scene=scene))  # which need not wait for the screen
        if part is not None:
            self.drawn.emit(part)

    def _on_opened(self, translator: Translator) -> None:
        from explorer.core.rendering.drawn_scenes import raster_for

        self.scene, self.shown_last = self._fitting(self.scene), None
        self.raster = raster_for(translator)
        self.opened.emit(translator)
        self._live(self.scene)
        height, width = self.raster.board.shape[:2]
        self.drawn.emit((0, 0, width, height))
        self.changed.emit()

    def _on_shown(self, task: TranslationRequest, rendering: Rendering) -> None:
        if task.scene is not None:
            self.shown_last = rendering
            self.shown.emit(rendering)
