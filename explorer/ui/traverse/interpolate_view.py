"""Interpolate: a path through points of the latent space, scrubbed and played."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.latents import Prior, sample
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json
from explorer.session.explore.scene_pictures import Picture, ScenePictures
from explorer.session.models.opening import OpenModel
from explorer.session.traverse.path_judge import PathJudge, frames_for
from explorer.session.traverse.path_playback import PathPlayback
from explorer.ui.icons import icon
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.traverse.interpolate_controls import IN_W, InterpolateControls, seeds_in
from explorer.ui.traverse.interpolate_route import Route
from explorer.ui.traverse.offers import film_offers, picture_offers
from explorer.ui.traverse.path_curves import PathCurves
from explorer.ui.traverse.path_strip import PathStrip
from explorer.ui.traverse.traverse_view import TraverseView
from explorer.ui.view import Meaning, beside
from explorer.ui.widgets.filmstrip import StripItem
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import column_of, line, named, pressing, push_button, row_of, text_label, tool_button
from explorer.ui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Rendering
    from explorer.core.traverse.latent_paths import LatentPath, Trajectory

_FIRST_SEEDS = (1, 2, 3, 4)


class InterpolateView(TraverseView):
    """Shows one frame of a path at a time; what it goes through lies below."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.controls = InterpolateControls()
        self.canvas = named(PictureView(), "Frame of the path")
        self.strip = named(PathStrip(), "Points of the path")
        self.strip.set_empty("Drag thumbnails here, type seeds, or add the current picture")
        self.strip.scene_for_drag = lambda key: scene_to_json(self._keys[key]).encode()
        self.scrub = named(
            Slider(0.0, 1.0, step=0.01), "Place on the path", "Where on the path: drag it, or use the arrows"
        )
        self.curves = PathCurves()
        self.judge = PathJudge(self)
        self.playback = PathPlayback(self)
        self.pictures = ScenePictures(self)
        self.course: Trajectory | None = None
        self._path: LatentPath | None = None  # the course, where it goes through points
        self._keys: dict[str, Scene] = {}
        self._paths: dict[str, dict[str, Scene]] = {}  # the points by the hash of their model
        self._count = 0
        beside(self.controls, self._stage(), self)
        self._connect()

    @property
    def is_busy(self) -> bool:
        waiting = any(self.studio.thumbnails.of(point) is None for point in self.points)
        return self.pictures.is_busy or self.judge.is_busy or waiting

    @property
    def scene_in_view(self) -> Scene:
        return super().scene_in_view if self.course is None else self._scene_at(self.playback.time)

    @property
    def rendering_in_view(self) -> Rendering | None:
        return self.pictures.shown_last

    @property
    def pictures_in_view(self) -> ScenePictures | None:
        return self.pictures

    def meanings(self) -> Mapping[str, Meaning | None]:
        return {"sample": Meaning("Play or pause", pressing(self.play))}

    @property
    def points(self) -> tuple[Scene, ...]:
        """What the path goes through, in order."""
        return tuple(self._keys.values())

    def _begin(self, model: OpenModel) -> None:
        super()._begin(model)
        self.pictures.renderer = model.renderer
        self.controls.offer_w(bool(self.studio.edits.card.styles))
        self._keys = self._paths.get(self._model) or self._keyed(self._samples(_FIRST_SEEDS))
        self._show_keys()

    def _show(self, model: OpenModel, before: Scene | None, after: Scene) -> None:
        self.pictures.renderer = model.renderer

    def show_points(self, scenes: Iterable[Scene]) -> None:
        """Go through ``scenes`` and nothing else, undoably."""
        self.controls.show_points()
        self._change("Go through other points", self._keyed(scenes))
        self.playback.stop()
        self.playback.go_to(0.0)

    def exports(self) -> tuple[Offer, ...]:
        model, course = self.model, self.course
        if model is None or course is None:
            return ()
        count = max(round(self.controls.seconds.value * self.controls.fps.value), 2)
        route = self._route()  # what is to be saved is what it is now, whatever is edited until it is written
        base, scenes = route.scene_at(0.0), partial(route.frames, count)
        films = film_offers(model.renderer, base, scenes, self.controls.fps.value, "path")
        return (*films, *picture_offers(model.renderer, base, scenes, "path"))

    def rest(self) -> None:
        self.playback.stop()
        self.judge.cancel()

    def close_work(self) -> None:
        self.rest()
        self.judge.close()
        self.pictures.close()

    def _stage(self) -> QWidget:
        self.play = tool_button("play", "Play", "Play (Space)", checkable=True)
        self.adopt = push_button("Use this frame", "Make this frame the current picture")
        self.judging = push_button(
            "Judge", "How fast the pictures change along the path, and how real the critic finds them", checkable=True
        )
        self.curves.hide()
        self._words = text_label()
        self._words.setMinimumWidth(12 * UNIT)
        bar = row_of(
            (self.play, 0),
            (self.scrub, 1),
            (self._words, 0),
            (self.judging, 0),
            (self.adopt, 0),
            margins=(2 * UNIT, UNIT),
        )
        stage = QWidget()
        below = QWidget()
        column_of(line(), self.strip, on=below, spacing=0)
        self.trims.append(below)
        column_of((self.canvas, 1), bar, self.curves, below, on=stage, spacing=0)
        return stage

    def _connect(self) -> None:
        notices, controls = self.studio.notices, self.controls
        controls.changed.connect(self._replan)
        controls.seeds_wanted.connect(self._add_seeds)
        controls.current.clicked.connect(lambda: self._add([self.studio.document.scene]))
        controls.bookmarks.clicked.connect(self._add_bookmarks)
        controls.clear.clicked.connect(lambda: self._change("Remove all points", {}))
        self.strip.removed.connect(self._remove)
        self.strip.picked.connect(self._go_to_key)
        self.strip.reordered.connect(self._reorder)
        self.strip.scene_dropped.connect(self._drop)
        self.scrub.moved.connect(self._on_scrubbed)
        self.play.toggled.connect(self._on_play)
        self.adopt.clicked.connect(self._adopt)
        self.judging.toggled.connect(self._on_judging)
        self.judge.judged.connect(self.curves.show_judgement)
        self.judge.failed.connect(notices.show_error_once)
        self.playback.moved.connect(self._on_moved)
        self.playback.playing_changed.connect(self._on_playing)
        self.pictures.shown.connect(self._on_shown)
        self.pictures.failed.connect(notices.show_error_once)
        self.pictures.failed.connect(lambda _error: self.playback.frame_failed())
        self.studio.thumbnails.drawn.connect(self._on_thumbnail)

    def lesson_actions(self) -> Mapping[str, Callable[[str], object]]:
        return {"points": self._begin_with, "play": lambda _words: self.play.setChecked(True)}

    def _begin_with(self, seeds: str) -> None:
        """Go through the samples of these seeds, and nothing else."""
        self._change("Choose points", self._keyed(self._samples(seeds_in(seeds))))

    def _samples(self, seeds: Sequence[int]) -> list[Scene]:
        here, card = self.studio.document.scene, self.studio.edits.card
        return [
            replace(here, z=sample(seed, card.latent_size, card.prior), seed=seed, directions=(), mix=None)
            for seed in seeds
        ]

    def _add_seeds(self, seeds: Sequence[int]) -> None:
        if self.model is not None:
            self._add(self._samples(seeds))

    def _add_bookmarks(self) -> None:
        with self.studio.notices.catching():
            marks = self.studio.bookmarks.of(self._model)
            if not marks:
                raise Problem("There are no bookmarks of this model yet.", "Press B to keep what you see.")
            self._add(mark.scene for mark in marks)

    def _add(self, scenes: Iterable[Scene], place: int | None = None) -> None:
        fitting, items = self._keyed(scenes), list(self._keys.items())
        place = len(items) if place is None else place
        if fitting:
            self._change("Add points", dict([*items[:place], *fitting.items(), *items[place:]]))

    def _change(self, what: str, keys: dict[str, Scene]) -> None:
        """Go through other points, as a step of the history."""
        before, model = self._keys, self._model
        if keys != before or list(keys) != list(before):
            self.studio.document.do(what, partial(self._put, model, keys), partial(self._put, model, before))

    def _put(self, model: str, keys: dict[str, Scene]) -> None:
        self._paths[model] = keys
        if model == self._model:
            self._keys = keys
            self._show_keys()

    def _keyed(self, scenes: Iterable[Scene]) -> dict[str, Scene]:
        """Those of the scenes that are of the open model, each under a new key; of the others it is said."""
        fitting = {}
        for scene in scenes:
            if scene.model != self._model:
                what = f"This picture was made with {scene.model_name or 'another model'}."
                self.studio.notices.show_error(Problem(what, "A path goes through points of one model."))
                continue
            self._count += 1
            fitting[str(self._count)] = scene
        return fitting

    def _remove(self, key: str) -> None:
        self._change("Remove a point", {name: scene for name, scene in self._keys.items() if name != key})

    def _reorder(self, key: str, place: int) -> None:
        items = list(self._keys.items())
        here = [name for name, _ in items].index(key)
        moved = items.pop(here)
        items.insert(place - (place > here), moved)
        self._change("Move a point", dict(items))
        self.strip.set_current(key)

    def _drop(self, text: str, place: int) -> None:
        with self.studio.notices.catching():
            self._add([scene_from_json(text)], place)

    def _show_keys(self) -> None:
        thumbnails, model = self.studio.thumbnails, self.model
        self.strip.set_items(
            [
                StripItem(key, thumbnails.of(scene), f"Seed {scene.seed}" if scene.seed is not None else "Point")
                for key, scene in self._keys.items()
            ]
        )
        if model is not None:
            thumbnails.request(model.renderer, self._keys.values())
        self._replan()

    def _replan(self) -> None:
        self.playback.duration_s = self.controls.seconds.value
        self.course = self._path = None
        try:
            self._plan()
        except Problem as problem:
            self.playback.stop()
            self.canvas.set_empty(problem.what, problem.hint)
            self.canvas.clear()
        self.strip.setVisible(not self.controls.is_random)
        in_z = self._path is not None and self.controls.kind.currentData() != IN_W
        self.controls.say_left_out(in_z and any(p.w is not None or p.mix is not None for p in self.points))
        for part in (self.play, self.scrub, self.judging, self.adopt):
            part.setEnabled(self.course is not None)
        self._judge()
        if self.course is not None:
            self.playback.loops = self.course.is_loop
            self.playback.go_to(self.playback.time)

    def _on_judging(self, wanted: bool) -> None:
        self.curves.setVisible(wanted)
        self._judge()

    def _judge(self) -> None:
        """Judge the path as it is now, where that is wanted."""
        model, course = self.model, self.course
        self.judge.cancel()
        self.curves.show_judgement(None)
        if model is not None and course is not None and self.judging.isChecked():
            stretches = max(1, len(self.points) - (not course.is_loop)) if self._path is not None else 1
            route, steps = self._route(), frames_for(stretches) - 1
            self.judge.look(model, [route.scene_at(k / steps) for k in range(steps + 1)], stretches / steps)

    def _plan(self) -> None:
        from explorer.core.rendering.latents import sample
        from explorer.core.rendering.walks import ClosedWalk
        from explorer.core.traverse.latent_paths import LatentPath

        model, controls = self.model, self.controls
        if model is None:
            raise Problem("No model is open.", "Open one.")
        card = model.generator.card
        if controls.is_random:
            seed, turns = int(controls.loop_seed.value), int(controls.turns.value)
            start = self.studio.document.scene.keeping_said(sample(seed, card.latent_size, card.prior))
            self.course = ClosedWalk(start, seed, card.prior, turns)
            return
        prior: Prior
        kind, easing = controls.kind.currentData(), controls.easing.currentData()
        if kind == IN_W:
            keys, kind, prior = model.renderer.points(self.points), "lerp", "normal"
        else:
            keys, prior = [model.renderer.latent(key) for key in self.points], card.prior
        self.course = self._path = LatentPath(keys, kind, easing, controls.loop.isChecked(), prior)

    def _scene_at(self, time: float) -> Scene:
        """The frame at ``time``, as the path is now."""
        return self._route().scene_at(time)

    def _route(self) -> Route:
        from explorer.core.traverse.carried import carried_by

        model = self.model
        assert self.course is not None and model is not None
        labels = tuple(point.label for point in self.points)
        in_w = self._path is not None and self.controls.kind.currentData() == IN_W
        truncates = bool(self.studio.edits.card.styles)
        carried = carried_by(model.renderer, self.points, in_w=in_w)
        return Route(self.studio.document.scene, self.course, self._path, labels, in_w, carried, truncates)

    def _on_scrubbed(self, time: float, _gesture: int) -> None:
        self.playback.stop()
        self.playback.go_to(time)

    def _go_to_key(self, key: str) -> None:
        if self._path is not None:
            self.playback.stop()
            self.playback.go_to(self._path.time_of_key(list(self._keys).index(key)))

    def _on_moved(self, time: float) -> None:
        self.scrub.show_value(time)
        self.curves.show_time(time)
        self._words.setText(f"{time * self.playback.duration_s:.1f} of {self.playback.duration_s:.1f} s")
        if self.course is not None:
            self.pictures.request(self._scene_at(time))

    def _on_shown(self, rendering: Rendering) -> None:
        if self.course is not None:
            self.canvas.show_picture(rendering.whole)
        self.playback.frame_shown()

    def _on_play(self, wanted: bool) -> None:
        if wanted and self.course is not None:
            self.playback.start()
        else:
            self.playback.stop()

    def _on_playing(self, playing: bool) -> None:
        self.play.setChecked(playing)
        self.play.setIcon(icon("pause" if playing else "play"))

    def _adopt(self) -> None:
        if self.course is not None:
            self.playback.stop()
            self.studio.document.show("Go to a frame of a path", self._scene_at(self.playback.time))

    def _on_thumbnail(self, scene: Scene, picture: Picture) -> None:
        for key, point in self._keys.items():
            if point is scene:
                self.strip.show_picture(key, picture)
