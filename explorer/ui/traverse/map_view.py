"""The map: samples laid out by their likeness, to wander among, and to draw paths upon."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QWidget,
)

from explorer.core.latents import LARGEST_SEED
from explorer.core.scene import Latent, Scene
from explorer.session.maps import LatentMap, Maps
from explorer.session.opening import OpenModel
from explorer.ui.icons import icon
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.traverse.exporting import Offer
from explorer.ui.traverse.offers import map_offer, picture_offers
from explorer.ui.traverse.view import Controls, View, beside, titled
from explorer.ui.widgets.number_box import NumberBox
from explorer.ui.widgets.picture_view import PictureView
from explorer.ui.widgets.scatter import Points, Scatter
from explorer.ui.widgets.slider import Slider

if TYPE_CHECKING:
    from explorer.core.renderer import Rendering

_METHODS = (("pca", "Principal components"), ("tsne", "Neighbours (t-SNE)"))
_FIRST_COUNT, _MOST = 400, 2000
_PATH_POINTS = 8
_SMALLEST_PX, _LARGEST_PX = 12, 96


class MapView(View):
    """Lays samples out; a press decodes the point, a thumbnail is adopted, a line becomes a path.

    Signals
    -------
    path_drawn(scenes) : tuple of Scene
        The user drew a path through these.
    """

    path_drawn = Signal(object)
    title: ClassVar[str] = "Map"
    tip: ClassVar[str] = "Many samples, those that are alike near each other"

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.scatter = Scatter()
        self.canvas = PictureView()
        self.canvas.setAccessibleName("Current picture")
        self.maps = Maps(self)
        self.map: LatentMap | None = None
        self._model = ""
        beside(self._controls(), self._stage(), self)
        self._connect()

    @property
    def is_busy(self) -> bool:
        return self.maps.is_busy

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        model = self.model
        if model is None:
            return
        if self._model != after.model:
            self._model, self.map = after.model, None
            self.scatter.show_map(np.zeros((0, 2), np.float32), np.zeros((0, 1, 1, 3), np.uint8))
        if self.map is None and not self.maps.is_wanted:
            self._request()
        last = self.studio.pictures.shown_last
        if before is None and last is not None:
            self.canvas.show_picture(last.picture)
        self._show_marker()

    def exports(self) -> tuple[Offer, ...]:
        model, made = self.model, self.map
        if model is None or made is None:
            return ()
        base = made.scenes[0]
        return (
            map_offer(model.renderer, made),
            *picture_offers(model.renderer, base, lambda: made.scenes, "map"),
        )

    def rest(self) -> None:
        self.maps.cancel()

    def close_work(self) -> None:
        self.maps.close()

    def _controls(self) -> Controls:
        controls = Controls()
        self.method = QComboBox()
        for key, text in _METHODS:
            self.method.addItem(text, key)
        self.method.setAccessibleName("Layout")
        self.method.setToolTip(
            "By the likeness of the pictures: on principal components every point can be drawn"
        )
        self.count = self._number("Samples", "How many samples", 3, _MOST, _FIRST_COUNT)
        self.seed = self._number(
            "First seed", "Of the first sample; the next ones count up", 0, LARGEST_SEED - _MOST, 0
        )
        self.side = Slider(_SMALLEST_PX, _LARGEST_PX, home=4 * UNIT, step=4)
        self.side.setAccessibleName("Size of the thumbnails")
        self.side.setToolTip("How large the thumbnails are")
        self.fit = QToolButton()
        self.fit.setIcon(icon("fit"))
        self.fit.setAccessibleName("Show all of the map")
        self.fit.setToolTip("Show all of the map (0); the wheel zooms, the middle button pans")
        self.draw = QPushButton(icon("edit"), "Draw a path")
        self.draw.setCheckable(True)
        self.draw.setToolTip("Draw a line on the map: it becomes a path in Interpolate")
        self.facts = QLabel()
        self.facts.setProperty("role", "muted")
        self.facts.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setMaximum(1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the map")
        controls.add_title("Layout", self.method)
        controls.column.addWidget(self.method)
        controls.add(titled("Samples", self.count, "muted"), self.count)
        controls.add(titled("First seed", self.seed, "muted"), self.seed)
        controls.column.addWidget(self.bar)
        controls.add_title("Thumbnails", self.side)
        controls.add(self.side, self.fit)
        controls.add_title("Path", self.draw)
        controls.column.addWidget(self.draw)
        controls.column.addStretch(1)
        controls.column.addWidget(self.facts)
        return controls

    def _number(self, name: str, tip: str, low: float, high: float, home: float) -> NumberBox:
        box = NumberBox(low, high, decimals=0, step=1, home=home)
        box.setFixedWidth(9 * UNIT)
        box.setAccessibleName(name)
        box.setToolTip(tip)
        box.edited.connect(lambda _value, _gesture: self._request())
        return box

    def _stage(self) -> QWidget:
        stage = QWidget()
        row = QHBoxLayout(stage)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.scatter, 13)
        row.addWidget(self.canvas, 7)
        return stage

    def _connect(self) -> None:
        notices = self.studio.notices
        self.method.activated.connect(lambda _index: self._request())
        self.side.moved.connect(lambda side, _gesture: self.scatter.set_side_px(round(side)))
        self.fit.clicked.connect(self.scatter.fit)
        self.draw.toggled.connect(self._on_draw)
        self.scatter.picked.connect(self._adopt)
        self.scatter.travelled.connect(self._travel)
        self.scatter.stroked.connect(self._on_stroked)
        self.scatter.pointed.connect(self._tell)
        self.maps.made.connect(self._on_made)
        self.maps.progressed.connect(self._on_progressed)
        self.maps.failed.connect(notices.show_error)
        self.studio.pictures.shown.connect(self._on_shown)

    def _request(self) -> None:
        model = self.model
        if model is not None:
            if self.map is None:
                self.scatter.set_empty("Drawing samples …", "Those that look alike will lie near each other.")
            self.maps.request(
                model.generator, self.method.currentData(), int(self.count.value), int(self.seed.value)
            )

    def _on_made(self, made: LatentMap) -> None:
        if made.scenes[0].model != self._model:
            return
        self.map = made
        self.scatter.show_map(made.points, made.pictures, _colours_of(made.scenes))
        self._show_marker()
        self._tell(-1)

    def _on_progressed(self, share: float) -> None:
        self.bar.setValue(round(1000 * share))
        self.bar.setVisible(share < 1.0)

    def _tell(self, index: int) -> None:
        """Say what is pointed at, or what the map shows."""
        made, model = self.map, self.model
        if made is None or model is None:
            self.facts.setText("")
        elif index >= 0:
            self.facts.setText(_named(made.scenes[index], model))
        elif made.pca is not None:
            first, second = made.pca.explained
            self.facts.setText(
                f"The axes tell {first:.0%} and {second:.0%} of what differs. Drag anywhere to draw what lies "
                "there; click a thumbnail to go to it."
            )
        else:
            self.facts.setText("Click a thumbnail to go there.")

    def _show_marker(self) -> None:
        pca = self.map.pca if self.map is not None else None
        scene = self.studio.document.scene
        self.scatter.show_marker(
            None if pca is None else pca.point_of(np.float32(scene.truncation) * scene.z)
        )

    def _adopt(self, index: int) -> None:
        if self.map is not None:
            self.studio.document.show("Go to a sample of the map", self.map.scenes[index])

    def _travel(self, x: float, y: float, gesture: int) -> None:
        if self.map is not None and self.map.pca is not None:
            scene = self._scene(self.map.pca.latent_at(x, y))
            self.studio.document.show("Go to a point of the map", scene, gesture=gesture)

    def _scene(self, z: Latent) -> Scene:
        here = self.studio.document.scene
        return replace(here, z=z.astype(np.float32), seed=None, truncation=1.0, directions=())

    def _on_draw(self, wanted: bool) -> None:
        self.scatter.draws = wanted

    def _on_stroked(self, line: Points) -> None:
        """Make a path of the line: what lies along it, or the samples nearest to it."""
        self.draw.setChecked(False)
        made = self.map
        if made is None:
            return
        stops = _stops(line, _PATH_POINTS)
        if made.pca is not None:
            scenes = [self._scene(made.pca.latent_at(float(x), float(y))) for x, y in stops]
        else:
            apart = np.square(made.points[None] - stops[:, None]).sum(axis=2)
            scenes = [made.scenes[index] for index in dict.fromkeys(apart.argmin(axis=1).tolist())]
        self.path_drawn.emit(tuple(scenes))

    def _on_shown(self, rendering: Rendering) -> None:
        if self.isVisible():
            self.canvas.show_picture(rendering.picture)


def _stops(line: Points, count: int) -> Points:
    """``count`` points at equal distances along a line, (count, 2)."""
    lengths = np.concatenate([[0.0], np.linalg.norm(np.diff(line, axis=0), axis=1).cumsum()])
    wanted = np.linspace(0.0, lengths[-1], count)
    stops: Points = np.stack([np.interp(wanted, lengths, line[:, axis]) for axis in (0, 1)], axis=1)
    return stops.astype(np.float32)


def _colours_of(scenes: tuple[Scene, ...]) -> tuple[QColor | None, ...]:
    """A colour for each class; none where there are no classes."""
    classes = max((scene.label or 0 for scene in scenes), default=0) + 1
    return tuple(
        None if scene.label is None else QColor.fromHsv(round(360 * scene.label / classes) % 360, 190, 230)
        for scene in scenes
    )


def _named(scene: Scene, model: OpenModel) -> str:
    names = model.generator.card.classes
    label = f", {names[scene.label]}" if scene.label is not None and scene.label < len(names) else ""
    return f"Seed {scene.seed}{label}. Click to go there."
