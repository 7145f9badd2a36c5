"""The Explore panel: one picture, every dimension of its latent, and ways to wander."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QSplitter

from explorer.core.rendering.scene import Scene
from explorer.session.models.opening import OpenModel
from explorer.ui.explore.conditions.content_mover import ContentMover
from explorer.ui.explore.latent_side import LatentSide
from explorer.ui.explore.region_tool import RegionTool
from explorer.ui.explore.sampling_controls import SamplingControls
from explorer.ui.explore.stage import Stage
from explorer.ui.panel import Panel
from explorer.ui.studio import Studio
from explorer.ui.touch.touch_tools import TouchTools
from explorer.ui.widgets.canvas import Canvas
from explorer.ui.widgets.gestures import new_gesture
from explorer.ui.widgets.parts import row_of, switch_action

_LAYOUT = "explore"
_LATENT_SHARE = 5  # the latent has a fifth of the room beside the picture, where that is more than it needs


class ExplorePanel(Panel):
    """Samples on the left, the picture in the middle, the latent on the right."""

    title: ClassVar[str] = "Explore"
    icon_name: ClassVar[str] = "explore"

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.walk = switch_action(self, "walk", "Random walk", "W", "Wander gently through the latent space (W)")
        self.neighbours = switch_action(self, "neighbours", "8 neighbours", "N", "Wander by clicking (N)")
        tip = "Move what StyleGAN3 shows: drag the picture, with Shift to turn it (M)"
        self.by_hand = switch_action(self, "move", "Move", "M", tip)
        self.layers = switch_action(
            self, "layers", "Layers", "L", "See what each layer of the model sees of this picture (L)"
        )
        tip = "Drag a rectangle on the picture, and find what can change inside it while the rest stays (H)"
        self.here = switch_action(self, "region", "What can change here?", "H", tip)
        self.here.setIconText("Change an area")
        self.stage = Stage(studio)
        self.touching = TouchTools(studio.edits, lambda: self.model, studio.settings, self)
        self.controls = SamplingControls(studio, self.walk, self.neighbours, self.layers, self.by_hand)
        self.region = RegionTool(self)
        self.latent = LatentSide(studio, self.region)
        assert self.latent.local is not None
        self.local = self.latent.local
        self._lay_out()
        for action, tool, options in self.touching.choices:
            self.stage.tools.add(action, tool, *options)
        self.touching.touch.begun.connect(studio.player.stop)
        self.touching.said.connect(self.stage.say)
        self.touching.failed.connect(studio.notices.show_error)
        self.walk.triggered.connect(self._on_walk_wanted)
        self.neighbours.toggled.connect(partial(self._show_page, self.layers, self.stage.show_neighbours))
        self.layers.toggled.connect(partial(self._show_page, self.neighbours, self.stage.show_layers))
        self.stage.tools.add(self.by_hand, ContentMover(studio.edits.conditions, self), shows_button=False)
        self.stage.tools.add(self.here, self.region)
        self.here.toggled.connect(self.local.offer)
        studio.player.playing_changed.connect(self.walk.setChecked)
        self.controls.facts.readings_wanted.connect(self.readings_wanted)
        studio.models.opened.connect(lambda model, _request: self._show_model(model))
        self.by_hand.setEnabled(False)

    @property
    def is_busy(self) -> bool:
        return self.latent.strengths.is_busy or self.local.work.is_busy

    @property
    def canvas(self) -> Canvas:
        """Where the picture is shown."""
        return self.stage.canvas

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Show ``after``; the picture follows when it is drawn."""
        self.controls.show_scene(before, after)
        self.latent.show_scene(before, after)
        self.stage.show_scene(before, after)

    def _show_model(self, model: OpenModel) -> None:
        self.controls.show_model(model)
        self.touching.show_model(model)
        self.by_hand.setEnabled(model.generator.adjustable.moves)
        if not self.by_hand.isEnabled():
            self.by_hand.setChecked(False)

    def close_work(self) -> None:
        """Stop what is being measured and drawn."""
        self.latent.strengths.close()
        self.latent.sentence.close_work()
        self.latent.channels.close_work()
        self.local.work.close()
        self.touching.close_work()
        self.stage.close_work()

    def _lay_out(self) -> None:
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(self.stage)
        self._split.addWidget(self.latent)
        self._split.setStretchFactor(0, 1)
        self._split.setChildrenCollapsible(False)
        row_of(self.controls, (self._split, 1), on=self, spacing=0)
        self.sides += [self.controls, self.latent]
        self.spared.append(self.controls)
        self.trims += [self.stage.tools, self.stage.caption]
        layout = self.studio.settings.layout(_LAYOUT)
        self._is_placed = not layout.isEmpty()  # else the border is where there is room for it
        self._split.restoreState(layout)
        self._split.splitterMoved.connect(self._on_placed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._is_placed:
            room = self._split.width()
            self._split.setSizes([room - room // _LATENT_SHARE, room // _LATENT_SHARE])

    def _on_placed(self) -> None:
        self._is_placed = True
        self.studio.settings.remember_layout(_LAYOUT, self._split.saveState())

    def _show_page(self, other: QAction, show: Callable[[bool], object], wanted: bool) -> None:
        """Show one of the pages that take the place of the picture, and not the other."""
        if wanted:
            other.setChecked(False)
        show(wanted)

    def _on_walk_wanted(self, wanted: bool) -> None:
        if wanted:
            self.studio.player.start(new_gesture())
        else:
            self.studio.player.stop()
        self.walk.setChecked(self.studio.player.is_playing)
