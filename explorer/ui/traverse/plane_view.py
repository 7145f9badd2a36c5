"""The plane: two axes at once, or the surface between four pictures, with a point to drag."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.scene import Scene, scene_from_json
from explorer.session.explore.scene_pictures import Picture
from explorer.session.explore.sensitivities import Sensitivities
from explorer.session.models.opening import OpenModel
from explorer.ui.scene_picture import ScenePicture
from explorer.ui.studio import Studio
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.traverse.live_sheet import LiveSheet
from explorer.ui.traverse.offers import plan_offers
from explorer.ui.traverse.plane_controls import AXES, CORNERS, MANIFOLD, PlaneControls
from explorer.ui.traverse.plane_sheet import PlaneSheet
from explorer.ui.traverse.traverse_view import TraverseView
from explorer.ui.view import beside
from explorer.ui.widgets.parts import named, row_of

if TYPE_CHECKING:
    from explorer.core.traverse.axes import Axis
    from explorer.core.traverse.corners import CornersPlan
    from explorer.core.traverse.plane import PlanePlan

_FIRST_SEEDS = (1, 2, 3, 4)


class PlaneView(TraverseView):
    """Lays a plane out at the left; the picture at its point is at the right."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.controls = PlaneControls()
        self.plane = named(PlaneSheet(), "Plane")
        self.canvas = ScenePicture(studio, "Picture at the point")
        self.sheet = LiveSheet(self.plane, self)
        self.strengths = Sensitivities(self)
        self.plan: PlanePlan | CornersPlan | None = None
        self._corners: list[Scene] = []
        self._has_own_corners = False  # whether the user chose one
        self._way = AXES
        self._axes: tuple[Axis, ...] = ()
        self._shown: Scene | None = None  # by the last drag
        self._has_axes = False  # whether the axes to begin with are found, or need not be any more
        beside(self.controls, self._stage(), self)
        self._connect()

    @property
    def is_busy(self) -> bool:
        return self.sheet.is_busy or self.strengths.is_busy

    def _show(self, model: OpenModel, before: Scene | None, after: Scene) -> None:
        self._look_for_axes(model)
        if before is None:
            self.canvas.catch_up()
        self._arrange()

    def exports(self) -> tuple[Offer, ...]:
        model = self.model
        return plan_offers(model.renderer, self.plan, "plane") if model and self.plan else ()

    def rest(self) -> None:
        self.sheet.cancel()
        self.strengths.cancel()

    def close_work(self) -> None:
        self.strengths.close()
        self.sheet.close()

    def _stage(self) -> QWidget:
        stage = QWidget()
        row_of((self.plane, 11), (self.canvas, 9), on=stage, spacing=0)
        return stage

    def _connect(self) -> None:
        self.controls.changed.connect(self._arrange)
        self.plane.dragged.connect(self._on_dragged)
        self.plane.tip = self._tip
        self.strengths.measured.connect(self._on_measured)
        self.strengths.failed.connect(self._on_not_measured)
        self.sheet.failed.connect(self.studio.notices.show_error_once)
        self.studio.thumbnails.drawn.connect(self._on_thumbnail)
        for index, corner in enumerate(self.controls.corners):
            corner.current_wanted.connect(lambda index=index: self._set_corner(index, self.studio.document.scene))
            corner.scene_dropped.connect(lambda text, index=index: self._drop(text, index))

    def _begin(self, model: OpenModel) -> None:
        from explorer.core.traverse.axes import Axis, dimensions, latent_axes

        super()._begin(model)
        card, here = model.generator.card, self.studio.document.scene
        named = tuple(Axis("direction", name=name) for name in model.renderer.directions)
        few = model.axes
        if few is not None:
            self._axes = (*latent_axes(few, len(few)), *named)
        else:
            self._axes = (*dimensions(range(card.latent_size), card.dimensions), *named)
        self.controls.show_prior(card.prior)
        self.controls.offer([axis.label for axis in self._axes], card.latent_size)
        self._corners = [
            replace(here, z=sample(seed, card.latent_size, card.prior), seed=seed, directions=(), mix=None)
            for seed in _FIRST_SEEDS
        ]
        self.plan = self._shown = None
        self._has_own_corners, self._way = False, AXES
        self._show_corners()
        self.strengths.cancel()
        self._has_axes = card.latent_size <= 2 or few is not None

    def _look_for_axes(self, model: OpenModel) -> None:
        """Measure which two dimensions to begin with, unless that is known, under way or decided by the user."""
        if not (self._has_axes or self.controls.axes_are_chosen or self.strengths.is_wanted):
            self.strengths.measure(model.generator, self.studio.document.scene)

    def _on_measured(self, strengths: NDArray[np.float32], scene: Scene) -> None:
        """Begin with the two dimensions that change the picture most."""
        if scene.model != self._model:
            return
        self._has_axes = True
        if not self.controls.axes_are_chosen:
            places = {axis.index: at for at, axis in enumerate(self._axes) if axis.kind == "dimension"}
            order = map(int, np.argsort(-np.nan_to_num(strengths, nan=-1.0), kind="stable"))
            strongest = [places[number] for number in order if number in places]
            self.controls.show_axes(*(strongest * 2)[:2])
            self._arrange()

    def _on_not_measured(self, error: Exception) -> None:
        self._has_axes = True  # those there are will do: it would fail again at every step
        if isinstance(error, Problem):
            error = Problem(error.what, "It starts with the first two: choose others by hand.")
        self.studio.notices.show_error(error)

    def _arrange(self) -> None:
        model = self.model
        if model is None:
            return
        self._come_from(self._way)
        before = self.plan
        try:
            self.plan = self._planned(model)
        except Problem as problem:
            self.plan = None
            self.sheet.say(problem.what, problem.hint)
            return
        if before is None or not self.sheet.is_true or not _alike(before, self.plan):
            self.sheet.show(self.plan, model)
        self._show_point()

    def _come_from(self, way: int) -> None:
        """Begin corners with the current picture, which else would lie nowhere between them."""
        self._way = self.controls.chosen
        if self._way == way:
            return
        self._shown = None  # where a drag led to is a place of the plane that was left
        if self._way == CORNERS and not self._has_own_corners:
            self._corners[0] = self.studio.document.scene
            self._show_corners()

    def _planned(self, model: OpenModel) -> PlanePlan | CornersPlan:
        from explorer.core.traverse.carried import carried_by
        from explorer.core.traverse.corners import CornersPlan
        from explorer.core.traverse.plane import manifold_plan, plane_plan

        controls, card, scene = self.controls, model.generator.card, self.studio.document.scene
        side = int(controls.tiles.value)
        if controls.chosen == MANIFOLD:
            return manifold_plan(scene, side, side, card.prior)
        if controls.chosen == AXES:
            across, up = (self._axes[box.currentIndex()] for box in (controls.across, controls.up))
            return plane_plan(scene, across, up, side, side, controls.span.value, card.prior)
        renderer = model.renderer
        top_left, top_right, bottom_left, bottom_right = renderer.points(self._corners)
        corners = (top_left, top_right, bottom_left, bottom_right)
        surface, in_w = controls.surface.currentData(), renderer.has_w
        carried = carried_by(renderer, self._corners, in_w=in_w)
        return CornersPlan(self._corners[0], corners, side, side, surface, in_w, carried)

    def _show_point(self) -> None:
        from explorer.core.traverse.plane import PlanePlan

        scene, plan = self.studio.document.scene, self.plan
        if isinstance(plan, PlanePlan):
            x, y = plan.across.coordinate(scene), plan.up.coordinate(scene)
            places = np.linspace(0, 1, plan.columns), np.linspace(0, 1, plan.rows)
            across = float(np.interp(x, plan.column_values, places[0]))
            down = 1.0 - float(np.interp(y, plan.row_values[::-1], places[1]))
            self.plane.show_point((across, down))
        elif scene is not self._shown:
            place = next((place for place, corner in enumerate(self._corners) if corner is scene), None)
            self.plane.show_point(None if place is None else (float(place % 2), float(place // 2)))

    def _on_dragged(self, across: float, down: float, gesture: int) -> None:
        if self.plan is None:
            return
        self._shown = self._scene_at(across, down)
        self.studio.document.show("Move in the plane", self._shown, gesture=gesture)

    def _scene_at(self, across: float, down: float) -> Scene:
        from explorer.core.traverse.plane import PlanePlan

        plan = self.plan
        assert plan is not None
        if not isinstance(plan, PlanePlan):
            return plan.at(across, down)
        places = np.linspace(0, 1, plan.columns), np.linspace(0, 1, plan.rows)
        x = float(np.interp(across, places[0], plan.column_values))
        y = float(np.interp(down, places[1], plan.row_values))
        return plan.at(x, y)

    def _tip(self, index: int) -> str:
        """What a tile shows, in words."""
        from explorer.core.traverse.plane import PlanePlan

        plan = self.plan
        if not isinstance(plan, PlanePlan):
            return "Press and drag to move between the corners"
        row, column = divmod(index, plan.columns)
        words = f"{plan.across.label} = {plan.column_values[column]:.2f}, {plan.up.label} = {plan.row_values[row]:.2f}"
        return words.replace("-", "−")

    def _drop(self, text: str, index: int) -> None:
        with self.studio.notices.catching():
            self._set_corner(index, scene_from_json(text))

    def _set_corner(self, index: int, scene: Scene) -> None:
        if scene.model != self._model:
            what = f"This picture was made with {scene.model_name or 'another model'}."
            raise Problem(what, "All corners must be of the model that is open.")
        self._corners[index] = scene
        self._has_own_corners = True
        self._show_corners()
        self._arrange()

    def _show_corners(self) -> None:
        model, thumbnails = self.model, self.studio.thumbnails
        for corner, scene in zip(self.controls.corners, self._corners, strict=True):
            corner.show_picture(thumbnails.of(scene))
        if model is not None:
            thumbnails.request(model.renderer, self._corners)

    def _on_thumbnail(self, scene: Scene, picture: Picture) -> None:
        for corner, its in zip(self.controls.corners, self._corners, strict=False):
            if its is scene:
                corner.show_picture(picture)


def _alike(one: PlanePlan | CornersPlan, other: PlanePlan | CornersPlan) -> bool:
    """Whether the tiles of two plans are the same: a point that moves in its plane changes none of them."""
    if type(one) is not type(other) or one.facts() != other.facts() or one.base.model != other.base.model:
        return False
    pairs = [(one.scene(row, row), other.scene(row, row)) for row in (0, one.rows - 1)]
    return all(
        np.array_equal(a.z, b.z)
        and (a.label, a.truncation, a.directions) == (b.label, b.truncation, b.directions)
        and (a.w is b.w or (a.w is not None and b.w is not None and np.array_equal(a.w, b.w)))
        and (a.mix, a.cutoff, a.conditions) == (b.mix, b.cutoff, b.conditions)
        for a, b in pairs
    )
