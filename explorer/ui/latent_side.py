"""The latent at the side of the window: every dimension, the directions, and how far out the whole lies."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.core import latents
from explorer.core.scene import Scene
from explorer.session.strengths import Strengths
from explorer.ui.direction_side import DirectionSide
from explorer.ui.lines import line
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.widgets.latent_list import LatentList
from explorer.ui.widgets.norm_gauge import NormGauge

_WIDTH_PX = 38 * UNIT


class LatentSide(QWidget):
    """One row a dimension, and the norm of them all."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._model = ""  # hash of the model whose latent is shown
        self._pins: dict[str, frozenset[int]] = {}  # of the models that were shown before
        self.setMinimumWidth(_WIDTH_PX)
        self.list = LatentList()
        self.directions = DirectionSide(studio)
        self.gauge = NormGauge()
        self.gauge.setAccessibleName("Norm of the latent")
        self.gauge.setToolTip("How far this latent lies from the prior's mean, against where samples lie")
        self.strengths = Strengths(self)
        self._working = QLabel()
        self._working.setProperty("role", "muted")
        self._lay_out()
        self._connect()

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Show what of ``after`` is not the same in ``before``."""
        self.directions.show_scene(before, after)
        self._show_norm(before, after)
        if before is not None and after.z is before.z and after.model == self._model:
            return
        distribution = self._studio.moves.card.distribution
        pins = self.list.pins
        self.list.show_latent(after.z, distribution=distribution)
        if after.model != self._model:
            self._pins[self._model], self._model = pins, after.model
            self.list.set_pins(self._pins.get(after.model, frozenset()))
            self.list.set_locks(self._studio.moves.locked)

    def _show_norm(self, before: Scene | None, after: Scene) -> None:
        """Show how far out the latent lies, with what the directions add to it."""
        same = before is not None and after.z is before.z and after.directions is before.directions
        if same and after.model == self._model:
            return
        distribution = self._studio.moves.card.distribution
        z = self.directions.moved(after) if after.directions else after.z
        self.gauge.show_norm(float(np.linalg.norm(z)), *latents.typical_norm(after.z.size, distribution))

    def _lay_out(self) -> None:
        title = QLabel("Latent")
        title.setProperty("role", "heading")
        header = QHBoxLayout()
        header.setContentsMargins(UNIT, 0, UNIT, 0)
        header.addWidget(title)
        header.addStretch(1)
        header.addWidget(self._working)
        foot = QHBoxLayout()
        foot.setContentsMargins(UNIT, 0, UNIT, 0)
        foot.addWidget(self.gauge)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2 * UNIT, 0, UNIT)
        layout.setSpacing(UNIT)
        layout.addLayout(header)
        layout.addWidget(self.list, 1)
        layout.addWidget(line())
        layout.addWidget(self.directions)
        layout.addWidget(line())
        layout.addLayout(foot)

    def _connect(self) -> None:
        moves = self._studio.moves
        self.list.moved.connect(moves.set_value)
        self.list.reset_one.connect(moves.reset_one)
        self.list.reset_all.connect(moves.reset_all)
        self.list.locks_changed.connect(self._set_locks)
        self.list.sort_wanted.connect(self._on_sort_wanted)
        self.strengths.measured.connect(self.list.show_strengths)
        self.strengths.failed.connect(self._studio.notices.show_error)
        self.strengths.progressed.connect(self._show_progress)
        self._studio.models.opened.connect(lambda _model, _wish: self._on_opened())

    def _set_locks(self, locks: frozenset[int]) -> None:
        self._studio.moves.locked = locks

    def _on_sort_wanted(self, order: str) -> None:
        model, scene = self._studio.models.current, self._studio.document.scene
        if order == "strength" and model is not None and scene.model == model.generator.hash:
            self.strengths.measure(model.generator, scene)
        else:
            self.strengths.cancel()

    def _show_progress(self, share: float) -> None:
        self._working.setText(f"Measuring {share:.0%}" if share < 1.0 else "")

    def _on_opened(self) -> None:
        self.strengths.cancel()
        self.list.show_strengths(None)
        self.list.set_sort("number")
