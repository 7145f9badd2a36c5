"""The two strips along the bottom: where the user has been, and what is worth coming back to."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from itertools import takewhile

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSizePolicy, QSplitter, QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene, scene_to_json
from explorer.session.bookmarks import Bookmark
from explorer.session.explore.scene_edits import CHANGE_CLASS, NEW_SAMPLE, RESET_DIRECTIONS, TRUNCATE
from explorer.session.explore.scene_pictures import Picture
from explorer.session.explore.style_edits import BAKE_IN, LEAVE_W, MIX, MIX_LAYERS, STOP_MIXING, TRUNCATE_LAYERS
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.widgets.filmstrip import Filmstrip, StripItem
from explorer.ui.widgets.parts import column_of, text_label

_SHORT = {
    NEW_SAMPLE: "Sample",
    "Random walk": "Walk",
    "Reset the latent": "Reset",
    "Open a picture": "Picture",
    "Paste a scene": "Pasted",
    "Go to a neighbour": "Neighbour",
    "Go back to a picture": "Back",
    "Go to a bookmark": "Bookmark",
    "Go to a frame of a path": "Path",
    "Go to a sample of the map": "Map",
    "Go to a point of the map": "Map",
    "Move in the plane": "Plane",
    "Your picture": "Photo",
    "Open a drawing in Explore": "Drawing",
    "Draw a stroke": "Drawn",
    "Start a drawing": "Started",
    "Clear the board": "Cleared",
    "Improve your picture": "Improved",
    RESET_DIRECTIONS: "Unedited",
    BAKE_IN: "Baked in",
    LEAVE_W: "Left W",
    MIX: "Mixed",
    MIX_LAYERS: "Layers",
    STOP_MIXING: "Unmixed",
    TRUNCATE_LAYERS: "ψ layers",
    "Reorder directions": "Order",
    "Factorise the weights": "SeFa",
    "Find principal components": "PCA",
}
_REST_MS = 150  # no edit for so long: the gesture is over, and its picture worth keeping


def _kept_of(shown: tuple[Scene, ...], scenes: tuple[Scene, ...]) -> tuple[int, int]:
    """How many of those that are shown fell off the beginning, and how many after these stay; by identity."""
    if not shown or not scenes:
        return 0, 0
    gone = next((place for place, scene in enumerate(shown) if scene is scenes[0]), len(shown))
    pairs = zip(shown[gone:], scenes, strict=False)
    return gone, sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], pairs))


class HistoryStrip(QWidget):
    """One thumbnail a step of the history; a click goes there."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._shown: tuple[Scene, ...] = ()
        self._gone = 0  # steps that a full history let go of: keys count from the first that there ever was
        self.strip = Filmstrip()
        self.strip.set_empty("Every step you take appears here")
        self.strip.scene_for_drag = lambda key: scene_to_json(self._shown[self._step_of(key)]).encode()
        self.strip.picked.connect(lambda key: self._go(self._step_of(key)))
        _lay_out(self, "History", self.strip)
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self.catch_up)
        studio.document.changed.connect(lambda _before, _after: self._rest.start())
        studio.document.history.indexChanged.connect(lambda _step: self._rest.start())  # some change no scene
        studio.thumbnails.drawn.connect(self._on_drawn)

    def catch_up(self) -> None:
        """Show the history as it is now, and have drawn what has no picture yet."""
        document = self._studio.document
        scenes = document.scenes() if document.scene.model else ()
        gone, same = _kept_of(self._shown, scenes)
        if same:
            for step in (*range(gone), *range(gone + same, len(self._shown))):
                self.strip.remove(self._key(step))
            self._gone += gone
            for step in range(same, len(scenes)):
                if not self._goes_on(step, scenes):
                    self.strip.append(self._item(step, scenes[step]))
        else:
            self._gone = 0
            shown = [(step, scene) for step, scene in enumerate(scenes) if not self._goes_on(step, scenes)]
            self.strip.set_items([self._item(*each) for each in shown])
        self._shown = scenes
        self._mark_step()
        awaited = self._studio.pictures.awaited
        _draw(self._studio, tuple(scene for scene in scenes if scene is not awaited))

    def _goes_on(self, step: int, scenes: tuple[Scene, ...]) -> bool:
        """Whether a step only did once more what the one before did, and showed no other scene, as strokes do."""
        if step < 2 or not scenes[step] is scenes[step - 1] is scenes[step - 2]:
            return False
        history = self._studio.document.history
        return history.text(step - 1) == history.text(step - 2)

    def _go(self, step: int) -> None:
        """Go to a step; where steps between did more than show a scene, those stay, and the scene is shown anew."""
        document = self._studio.document
        if document.only_shows_until(step):
            document.go_to(step)
        elif self._shown[step] is document.scene:
            self._mark_step()  # not the one that was clicked
        else:
            document.show("Go back to a picture", self._shown[step])

    def _item(self, step: int, scene: Scene) -> StripItem:
        history = self._studio.document.history
        label = history.text(step - 1) if step else "Start"
        name = _class_name(self._studio, scene)
        tip = _tip(label, scene, name)
        return StripItem(self._key(step), self._studio.thumbnails.of(scene), _caption(label, scene, name), tip)

    def _key(self, step: int) -> str:
        return str(self._gone + step)

    def _step_of(self, key: str) -> int:
        return int(key) - self._gone

    def _mark_step(self) -> None:
        step, shown = self._studio.document.history.index(), self.strip.keys
        while step > 0 and self._key(step) not in shown:
            step -= 1
        self.strip.set_current(self._key(step))

    def _on_drawn(self, scene: Scene, picture: Picture) -> None:
        for step, shown in enumerate(self._shown):
            if shown is scene:
                self.strip.show_picture(self._key(step), picture)


