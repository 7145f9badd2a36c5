"""The directions of the model: the list, what each does to pictures, and what else it changes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.rendering.latents import Latent
from explorer.core.rendering.scene import Scene
from explorer.session.directions.direction_jobs import DirectionJob, analysing, factorising, focusing, importing
from explorer.session.directions.spans import VerdictMeter
from explorer.session.explore.style_edits import layer_choices
from explorer.session.jobs.job import JobRunner
from explorer.session.models.opening import OpenModel
from explorer.ui.directions.direction_head import DirectionHead
from explorer.ui.directions.direction_saving import DirectionSaving
from explorer.ui.directions.directions_controls import DirectionsControls, importable
from explorer.ui.directions.edit_strips import EditStrips
from explorer.ui.directions.effects_page import EffectsPage
from explorer.ui.directions.method import MARK, PICTURES
from explorer.ui.scene_picture import ScenePicture
from explorer.ui.studio import Studio
from explorer.ui.tabbed_panel import TabbedPanel
from explorer.ui.theme import UNIT
from explorer.ui.view import View, beside
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.parts import column_of, named, pages_of, push_button, row_of
from explorer.ui.widgets.segments import Segments
from explorer.ui.window.clipboard import files_of

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction

_PICTURE_PX = 24 * UNIT
_ROOM_FOR_PICTURE_PX = 90 * UNIT  # of the strips, of which the first shows it too
_FIND = "Find"  # the view of the same panel that finds directions
_EMPTY = "This model has no directions yet"
_EMPTY_HINT = (
    "A direction changes one thing about every picture, such as a smile. "
    "Find some, or drop a file of directions here (.npy, .npz, .pt, .json)."
)
_PICTURES_TIP = "Fit a direction to pictures with and without an attribute"
_NO_ENCODER = "Labelled pictures need an encoder, and this model has none."


class DirectionsView(View):
    """The list at the left; in the middle the chosen direction's story and strips."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.controls = DirectionsControls()
        self.list = self.controls.list
        self.head = DirectionHead()
        self.strips = EditStrips()
        self.effects = EffectsPage()
        self.verdicts = VerdictMeter(self)
        self.picture = ScenePicture(studio, "This picture, as it is now")
        self.picture.setMinimumWidth(_PICTURE_PX)
        self.pages = named(
            Segments(
                [
                    ("Pictures", "What the direction does to this picture and to others"),
                    ("Side effects", "What every direction changes, attribute by attribute"),
                ]
            ),
            "What to look at",
        )
        self.jobs = JobRunner(self, overtakes="nothing", name="direction-jobs")
        self.saving = DirectionSaving(studio, self)
        self._model: OpenModel | None = None
        self._real: dict[str, tuple[tuple[str, Latent], ...]] = {}  # by the hash of the model
        self._is_stale = True  # whether directions changed while nobody looked
        self.setAcceptDrops(True)
        self.empty = self._empty_state()
        self._stage = pages_of(self.empty, self._looking())
        beside(self.controls, self._stage, self)
        self._connect()

    @property
    def is_busy(self) -> bool:
        parts = (self.strips, self.effects, self.verdicts, self.jobs, self.saving.exporter)
        return any(part.is_busy for part in parts)

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        model = self.model
        if model is None:
            return
        if before is None:
            self.picture.catch_up()
        if model is not self._model or self._is_stale:
            if self._model is None or self._model.generator.hash != model.generator.hash:
                self.strips.show_pictures(self._real.get(model.generator.hash, ()))
            is_same, self._model, self._is_stale = model is self._model, model, False
            self._forget(is_same)
            self._show_directions()
        else:
            self._show_chosen()

    def rest(self) -> None:
        self.strips.rest()
        self.verdicts.cancel()

    def close_work(self) -> None:
        self.strips.close_work()
        self.effects.close_work()
        self.verdicts.close()
        self.jobs.close()
        self.saving.exporter.close()

    def bring(self, files: list[Path]) -> None:
        """Import the directions in some files."""
        if self.model is not None:
            for path in files:
                self._begin(importing(self.model, path))

    def offer_pictures(self, model: str, pictures: tuple[tuple[str, Latent], ...]) -> None:
        """Offer to try directions on real pictures, as the model with this hash encodes them."""
        self._real[model] = pictures
        if self._model is not None and self._model.generator.hash == model:
            self.strips.show_pictures(pictures)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.picture.setVisible(self._stage.width() >= _ROOM_FOR_PICTURE_PX)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files that may hold directions; the window takes others."""
        if importable(files_of(event.mimeData())):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Import what was dropped."""
        event.acceptProposedAction()
        self.bring(importable(files_of(event.mimeData())))

    def _show_directions(self) -> None:
        directions = self.studio.directions.all
        self.controls.show_count(len(directions))
        self.list.layer_choices = layer_choices(self.studio.edits.card.styles)
        self.controls.has_styles = self.studio.edits.card.styles > 0
        self.list.show_directions(directions)
        self._stage.setCurrentIndex(1 if directions else 0)
        self._offer_pictures()
        self._show_chosen()

    def _offer_pictures(self) -> None:
        """Offer labelled pictures where there is an encoder to see them with, or say that there is none."""
        sees = self.model is not None and self.model.files.encoder is not None
        self.from_pictures.setEnabled(sees)
        self.from_pictures.setToolTip(_PICTURES_TIP if sees else _NO_ENCODER)
        self.empty.say(_EMPTY, _EMPTY_HINT if sees else f"{_EMPTY_HINT} {_NO_ENCODER}")

    def _show_chosen(self) -> None:
        model, scene = self.model, self.studio.document.scene
        direction = self.studio.directions.named(self.list.current)
        if model is None or direction is None:
            return
        self.head.show_direction(direction, self.effects.verdict_of(direction))
        self.verdicts.measure(model, direction, scene.label)
        strengths = dict(scene.directions)
        self.head.show_strength(strengths.get(direction.name, 0.0), len(strengths))
        self.effects.show_subject(model, self._picked_out(), scene)
        if self.pages.index == 0:
            self.strips.show_direction(direction, scene, model)

    def _picked_out(self) -> tuple[Direction, ...]:
        """The directions that are selected, or all where fewer than two are."""
        names, every = set(self.list.selected), self.studio.directions.all
        return tuple(each for each in every if each.name in names) if len(names) > 1 else every

    def show_page(self, index: int) -> None:
        """Show the strips (0) or the side effects (1)."""
        self.pages.show_index(index)
        self._bars.setCurrentIndex(index)
        self._sheets.setCurrentIndex(index)
        self._show_chosen()

    def _on_directions(self) -> None:
        if self.isVisible() and self.model is not None:
            self._forget(is_same=True)
            self._show_directions()
        else:
            self._is_stale = True

    def _on_judged(self, model: str, before: Direction, after: Direction | None) -> None:
        if after is not None and after is not before:
            self.studio.directions.know(model, before, after)

    def _forget(self, is_same: bool) -> None:
        """What was drawn, and measured of any that is gone, is of directions that may have changed."""
        self.strips.forget()
        if is_same:
            self.effects.keep_to(self.studio.directions.all)
        else:
            self.effects.forget()

    def _move(self, alpha: float, gesture: int) -> None:
        self.studio.edits.set_strength(self.list.current, alpha, gesture)

    def _bake_in(self) -> None:
        with self.studio.notices.catching():
            self.studio.edits.bake_in(self.studio.directions.vectors)

    def _adopt(self, row: int, alpha: float, scene: Scene) -> None:
        if row == 0:
            self.studio.edits.set_strength(self.list.current, alpha)
        else:
            where = "a real picture" if scene.seed is None else f"seed {scene.seed}"
            self.studio.document.show(f"Go to {where}", scene)

    def _move_layers(self, names: tuple[str, ...], layers: tuple[int, int]) -> None:
        with self.studio.notices.catching():
            self.studio.directions.move_layers(names, layers)

    def _rename(self, old: str, new: str) -> None:
        directions = self.studio.directions
        with self.studio.notices.catching():
            directions.rename(old, new)
        self.list.choose(new)

    def _lock(self, in_place: bool) -> None:
        """Lock those that are selected against each other, or all where fewer than two are."""
        names = self.list.selected
        names = names if len(names) > 1 else self.studio.directions.names
        with self.studio.notices.catching():
            self._choose(self.studio.directions.lock(names, in_place=in_place))

    def _choose(self, names: tuple[str, ...]) -> None:
        if names:
            self.list.choose(names[0])

    def _factorise(self, count: int, *, colours: bool = True) -> None:
        if self.model is not None:
            self._begin(factorising(self.model, count, colours=colours))

    def _analyse(self, count: int) -> None:
        if self.model is not None:
            self._begin(analysing(self.model, count, self.studio.document.scene.label))

    def _focus(self, name: str) -> None:
        directions = self.studio.directions
        direction = directions.named(name)
        if self.model is not None and direction is not None:
            self._begin(focusing(self.model, direction, self.studio.document.scene.label, directions.names))

    def _begin(self, job: DirectionJob) -> None:
        self.jobs.begin(job.make, partial(self._on_found, job), words=job.what)

    def _on_found(self, job: DirectionJob, directions: tuple[Direction, ...]) -> None:
        """Add to the model they are for, open or not, what it has not yet."""
        known, notices, is_open = (
            self.studio.directions,
            self.studio.notices,
            job.model == self.studio.models.hash,
        )
        fresh = known.new_ones(directions, job.model)
        left = len(directions) - len(fresh)
        if left:
            notices.say(f"{job.step}: {_counted(left)} already there, perhaps under another name.")

        with notices.catching():
            names = known.add_to(job.model, fresh, job.step)
            if is_open:
                self._choose(names)
            elif names:
                notices.say(f"{job.step}: {_counted(len(names))} added to {job.model_name}, which is not open now.")

    def _go_to_find(self, way: int) -> None:
        """Show the view that finds directions, with one of its ways."""
        from explorer.ui.directions.find_view import FindView

        panel: QWidget | None = self.parentWidget()
        while panel is not None and not isinstance(panel, TabbedPanel):
            panel = panel.parentWidget()
        if isinstance(panel, TabbedPanel) and _FIND in panel.views:
            panel.show_view(panel.views.index(_FIND))
            if isinstance(panel.view, FindView):
                panel.view.show_way(way)

    def _empty_state(self) -> EmptyState:
        self.from_pictures = push_button(
            "From labelled pictures", clicked=lambda: self._go_to_find(PICTURES), image="picture"
        )
        self.from_marks = push_button(
            "From samples you mark",
            "Mark samples that have an attribute and samples that lack it",
            lambda: self._go_to_find(MARK),
            image="check",
        )
        own = push_button(
            "From the model itself",
            "From the network's weights, or from how its samples differ",
            image="model",
        )
        own.setMenu(self.controls.model_menu(own))
        return EmptyState("arithmetic", _EMPTY, _EMPTY_HINT, [self.from_pictures, self.from_marks, own])

    def _looking(self) -> QWidget:
        place = QWidget()
        self._bars = pages_of(self.strips.controls, self.effects.controls)
        self._bars.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        strips = QWidget()
        row_of((self.strips, 3), (self.picture, 1), on=strips, margins=(0, 0, 2 * UNIT, 0))
        self._sheets = pages_of(strips, self.effects)
        bar = row_of(self.pages, (self._bars, 1), margins=(2 * UNIT, 0, UNIT, UNIT // 2))
        column_of(self.head, bar, (self._sheets, 1), on=place, spacing=0)
        return place

    def _connect(self) -> None:
        studio, controls = self.studio, self.controls
        studio.directions.changed.connect(self._on_directions)
        self.list.chosen.connect(lambda _name: self._show_chosen())
        self.list.renamed.connect(self._rename)
        self.list.remove_wanted.connect(studio.directions.remove)
        self.list.lock_wanted.connect(self._lock)
        self.list.focus_wanted.connect(self._focus)
        self.list.layers_wanted.connect(self._move_layers)
        self.list.top_wanted.connect(lambda name: studio.directions.reorder([name]))
        controls.lock.clicked.connect(lambda: self._lock(False))
        controls.import_button.clicked.connect(lambda: self.bring(self.saving.ask_import()))
        controls.export_button.clicked.connect(self.saving.ask_export)
        controls.factorise_wanted.connect(self._factorise)
        controls.factorise_plain_wanted.connect(partial(self._factorise, colours=False))
        controls.analyse_wanted.connect(self._analyse)
        controls.working.cancel.clicked.connect(self.jobs.cancel)
        self.head.moved.connect(self._move)
        self.head.reset.clicked.connect(studio.edits.reset_strengths)
        self.head.bake.clicked.connect(self._bake_in)
        self.strips.picked.connect(self._adopt)
        self.strips.span_set.connect(studio.directions.set_span)
        self.strips.span_measured.connect(studio.directions.know)
        self.verdicts.measured.connect(self._on_judged)
        self.verdicts.failed.connect(studio.notices.show_error_once)
        self.pages.chosen.connect(self.show_page)
        self.list.itemSelectionChanged.connect(self._show_chosen)
        self.effects.picked.connect(self.list.choose)
        self.effects.meter.measured.connect(lambda _order, _found: self._show_chosen())
        self.effects.save.clicked.connect(lambda: self.saving.ask_export_effects(self.effects.found))
        self.effects.failed.connect(studio.notices.show_error)
        self.strips.failed.connect(studio.notices.show_error_once)
        self._connect_work()

    def _connect_work(self) -> None:
        working = self.controls.working
        self.jobs.began.connect(working.show_work)
        self.jobs.progressed.connect(working.show_share)
        self.jobs.failed.connect(self.studio.notices.show_error)
        self.jobs.idle.connect(working.hide)


def _counted(count: int) -> str:
    return "one direction was" if count == 1 else f"{count} directions were"
