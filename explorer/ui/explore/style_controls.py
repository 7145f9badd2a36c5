"""Style mixing: a second picture, and the layers that follow it."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtGui import QAction, QIcon, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene, scene_from_json
from explorer.core.rendering.styles import StyleMix, StylePoint
from explorer.session.explore.scene_pictures import Picture
from explorer.session.explore.style_edits import layer_words
from explorer.ui.explore.layer_range import LayerRange
from explorer.ui.icons import icon
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.traverse.corner_box import CornerBox
from explorer.ui.widgets.keys import Key
from explorer.ui.widgets.parts import STRETCH, column_of, fill, named, push_button, text_label, tool_button
from explorer.ui.widgets.qimages import image_of

_PICTURE_PX = 5 * UNIT
_MOST_STEPS = 12
_TIP = "The second picture: drop one from the history or the bookmarks here, or click to take the current one"


class SecondPicture(CornerBox):
    """The picture that is mixed in."""

    KEYS: ClassVar[tuple[Key, ...]] = (Key("Take the current picture as the second of a mix of styles", "Enter"),)


class StyleControls(QWidget):
    """Chooses what is mixed in, and where; of use for models whose layers each take a w."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio, self._edits = studio, studio.edits.styles
        self._second: Scene | None = None  # the picture of the mix, alone
        self.picture = named(SecondPicture("second picture"), "Second picture of the mix", _TIP)
        self.picture.setFixedSize(_PICTURE_PX, _PICTURE_PX)
        self.source = self._source_button()
        self.stop = tool_button("close", "Stop mixing", "Draw every layer from the latent again")
        self.layers = named(
            LayerRange(),
            "Mixed layers",
            "Which layers follow the second picture: coarse ones set pose and shape, fine ones colour and texture.\n"
            "Drag an end, or all of it. With the keyboard: up and down choose the end, left and right move it.",
        )
        self._words = text_label()
        self._lay_out()
        self._connect()
        self.show_scene(None, studio.document.scene)

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Show what is mixed into ``after``."""
        if before is not None and after.mix is before.mix and after.model is before.model:
            return
        mix, styles = after.mix, max(self._studio.edits.card.styles, 2)
        first, last = (styles // 2, styles - 1) if mix is None else (mix.first, mix.last)
        self.layers.show_range(first, last, styles)
        for part in (self.layers, self.stop, self._words):
            part.setVisible(mix is not None)
        self._words.setText(_layers(first, last))
        self._words.setToolTip(f"{layer_words(first, last, styles).capitalize()}, of {styles} layers")
        self._show_second(after)

    def _show_second(self, scene: Scene) -> None:
        mix = scene.mix
        if mix is None:
            self._second = None
            self.picture.show_picture(None)
            return
        if self._second is not None and self._second.z is mix.z and self._second.w is mix.w:
            return
        self._second = _alone(scene, mix)
        self.picture.show_picture(None)
        renderer = self._edits.renderer
        if renderer is not None and self._edits.are_offered:
            self._studio.thumbnails.request(renderer, [self._second])

    def _source_button(self) -> QPushButton:
        button = push_button(
            "Mix in",
            "Choose the second picture: a new sample, this one, a bookmark or a step of the history",
            image="plus",
        )
        menu = QMenu(button)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        button.setMenu(menu)
        return button

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        menu.addAction(icon("sample"), "A new sample").triggered.connect(lambda: self._edits.mix_sample())
        current = menu.addAction(icon("picture"), "The current picture")
        current.triggered.connect(lambda: self._take(self._studio.document.scene))
        menu.addSeparator()
        history = [(self._step_name(scene), scene) for scene in self._recent_steps()]
        self._offer(menu.addMenu(icon("bookmark"), "A bookmark"), self._marks())
        self._offer(menu.addMenu(icon("history"), "A step of the history"), history)

    def _offer(self, menu: QMenu, scenes: list[tuple[str, Scene]]) -> None:
        for name, scene in scenes:
            menu.addAction(self._named(menu, name, scene))
        menu.setEnabled(bool(scenes))

    def _named(self, menu: QMenu, name: str, scene: Scene) -> QAction:
        small = self._studio.thumbnails.of(scene)
        shown = QIcon() if small is None else QIcon(QPixmap.fromImage(image_of(small)))
        action = QAction(shown, name, menu)
        action.triggered.connect(lambda: self._take(scene))
        return action

    def _marks(self) -> list[tuple[str, Scene]]:
        try:
            marks = self._studio.bookmarks.of(self._studio.models.hash)
        except Problem:  # the strip of bookmarks tells it
            return []
        return [(mark.name, mark.scene) for mark in marks]

    def _recent_steps(self) -> list[Scene]:
        """The newest different scenes of the model that is open, the newest first, without the current one."""
        document, found = self._studio.document, list[Scene]()
        for scene in reversed(document.scenes()):
            known = scene is document.scene or any(scene is other for other in found)
            if scene.model == self._studio.models.hash and not known:
                found.append(scene)
        return found[:_MOST_STEPS]

    def _step_name(self, scene: Scene) -> str:
        return f"Seed {scene.seed}" if scene.seed is not None else "A picture"

    def _take(self, scene: Scene) -> None:
        with self._studio.notices.catching():
            self._edits.mix_scene(scene)

    def _drop(self, text: str) -> None:
        with self._studio.notices.catching():
            self._take(scene_from_json(text))

    def _on_drawn(self, scene: Scene, picture: Picture) -> None:
        if scene is self._second:
            self.picture.show_picture(picture)

    def _lay_out(self) -> None:
        title = text_label("Style mixing", "heading", of=self.source)
        head, row = QHBoxLayout(), QHBoxLayout()
        fill(head, title, STRETCH, self._words)
        row.setSpacing(UNIT)
        fill(row, self.picture, (self.source, 1), self.stop)
        column_of(head, row, self.layers, on=self)

    def _connect(self) -> None:
        self.picture.current_wanted.connect(lambda: self._take(self._studio.document.scene))
        self.picture.scene_dropped.connect(self._drop)
        self.layers.moved.connect(self._edits.mix_layers)
        self.stop.clicked.connect(self._edits.stop_mixing)
        self._studio.thumbnails.drawn.connect(self._on_drawn)


def _alone(scene: Scene, mix: StyleMix) -> Scene:
    """The second picture of a mix by itself, truncated as the mix is."""
    styled = None if mix.w is None else StylePoint(mix.w, mix.z, mix.label)
    return Scene(scene.model, scene.model_name, mix.z, mix.label, scene.truncation, styled=styled, cutoff=scene.cutoff)


def _layers(first: int, last: int) -> str:
    return f"layer {first}" if first == last else f"layers {first} to {last}"