class BookmarkStrip(QWidget):
    """The bookmarks of the open model; a click goes there."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._shown: dict[str, Bookmark] = {}
        self.strip = Filmstrip(removable=True, renamable=True)
        self.strip.set_empty("No bookmarks yet", "Press B to keep what you see")
        self.strip.scene_for_drag = lambda key: scene_to_json(self._shown[key].scene).encode()
        self.strip.picked.connect(self._go)
        self.strip.removed.connect(self._remove)
        self.strip.renamed.connect(self._rename)
        _lay_out(self, "Bookmarks", self.strip)
        studio.models.opened.connect(lambda _model, _request: self.show_model())
        studio.thumbnails.drawn.connect(self._on_drawn)

    def show_model(self) -> None:
        """Show the bookmarks of the model that is open now."""
        try:
            marks = self._studio.bookmarks.of(self.model)
        except Problem as problem:
            self._studio.notices.show_error(problem)
            marks = ()
        self._shown = {mark.key: mark for mark in marks}
        self.strip.set_items([self._item(mark) for mark in marks])
        self.draw_pictures(tuple(mark.scene for mark in marks))

    @property
    def model(self) -> str:
        """The hash of the model whose bookmarks these are."""
        return self._studio.models.hash

    def draw_pictures(self, scenes: tuple[Scene, ...]) -> None:
        """Have the pictures drawn that are not there yet."""
        _draw(self._studio, scenes)

    def go(self, scene: Scene) -> None:
        """Show a scene that was kept."""
        self._studio.controller.show("Go to a bookmark", scene)

    def add(self, scene: Scene) -> None:
        """Bookmark a scene, undoably."""
        if not scene.model:
            return
        name = str(scene.seed) if scene.seed is not None else f"Mark {len(self._shown) + 1}"
        mark = Bookmark(scene, name, secrets.token_hex(8))
        place = len(self._shown)
        self._change("Bookmark", partial(self._put, mark, place), partial(self._drop, mark))

    def _change(self, what: str, do: Callable[[], None], undo: Callable[[], None]) -> None:
        """Change the bookmarks as a step of the history; where they cannot be written, that is said."""

        def tell(change: Callable[[], None]) -> None:
            with self._studio.notices.catching():
                change()
            self.show_model()

        self._studio.document.do(what, partial(tell, do), partial(tell, undo))

    def _put(self, mark: Bookmark, place: int) -> None:
        self._studio.bookmarks.put(mark, place)

    def _drop(self, mark: Bookmark) -> None:
        self._studio.bookmarks.remove(mark.scene.model, mark.key)

    def _item(self, mark: Bookmark) -> StripItem:
        label = mark.name if mark.name != str(mark.scene.seed) else ""
        tip = _tip(label, mark.scene, _class_name(self._studio, mark.scene))
        return StripItem(mark.key, self._studio.thumbnails.of(mark.scene), mark.name, tip)

    def _go(self, key: str) -> None:
        self.go(self._shown[key].scene)

    def _remove(self, key: str) -> None:
        mark, place = self._shown[key], list(self._shown).index(key)
        self._change("Remove a bookmark", partial(self._drop, mark), partial(self._put, mark, place))

    def _rename(self, key: str, name: str) -> None:
        mark = self._shown[key]
        if name != mark.name:
            rename = partial(self._studio.bookmarks.rename, mark.scene.model, key)
            self._change("Rename a bookmark", partial(rename, name), partial(rename, mark.name))

    def _on_drawn(self, scene: Scene, picture: Picture) -> None:
        for key, mark in self._shown.items():
            if mark.scene is scene:
                self.strip.show_picture(key, picture)


class Strips(QSplitter):
    """Both strips, side by side."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setObjectName("strips")
        self.history = HistoryStrip(studio)
        self.bookmarks = BookmarkStrip(studio)
        self.addWidget(self.history)
        self.addWidget(self.bookmarks)
        self.setStretchFactor(0, 3)
        self.setStretchFactor(1, 2)
        self.setChildrenCollapsible(False)


