"""The latent at the side of the window: every dimension in Z or W, the directions, and how far out the whole lies."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QToolButton, QWidget

from explorer.core.problem import Problem
from explorer.core.rendering import latents
from explorer.core.rendering.dimensions import text_of
from explorer.core.rendering.latents import Latent, axis_name, prior_word
from explorer.core.rendering.scene import Scene
from explorer.session.explore.axis_edits import AxisEdits
from explorer.session.explore.scene_edits import SceneEdits
from explorer.session.explore.sensitivities import SensitivitiesAround
from explorer.session.explore.style_edits import StyleEdits
from explorer.session.models.opening import OpenModel
from explorer.ui.explore.direction_side import DirectionSide
from explorer.ui.explore.latent_list import LatentList
from explorer.ui.explore.latent_order import ORDERS, Order
from explorer.ui.explore.layer_range import LayerRange
from explorer.ui.explore.local_side import LocalSide
from explorer.ui.explore.norm_gauge import NormGauge
from explorer.ui.explore.region_tool import RegionTool
from explorer.ui.explore.row_naming import DIMENSIONS, Naming
from explorer.ui.late_part import LatePart
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import STRETCH, column_of, line, named, row_of, text_label
from explorer.ui.widgets.segments import Segments

_WIDTH_PX = 38 * UNIT
Z, W = 0, 1
_SPACES = (
    ("Latent z", "Move in Z, where samples are drawn from"),
    (
        "Style w",
        (
            "Move in W, what z is mapped to: its dimensions change less of the picture at once.\n"
            "Values count standard deviations from the mean of W; a new sample or a move in Z leaves the point of W"
        ),
    ),
)
_NAMED_PX = 11 * UNIT  # room for a name of the user's own
_ORDER = "latent_order"
_PATIENCE_MS = 30_000  # what measuring all dimensions may take where nobody asked for it
_MOVING = (
    "z",
    "directions",
    "truncation",
    "cutoff",
    "styled",
    "mix",
    "label",
)  # fields that tell how far out a scene is
_LATER_MS = 200


class LatentSide(QWidget):
    """One row a dimension, and the norm of them all."""

    def __init__(self, studio: Studio, region: RegionTool | None = None) -> None:
        super().__init__()
        self._studio = studio
        self._model = ""  # hash of the model whose latent is shown
        self._space = Z
        self._pins: dict[tuple[str, int], frozenset[int]] = {}  # of the models and spaces that were shown before
        self.spaces = named(Segments(_SPACES), "Space of the sliders")
        self.leave = QToolButton()
        self.leave.setText("Leave W")
        self.leave.setToolTip("Undo what was moved in W: back to what z is mapped to")
        self.layers = named(
            LayerRange(),
            "Layers that the sliders move",
            "Which layers the sliders of W move; if only some, every layer gets a point of its own (W+).\n"
            "Drag an end, or all of it. With the keyboard: up and down choose the end, left and right move it.",
        )
        self.setMinimumWidth(_WIDTH_PX)
        self.list = LatentList()
        self.sentence = LatePart("explore.sentence_box", "SentenceBox", studio)
        self.directions = DirectionSide(studio)
        self.channels = LatePart("explore.channel_side", "ChannelSide", studio)
        self.local = None if region is None else LocalSide(studio, region)
        self.gauge = named(
            NormGauge(),
            "Norm of the latent",
            "How far this latent lies from the prior's mean, compared with samples",
        )
        self.strengths = SensitivitiesAround(self, lambda: not self.list.rows.dragging)
        self._is_due = False  # whether the strengths are to be measured as soon as there is a picture
        self._working = text_label()
        self._lay_out()
        self._connect()

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Show what of ``after`` is not the same in ``before``."""
        if self.local is not None:
            self.local.show_scene(before, after)
        self.directions.show_scene(before, after)
        self.channels.show_scene(before, after)
        if after.model != self._model:
            self._show_model(after)
        elif before is None or not self._shows_same(before, after):
            self.list.show_latent(self._values(after), distribution=self._distribution)
        self.sentence.show_scene(before, after)
        self._show_norm(before, after)
        self._follow_order(after)
        self.leave.setVisible(after.w is not None)
        self._measure_due()  # where the picture was there before this

    @property
    def is_in_w(self) -> bool:
        """Whether the sliders move in W."""
        return self._space == W

    @property
    def has_axes(self) -> bool:
        """Whether the sliders move along a few axes of Z, as its dimensions are too many."""
        return not self.is_in_w and self._studio.edits.axes.offered is not None

    @property
    def _distribution(self) -> str:
        """What the rows are marked by: in W and along axes they count deviations from the mean."""
        return "normal" if self.is_in_w or self.has_axes else prior_word(self._studio.edits.card.prior)

    def _show_model(self, scene: Scene) -> None:
        """Show the latent of another model, in Z."""
        self._remember_pins()
        self._forget_strengths()
        self._model, self._space = scene.model, Z
        self.spaces.show_index(Z)
        has_w = self._studio.edits.styles.are_offered
        self._studio.edits.styles.layers = None
        styles = max(self._studio.edits.card.styles, 1)
        self.layers.show_range(0, styles - 1, styles)
        self._title.setVisible(not has_w)
        self.spaces.setVisible(has_w)
        self._show_space(scene)

    def _show_space(self, scene: Scene) -> None:
        """Show the rows of the space that is chosen, with their own names, pins and locks."""
        self.layers.setVisible(self.is_in_w)
        self._show_names()
        self.list.show_latent(self._values(scene), distribution=self._distribution)
        self.list.set_pins(self._pins.get((self._model, self._space), frozenset()))
        self.list.set_locks(self._edits().locked)

    def _show_names(self) -> None:
        """Call the rows as the user does, with room for that where there is such a name."""
        names = self._studio.dimension_names.of(self._model)
        card = None if self.is_in_w or self.has_axes else self._studio.edits.card
        kind = self._plain(0)[:-1]
        some = self.has_axes or any(plain.startswith(kind) for plain in names) or bool(card and any(card.dimensions))

        known = {one.start: one for one in card.dimensions if one.is_own} if card else {}

        def name(dimension: int) -> str:
            plain = self._plain(dimension)
            if plain not in names and dimension in known:
                return known[dimension].label
            return names.get(plain) or (plain if card is None else card.dimension_name(dimension))

        def tip(dimension: int) -> str:
            plain = self._plain(dimension)
            return "" if name(dimension) == plain else plain

        width, first = _NAMED_PX if some else DIMENSIONS.width_px, 1 if self.has_axes else 0
        text = text_of(card.dimensions) if card else None
        said = frozenset(range(text.place.start, text.place.stop)) if text else frozenset()
        naming = Naming(name, tip, width, nameable=True, first=first, known=known, unlisted=said)
        self.list.show_naming(naming)

    def _plain(self, dimension: int) -> str:
        """What a row is called where nobody called it otherwise."""
        return axis_name(dimension) if self.has_axes else f"{'w' if self.is_in_w else 'z'}{dimension}"

    def _call(self, dimension: int, name: str) -> None:
        self._studio.dimension_names.call(self._model, self._plain(dimension), name)

    def _remember_pins(self) -> None:
        self._pins[self._model, self._space] = self.list.rows.pins

    def _choose_space(self, space: int) -> None:
        self._remember_pins()
        self._space = space
        self._forget_strengths()
        scene = self._studio.document.scene
        self._show_space(scene)
        self._show_norm(None, scene)
        self._measure_due()

    def _choose_layers(self, first: int, last: int) -> None:
        """Let the sliders move some layers, and show where those are."""
        styles = self._studio.edits.styles
        every = (0, self._studio.edits.card.styles - 1)
        styles.layers = None if (first, last) == every else (first, last)
        self.list.show_latent(self._values(self._studio.document.scene), distribution=self._distribution)

    def _shows_same(self, before: Scene, after: Scene) -> bool:
        """Whether the rows show ``after`` already if they show ``before``."""
        if not self.is_in_w:
            return after.z is before.z
        pairs = (after.z, before.z), (after.styled, before.styled), (after.directions, before.directions)
        return all(one is other for one, other in pairs) and after.label == before.label

    def _values(self, scene: Scene) -> Latent:
        """What the rows show of a scene: its latent, where that lies along axes, or its point of W in deviations."""
        if not self.is_in_w:
            return self._studio.edits.axes.values(scene) if self.has_axes else scene.z
        try:
            return self._studio.edits.styles.values(scene)
        except Problem:  # the canvas tells it
            return self.list.rows.z

    def _show_norm(self, before: Scene | None, after: Scene) -> None:
        """Show how far out the latent lies, with what the directions add to it."""
        if before is not None and all(getattr(before, part) is getattr(after, part) for part in _MOVING):
            return
        styles = self._studio.edits.styles
        in_w = self.is_in_w or (styles.are_offered and after.truncation != 1.0)  # where such models are truncated
        try:
            values = styles.drawn(after) if in_w else self.directions.moved(after)
        except Problem:  # the canvas tells it
            return
        prior = self._studio.edits.card.prior
        typical = styles.typical_norm() if in_w else latents.typical_norm(after.z.size, prior)
        length = latents.norm_of(values, "normal" if in_w else prior)
        self.gauge.show_norm(length, *typical, "w" if in_w else "z")

    def _lay_out(self) -> None:
        self._title = text_label("Latent", "heading")
        self.spaces.hide()
        self.leave.hide()
        header = row_of(self._title, self.spaces, STRETCH, self._working, self.leave, margins=(UNIT, 0))
        foot = row_of(self.gauge, margins=(UNIT, 0), spacing=None)
        self.layers.hide()
        column_of(
            *([] if self.local is None else [self.local]),
            self.sentence,
            self.directions,
            self.channels,
            line(),
            header,
            row_of(self.layers, margins=(UNIT, 0), spacing=None),
            (self.list, 1),
            line(),
            foot,
            on=self,
            margins=(0, UNIT, 0, UNIT),
        )

    def _connect(self) -> None:
        edits = self._studio.edits
        self.list.rows.moved.connect(lambda place, value, gesture: self._edits().set_value(place, value, gesture))
        self.list.rows.chosen.connect(self._choose)
        self.list.rows.reset_one.connect(lambda place: self._edits().reset_one(place))
        self.list.reset_button.clicked.connect(lambda: self._edits().reset_all())
        self.spaces.chosen.connect(self._choose_space)
        self.leave.clicked.connect(edits.styles.leave)
        self.layers.moved.connect(self._choose_layers)
        self.list.rows.named.connect(self._call)
        self._studio.dimension_names.changed.connect(lambda _model: self._show_names())
        self._studio.pictures.settled.connect(self._measure_due)
        self.list.rows.locks_changed.connect(self._set_locks)
        self.list.sort_wanted.connect(self._on_sort_wanted)
        self.strengths.changed.connect(self._show_strengths)
        self.strengths.failed.connect(self._studio.notices.show_error)
        self.strengths.progressed.connect(self._show_progress)
        self._studio.models.opened.connect(lambda model, _request: self._on_opened(model))

    def _choose(self, dimension: int, index: int) -> None:
        """Put a named dimension to one of its choices."""
        known = next(one for one in self._studio.edits.card.dimensions if one.start == dimension)
        self._studio.edits.set_numbers(known, known.at_choice(index))

    def _set_locks(self, locks: frozenset[int]) -> None:
        self._edits().locked = locks

    def _edits(self) -> SceneEdits | StyleEdits | AxisEdits:
        """The moves in the space that is chosen."""
        edits = self._studio.edits
        return edits.styles if self.is_in_w else edits.axes if self.has_axes else edits

    def _on_sort_wanted(self, order: str) -> None:
        self._studio.settings.remember_choice(_ORDER, order)
        self._is_due = False
        if order == "strength":
            self._measure()
        else:
            self.strengths.rest()

    def _follow_order(self, scene: Scene) -> None:
        """Keep an order by strength that of the scene in sight, once that rests, if it was ever measured."""
        if self.list.rows.order == "strength" and (self.strengths.values is not None or self.strengths.is_busy):
            self._measure()

    def _show_strengths(self) -> None:
        if self.list.rows.dragging:  # rows must not change places under the hand
            QTimer.singleShot(_LATER_MS, self, self._show_strengths)
            return
        self.list.show_strengths(self.strengths.values)
        self._follow_order(self._studio.document.scene)

    def _measure(self) -> None:
        model, scene = self._studio.models.current, self._studio.document.scene
        if model is not None and scene.model == model.generator.hash:
            axes = self._studio.edits.axes.offered if self.has_axes else None
            self.strengths.follow(model.generator, scene, self.list.rows.z if self.is_in_w else None, axes)

    def _measure_due(self) -> None:
        """Measure how strong the dimensions are once there is a picture, if that takes no long time."""
        last = self._studio.pictures.shown_last
        if self._is_due and last is not None and last.scene.model == self._model and self.isVisible():
            self._is_due = False
            if 2 * last.took_ms * self.list.rows.z.size < _PATIENCE_MS:
                self._measure()

    def _show_progress(self, share: float) -> None:
        self._working.setText(f"Measuring {share:.0%}" if share < 1.0 else "")

    def _on_opened(self, model: OpenModel) -> None:
        """Stop measuring with what is closed; on another device the order stays, as the pictures are the same."""
        self.sentence.setVisible(model.generator.text is not None)
        self.channels.setVisible(bool(model.generator.style_layers))
        self.strengths.rest()
        scene = self._studio.document.scene
        if scene.model == self._model == self._studio.models.hash:
            if len(self._values(scene)) != len(self.list.rows.z):  # it was shown before its axes were known
                self._show_space(scene)
            self._follow_order(scene)

    def _forget_strengths(self) -> None:
        self.strengths.forget()
        self.list.show_strengths(None)
        last = self._studio.settings.choice(_ORDER)
        order: Order = last if last in ORDERS else "strength"
        self.list.set_sort(order)
        self._is_due = order == "strength"
