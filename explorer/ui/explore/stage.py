"""The middle of the Explore panel: the picture, the sheet of its neighbours or its layers, and a line about it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.rendering.scene import Scene, scene_to_json
from explorer.session.explore.scene_pictures import Picture, Thumbnails
from explorer.ui.explore.neighbours import CENTRE, NeighbourSheet
from explorer.ui.explore.tool_bar import ToolBar
from explorer.ui.late_part import LatePart
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.widgets.canvas import Canvas
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.parts import column_of, named, pages_of, row_of, text_label, tool_button

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Rendering

_PURPOSE, _SHORT_PURPOSE = "Draw a picture, and move the numbers behind it", "Draw a picture"
_REST_MS = 60  # neighbours are drawn once the hand rests for so long
_SLOW_MS = 400  # after which it is said that a picture is being drawn


class Stage(QWidget):
    """Shows the picture of the current scene, large, in the middle of its eight neighbours, or as layers see it."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self.canvas = named(Canvas(), "Picture")
        self.canvas.set_smooth(studio.settings.smooth)
        self.tools = ToolBar(self.canvas)
        self.tools.changed.connect(self._show_size)
        self.neighbours = Neighbours(studio, self)
        self._readout, self._purpose = _muted(), _muted()
        self._said = ""
        self._is_preview = False  # whether the picture is one
        self._zoom = text_label()
        self.layers = LatePart("explore.layer_view", "LayerView", studio)
        self._pages = pages_of(self.canvas, self.neighbours.sheet, self.layers)
        self._lay_out()
        self.canvas.hovered.connect(self._on_hovered)
        self.canvas.left.connect(self._show_size)
        self.canvas.zoomed.connect(lambda factor: self._zoom.setText(f"{factor:.0%}"))
        self._slow = QTimer(self, interval=_SLOW_MS, singleShot=True)
        self._slow.timeout.connect(self._show_size)
        studio.pictures.shown.connect(self._on_shown)
        studio.pictures.settled.connect(self.canvas.repaint)  # what is drawn at once is seen before anything follows
        studio.pictures.began.connect(lambda _words: self._slow.start())
        studio.pictures.ended.connect(self._on_drawn)

    def show_neighbours(self, wanted: bool) -> None:
        """Show the sheet of neighbours, or the canvas."""
        self._pages.setCurrentWidget(self.neighbours.sheet if wanted else self.canvas)
        self.neighbours.set_active(wanted)
        for part in (self.tools, self._zoom, self._fit):  # are of the canvas
            part.setVisible(not wanted)

    def show_layers(self, wanted: bool) -> None:
        """Show what the layers of the model see, or the canvas."""
        self._pages.setCurrentWidget(self.layers if wanted else self.canvas)
        self.tools.setVisible(not wanted)
        self.caption.setVisible(not wanted)  # which speaks of the picture
        self.layers.part.set_active(wanted)

    def say(self, words: str) -> None:
        """Say below the picture what is being done; "" when it is done."""
        self._said = words
        self._show_size()

    def show_scene(self, before: Scene | None, scene: Scene) -> None:
        """Keep the neighbours true; the picture comes by itself."""
        self.neighbours.show_scene(scene)
        self.layers.show_scene(before, scene)

    def close_work(self) -> None:
        """Stop what is being drawn and looked for."""
        self.neighbours.work.close()
        self.layers.close_work()

    def _lay_out(self) -> None:
        self._fit = tool_button("fit", "Fit", "Show the whole picture (F)", self.canvas.fit)
        policy = self._fit.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._fit.setSizePolicy(policy)
        self._purpose.show_words(_PURPOSE, short=_SHORT_PURPOSE)
        self._purpose.setAlignment(Qt.AlignmentFlag.AlignCenter)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # has what is left
        policy.setRetainSizeWhenHidden(True)
        self._purpose.setSizePolicy(policy)
        self.caption = QWidget()
        row_of(
            self._readout,
            (self._purpose, 1),
            self._zoom,
            self._fit,
            on=self.caption,
            margins=(UNIT, 0, UNIT // 2, 0),
            spacing=UNIT,
        )
        column_of(self.tools, (self._pages, 1), self.caption, on=self, spacing=0)

    def _on_shown(self, rendering: Rendering) -> None:
        before = self.canvas.picture
        self.canvas.show_picture(rendering.whole)
        self.neighbours.show_picture(rendering.picture)
        changed = rendering.is_preview is not self._is_preview
        self._is_preview = rendering.is_preview
        if before is None or changed or before.shape != rendering.whole.shape:
            self._show_size()

    def _on_drawn(self) -> None:
        """No longer say that something is being drawn."""
        said = not self._slow.isActive()
        self._slow.stop()
        if said:
            self._show_size()

    def _show_size(self) -> None:
        picture = self.canvas.picture
        tool = self.canvas.tool
        words = tool.words if tool is not None else ""
        if self._said:
            self._purpose.show_words(self._said)
        else:
            self._purpose.show_words(_PURPOSE, short=_SHORT_PURPOSE)
        self._purpose.setVisible(bool(self._said) or not words)  # what a tool says has the line, but for what goes on
        self._zoom.setVisible(not self._said and self._pages.currentWidget() is self.canvas)  # which needs the room
        if words:
            self._readout.show_words(words)
        elif picture is not None:
            height, width = picture.shape[:2]
            said = "preview; the full picture follows" if self._is_preview else "pixels"
            drawing = "; drawing the next …" if self._studio.pictures.is_wanted and not self._slow.isActive() else ""
            self._readout.show_words(f"{width} × {height} {said}{drawing}")

    def _on_hovered(self, x: int, y: int, colour: tuple[int, ...]) -> None:
        if self.canvas.tool is None:  # else it says what a drag does
            self._readout.show_words(f"x {x}  y {y}    {'  '.join(str(value) for value in colour)}")


class Neighbours(QObject):
    """Eight scenes around the current one, to wander by clicking."""

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._active = False
        self._seed = 0
        self._scenes: tuple[Scene, ...] = ()
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self._draw)
        self.sheet = NeighbourSheet()
        self.sheet.tiles.picked.connect(self._go)
        self.sheet.tiles.scene_for_drag = self._scene_for_drag
        self.sheet.spread_changed.connect(lambda _spread: self._rest.start())
        self.sheet.others.clicked.connect(self._renew)
        self.work = Thumbnails(self)
        self.work.drawn.connect(self._on_drawn)
        self.work.failed.connect(studio.notices.show_error_once)

    def set_active(self, active: bool) -> None:
        """Draw neighbours from now on, or no more."""
        self._active = active
        if active:
            self._renew()
        else:
            self._rest.stop()
            self.work.cancel()

    def show_scene(self, _scene: Scene) -> None:
        """Draw the neighbours of another scene, once the hand rests."""
        if self._active:
            self._rest.start()

    def show_picture(self, picture: Picture) -> None:
        """Show the picture of the current scene, in the middle."""
        if self._active:
            self.sheet.tiles.show_tile(CENTRE, picture)

    def _renew(self) -> None:
        self._seed = random.randrange(1 << 32)
        self._draw()

    def _draw(self) -> None:
        self.work.cancel()
        renderer, last = self._studio.pictures.renderer, self._studio.pictures.shown_last
        if renderer is None or self._studio.document.scene.model != self._studio.models.hash:
            return
        self._scenes = self._studio.edits.around(self.sheet.spread, self._seed)
        self.sheet.show_tiles([None] * 9)
        if last is not None:
            self.sheet.tiles.show_tile(CENTRE, last.picture)
        self.work.request(renderer, self._scenes)

    def _on_drawn(self, scene: Scene, picture: Picture) -> None:
        for place, neighbour in enumerate(self._scenes):
            if neighbour is scene:
                self.sheet.tiles.show_tile(_tile_of(place), picture)

    def _scene_for_drag(self, tile: int) -> bytes:
        place = tile - (tile > CENTRE)
        return scene_to_json(self._studio.document.scene if tile == CENTRE else self._scenes[place]).encode()

    def _go(self, tile: int) -> None:
        place = tile - (tile > CENTRE)
        if self._active and place < len(self._scenes):
            self._seed = random.randrange(1 << 32)
            self._studio.document.show("Go to a neighbour", self._scenes[place])


def _muted() -> ElidedLabel:
    label = ElidedLabel()
    label.setProperty("role", "muted")
    return label


def _tile_of(place: int) -> int:
    return place + (place >= CENTRE)
