"""The map: samples or pictures laid out by their likeness, to wander among, and to draw paths upon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent
from explorer.core.rendering.scene import Scene, scene_to_json
from explorer.session.models.opening import OpenModel
from explorer.session.traverse.fitting_sources import fitting_source, portraits_fit, remember_source
from explorer.session.traverse.map_clusters import MapClusters
from explorer.session.traverse.map_labels import MapLabels
from explorer.session.traverse.map_layouts import LatentMap, Maps
from explorer.session.traverse.map_pictures import Source
from explorer.ui.scene_picture import ScenePicture
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.traverse.map_controls import MY_LABELS, MapControls
from explorer.ui.traverse.offers import map_offer, picture_offers
from explorer.ui.traverse.traverse_view import TraverseView
from explorer.ui.view import beside
from explorer.ui.widgets.accessible import announce
from explorer.ui.widgets.parts import column_of, line, row_of, text_label
from explorer.ui.widgets.thumbnail_map import Points, Scatter

if TYPE_CHECKING:
    from explorer.core.traverse.map_facts import Fact

_PATH_POINTS = 8
_HOW_TO_LABEL = "Point at a picture and press 1 to 9 to label it. Once two kinds have labels, the others follow."


class MapView(TraverseView):
    """Lays pictures out; a press decodes the point, a thumbnail is adopted, a line becomes a path."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.controls = MapControls()
        self.scatter = Scatter()
        self.canvas = ScenePicture(studio, "Current picture")
        self.words = _two_lines()
        self.maps = Maps(self)
        self._clusters = MapClusters(self)
        self.labels = MapLabels(studio.document, self)
        self._found: Fact | None = None  # clusters, or what follows from the labels
        self.map: LatentMap | None = None
        self._is_due = False  # a map is to be made as soon as the view is in sight
        self._origin: tuple[int, Latent | None] = (-1, None)  # a gesture, and the latent that it began with
        self._colour_by: str | None = "class"
        beside(self.controls, self._stage(), self)
        self._connect()

    @property
    def is_busy(self) -> bool:
        return self.maps.is_busy or self._clusters.is_busy or self.labels.is_busy

    def _show(self, model: OpenModel, before: Scene | None, after: Scene) -> None:
        if self._is_due or self._is_outdated:
            self._request()
        if before is None:
            self.canvas.catch_up()
        self._show_marker()

    def exports(self) -> tuple[Offer, ...]:
        model, made = self.model, self.map
        if model is None or made is None:
            return ()
        base = made.scenes[0]
        return (
            map_offer(model.renderer, made, self._fact),
            *picture_offers(model.renderer, base, lambda: made.scenes, "map"),
        )

    def rest(self) -> None:
        self._is_due = self._is_due or self.maps.is_wanted
        self.maps.cancel()

    def close_work(self) -> None:
        self.maps.close()
        self._clusters.close()
        self.labels.close()
        self.map = None

    def _on_opened(self, model: OpenModel) -> None:
        """Keep nothing of a model that is closed, in sight or not; its map stays if it is open elsewhere now."""
        if not self._model or self.maps.model is model:  # not yet in sight, or its map has been asked for
            return
        self.rest()
        self.maps.forget()
        if self._model != model.generator.hash:
            self._begin(model)
        if self.isVisible() and self._is_due:
            self._request()

    @property
    def _is_outdated(self) -> bool:
        """Whether the map in sight is not the one that the controls ask for, and that one is not coming."""
        return self.map is not None and not self.maps.is_wanted and self.controls.request != self.map.request

    @property
    def _fact(self) -> Fact | None:
        """What the map in sight is coloured by."""
        if self.controls.grouping is not None or self.controls.fact_name == MY_LABELS:
            return self._found
        facts = self.map.shown.facts if self.map is not None else ()
        return next((fact for fact in facts if fact.name == self.controls.fact_name), None)

    def _begin(self, model: OpenModel) -> None:
        """Forget the map of another model."""
        super()._begin(model)
        self.map, self._is_due = None, True
        self._origin = (-1, None)
        self.maps.cancel()
        self.scatter.show_map(np.zeros((0, 2), np.float32), np.zeros((0, 1, 1, 3), np.uint8))
        self.controls.show_wish(None)
        self.controls.fit_model(fitting_source(model, self.studio.settings), portraits_fit(model.generator.card))
        self.controls.offer_own(
            "" if model.files.encoder is not None else f"{model.name} has no encoder to see them with"
        )
        self._offer_facts(())

    def _remember_source(self, source: Source) -> None:
        if self.model is not None:
            remember_source(self.model, source, self.studio.settings)

    def _stage(self) -> QWidget:
        stage = QWidget()
        row = row_of((self.scatter, 13), (self.canvas, 7), spacing=0)
        hairline = line()
        self.trims += [hairline, self.words]
        column_of((row, 1), hairline, self.words, on=stage, spacing=0)
        return stage

    def _connect(self) -> None:
        controls = self.controls
        controls.changed.connect(self._request)
        controls.coloured.connect(self._on_coloured)
        controls.pictures.chosen.connect(self._remember_source)
        controls.stop.clicked.connect(self._stop)
        controls.side.moved.connect(lambda side, _gesture: self.scatter.set_side_px(round(side)))
        controls.fit.clicked.connect(self.scatter.fit)
        controls.draw.toggled.connect(self._on_draw)
        self.scatter.picked.connect(self._adopt)
        self.scatter.scene_for_drag = self._scene_for_drag
        self.scatter.travelled.connect(self._travel)
        self.scatter.stroked.connect(self._on_stroked)
        self.scatter.pointed.connect(self._report)
        self.maps.made.connect(self._on_made)
        self.maps.progressed.connect(controls.show_progress)
        self.maps.failed.connect(self._on_failed)
        self.scatter.labelled.connect(self._on_labelled)
        self._clusters.found.connect(self._on_found)
        self.labels.found.connect(self._on_found)
        self.labels.changed.connect(self._on_labels)
        self.labels.failed.connect(self.studio.notices.show_error)
        self._clusters.failed.connect(self.studio.notices.show_error)
        self.studio.models.opened.connect(lambda model, _request: self._on_opened(model))

    def _request(self) -> None:
        model = self.model
        if model is not None:
            self._is_due = False
            if self.map is None:
                self.scatter.set_empty("Drawing samples …", "Those that look alike will lie near each other.")
            self.maps.request(model, self.controls.request)

    def _stop(self) -> None:
        """Keep to the map in sight."""
        self.maps.cancel()
        self.controls.show_wish(self.map.request if self.map is not None else None)
        if self.map is None:
            self.scatter.set_empty("No map", "Change something on the left to draw one.")

    def _on_failed(self, error: Exception) -> None:
        self.studio.notices.show_error(error)
        self._stop()

    def _on_made(self, made: LatentMap) -> None:
        if made.scenes[0].model != self._model:
            return
        self.map = made
        self.scatter.show_map(made.points, made.pictures)
        self._offer_facts(made.shown.facts)
        self._show_marker()

    def _offer_facts(self, facts: tuple[Fact, ...]) -> None:
        """Keep to what was coloured by, if that is known of these too."""
        self.controls.offer_facts(facts, self._colour_by)
        self._look_for_clusters()

    def _on_coloured(self) -> None:
        self._colour_by = self.controls.fact_name
        self._look_for_clusters()

    def _look_for_clusters(self) -> None:
        """Colour by what is known, or by clusters once they are found."""
        self._found, grouping = None, self.controls.grouping
        if grouping is not None and self.map is not None:
            self._clusters.look(self.map, grouping, int(self.controls.clusters.value))
        else:
            self._clusters.cancel()
        if self.controls.fact_name == MY_LABELS:
            self.labels.show_map(self.map)
        self._colour()

    def _on_labelled(self, index: int, kind: int) -> None:
        if self.controls.fact_name != MY_LABELS:
            self.controls.choose_colour(MY_LABELS)
        self.labels.give(index, kind)

    def _on_labels(self) -> None:
        if self.controls.fact_name == MY_LABELS:
            self._found = None
            self._colour()

    def _on_found(self, made: LatentMap, fact: Fact) -> None:
        if made is self.map:
            self._found = fact
            self._colour()

    def _colour(self) -> None:
        """Frame the thumbnails in the colours that are chosen."""
        from explorer.core.traverse.map_facts import coloured

        fact = self._fact
        colouring = None if fact is None else coloured(fact)
        self.controls.show_colouring(colouring, self._said_of(fact))
        inks = () if colouring is None else [QColor(*ink) for ink in colouring.colours.tolist()]
        self.scatter.show_colours(inks)
        self._report(-1)

    def _said_of(self, fact: Fact | None) -> str:
        """What is to be said of clusters, or of labels that spread."""
        from explorer.core.traverse.clusters import purity_in_words

        if self.controls.fact_name == MY_LABELS:
            given = len(self.labels.given)
            return _HOW_TO_LABEL if not self.labels.is_enough else f"Spread from {given} labels to all pictures."
        if self.controls.grouping is None or fact is None or self.map is None:
            return ""
        return purity_in_words(fact, self.map.shown.facts)

    def _report(self, index: int) -> None:
        """Say what is pointed at, or what the map shows."""
        made, model, words = self.map, self.model, self.words
        if made is None or model is None:
            words.setText("")
        elif self.scatter.draws:
            words.setText("Draw a line across the map: Interpolate will play the path along it.")
        elif index >= 0:
            words.setText(f"{self._named(made, index)}. Click to go there.")
            announce(self.scatter, self._named(made, index))
        elif made.pca is not None:
            first, second = made.pca.explained
            words.setText(
                f"The two axes explain {first:.0%} and {second:.0%} of how these {made.request.by} differ. "
                "Drag anywhere to take the current picture there; click a thumbnail to go to it."
            )
        else:
            words.setText("Click a thumbnail to go there.")

    def _named(self, made: LatentMap, index: int) -> str:
        names, fact = made.shown.names, self._fact
        name = names[index] if names else f"Seed {made.scenes[index].seed}"
        return name if fact is None else f"{name}, {fact.name.replace('_', ' ')}: {fact.told(index)}"

    def _show_marker(self) -> None:
        pca, here = (self.map.pca if self.map is not None else None), self._here()
        self.scatter.show_marker(None if pca is None or here is None else pca.point_of(here))

    def _scene_for_drag(self, index: int) -> bytes:
        assert self.map is not None
        return scene_to_json(self.map.scenes[index]).encode()

    def _adopt(self, index: int) -> None:
        if self.map is not None:
            self.studio.document.show("Go to a picture of the map", self.map.scenes[index])

    def _travel(self, x: float, y: float, gesture: int) -> None:
        if self.map is None or self.map.pca is None:
            return
        if self._origin[0] != gesture:
            self._origin = (gesture, self._here())
        scene = self._scene(self.map.pca.latent_at(x, y, around=self._origin[1]))
        self.studio.document.show("Go to a point of the map", scene, gesture=gesture)

    def _here(self) -> Latent | None:
        """What is drawn now; moved along the map's axes it stays as likely as a sample. None: cannot be drawn.

        The mean of the samples is no way to begin: what lies near it is less varied than any of them.
        """
        model = self.model
        if model is None:
            return None
        try:
            return model.renderer.latent(self.studio.document.scene)
        except Problem:  # the canvas tells it
            return None

    def _scene(self, z: Latent) -> Scene:
        here, model = self.studio.document.scene, self.model
        assert model is not None
        return model.renderer.at(here, z.astype(np.float32))

    def _on_draw(self, wanted: bool) -> None:
        self.scatter.draws = wanted
        self._report(-1)

    def _on_stroked(self, line: Points) -> None:
        """Make a path of the line: what lies along it, or the samples nearest to it."""
        self.controls.draw.setChecked(False)
        made = self.map
        if made is None:
            return
        stops = _stops(line, _PATH_POINTS)
        if made.pca is not None:
            here = self._here()
            scenes = [self._scene(made.pca.latent_at(float(x), float(y), around=here)) for x, y in stops]
        else:
            apart = np.square(made.points[None] - stops[:, None]).sum(axis=2)
            scenes = [made.scenes[index] for index in dict.fromkeys(apart.argmin(axis=1).tolist())]
        self.path_drawn.emit(tuple(scenes))


def _stops(line: Points, count: int) -> Points:
    """``count`` points at equal distances along a line, (count, 2)."""
    lengths = np.concatenate([[0.0], np.linalg.norm(np.diff(line, axis=0), axis=1).cumsum()])
    wanted = np.linspace(0.0, lengths[-1], count)
    stops: Points = np.stack([np.interp(wanted, lengths, line[:, axis]) for axis in (0, 1)], axis=1)
    return stops.astype(np.float32)


def _two_lines() -> QLabel:
    """A label with room for two lines, whatever it says."""
    label = text_label(wraps=True)
    label.setContentsMargins(2 * UNIT, UNIT // 2, 2 * UNIT, UNIT // 2)
    label.setFixedHeight(5 * UNIT)
    return label