def _caption(label: str, scene: Scene, class_name: str) -> str:
    """What a step did, in a word that fits under its picture."""
    if label == NEW_SAMPLE and scene.seed is not None:
        return str(scene.seed)
    if label == TRUNCATE:
        return f"ψ {scene.truncation:.2f}"
    if label == CHANGE_CLASS:
        return class_name
    short = label.removeprefix("Open ").removeprefix("Adopt a tile of ").removeprefix("Apply ")
    return _SHORT.get(label) or short.removeprefix("Go to seed ")


def _tip(label: str, scene: Scene, class_name: str) -> str:
    """What a step did, in full."""
    details = [
        f"Seed {scene.seed}" if scene.seed is not None else "",
        f"ψ {scene.truncation:.2f}" if scene.truncation != 1.0 else "",
        class_name,
        "Moved in W" if scene.w is not None else "",
        f"Layers {scene.mix.first} to {scene.mix.last} mixed in" if scene.mix is not None else "",
        *(f"{name} {alpha:+.2f}" for name, alpha in scene.directions),
    ]
    return "\n".join(filter(None, [label, *details]))


def _class_name(studio: Studio, scene: Scene) -> str:
    """What the class of a scene is called; its number where that is not known, "" where it has none."""
    classes = studio.edits.card.classes if scene.model == studio.models.hash else ()
    if scene.label is None:
        return ""
    return classes[scene.label] if scene.label < len(classes) else f"Class {scene.label}"


def _lay_out(place: QWidget, title: str, strip: Filmstrip) -> None:
    heading = text_label(title, of=strip)
    strip.setAccessibleName(title)
    strip.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    column_of(heading, (strip, 1), on=place, margins=(UNIT, UNIT // 2), spacing=UNIT // 2)


def _draw(studio: Studio, scenes: tuple[Scene, ...]) -> None:
    renderer, here = studio.pictures.renderer, studio.models.hash
    if renderer is not None:
        studio.thumbnails.request(renderer, (scene for scene in scenes if scene.model == here))
