"""The traversal grid: a row for each axis, a column for each value, live."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent
from explorer.core.rendering.scene import Scene
from explorer.session.explore.sensitivities import SensitivitiesAround
from explorer.session.models.opening import OpenModel
from explorer.session.photos.encoded_photo import Encodings
from explorer.ui.studio import Studio
from explorer.ui.tiles.mosaic import Mosaic
from explorer.ui.tiles.tile_view import TileView
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.traverse.grid_controls import GridControls
from explorer.ui.traverse.live_sheet import LiveSheet
from explorer.ui.traverse.offers import plan_offers
from explorer.ui.traverse.pair import Pair
from explorer.ui.traverse.traverse_view import TraverseView
from explorer.ui.view import beside
from explorer.ui.widgets.parts import column_of, line, named

if TYPE_CHECKING:
    from explorer.core.traverse.grid import GridPlan

_METER_MS = 100  # how often the meters are drawn anew while tiles arrive


class GridView(TraverseView):
    """Lays out what each dimension or direction does, around the scene that the document shows."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.controls = GridControls()
        self.grid = named(TileView(), "Traversal grid")
        self.pair = Pair()
        self.sheet = LiveSheet(self.grid, self)
        self.strengths = SensitivitiesAround(self, lambda: not self.sheet.is_busy)
        self.encodings = Encodings(self)
        self.plan: GridPlan | None = None
        self._encoded: Latent | None = None
        self._is_unmeasured = False  # whether the strongest cannot be known: then some stand for them
        self._picture_name = ""  # of the picture that was encoded
        self._meters = QTimer(self, interval=_METER_MS, singleShot=True)
        self._meters.timeout.connect(self._show_meters)
        beside(self._column(), self.grid, self)
        self._connect()

    @property
    def is_busy(self) -> bool:
        return self.sheet.is_busy or self.strengths.is_busy or self.encodings.is_busy

    def _show(self, model: OpenModel, before: Scene | None, after: Scene) -> None:
        self._arrange()

    def exports(self) -> tuple[Offer, ...]:
        model = self.model
        return plan_offers(model.renderer, self.plan, "grid") if model and self.plan else ()

    def rest(self) -> None:
        self.sheet.cancel()
        self.strengths.rest()
        self._meters.stop()

    def close_work(self) -> None:
        self.rest()
        self.sheet.close()
        self.strengths.close()
        self.encodings.close()

    def _column(self) -> QWidget:
        column = QWidget()
        column_of((self.controls, 1), line(), self.pair, on=column, spacing=0)
        return column

    def _connect(self) -> None:
        notices = self.studio.notices
        self.controls.changed.connect(self._arrange)
        self.controls.size_wanted.connect(lambda size_px: self.grid.set_tile_px(size_px or None))
        self.controls.difference_wanted.connect(self._show_difference)
        self.controls.picture_chosen.connect(self._encode)
        self.grid.size_changed.connect(self.controls.show_size)
        self.grid.picked.connect(self._adopt)
        self.grid.pointed.connect(lambda _index: self._show_pair())
        self.grid.tip = self._tip
        self.sheet.arrived.connect(self._on_arrived)
        self.sheet.finished.connect(self._show_meters)
        self.sheet.failed.connect(notices.show_error_once)
        self.strengths.changed.connect(self._arrange)
        self.studio.dimension_names.changed.connect(lambda _model: self._arrange() if self.isVisible() else None)
        self.strengths.failed.connect(self._on_unmeasured)
        self.encodings.encoded.connect(self._on_encoded)
        self.encodings.failed.connect(self._on_no_picture)

    def _begin(self, model: OpenModel) -> None:
        """Forget what belongs to another model."""
        super()._begin(model)
        self.strengths.forget()
        self._is_unmeasured = False
        self.encodings.cancel()
        self._encoded = self.plan = None
        self._name_picture("")
        self.controls.show_prior(model.generator.card.prior)
        self.controls.offer(encoder=model.files.encoder is not None, directions=bool(model.renderer.directions))
        self.grid.show_mosaic(None)

    def _arrange(self) -> None:
        """Lay the grid out as the controls and the scene say, and have it drawn."""
        model, choice = self.model, self.controls.choice
        if model is None:
            return
        if choice.values == "encoded" and self._encoded is None:
            self._say("Choose a picture of your own", "The grid will lie around what the encoder makes of it.")
            return
        if not self._knows_rows(model):
            self._say("Finding the strongest dimensions …", "Each is moved a little, and the change measured.")
            return
        try:
            self.plan = self._planned(model)
        except Problem as problem:
            self._say(problem.what, problem.hint)
            return
        self.sheet.show(self.plan, model)
        self._show_difference(self.controls.difference.isChecked())

    def _knows_rows(self, model: OpenModel) -> bool:
        """Whether the rows are known; the strongest are looked for if need be."""
        if self.controls.choice.rows != "strongest" or model.axes is not None or self._is_unmeasured:
            self.strengths.rest()
            return True
        self.strengths.follow(model.generator, self._base())
        return self.strengths.values is not None

    def _on_unmeasured(self, error: Exception) -> None:
        """Say why the strongest are not known, and lay out some others."""
        self._is_unmeasured = True
        if isinstance(error, Problem):
            error = Problem(error.what, "The rows are dimensions spread over all of them: pick others by hand.")
        self.studio.notices.show_error(error)
        self._arrange()

    def _base(self) -> Scene:
        """What the grid lies around."""
        scene = self.studio.document.scene
        if self.controls.choice.values == "encoded" and self._encoded is not None:
            return scene.plainly_at(self._encoded)
        return scene

    def _planned(self, model: OpenModel) -> GridPlan:
        from explorer.core.traverse.axes import called
        from explorer.core.traverse.grid import grid_plan

        choice, card, renderer = self.controls.choice, model.generator.card, model.renderer
        named, spread = tuple(renderer.directions), model.generator.spread() if renderer.has_w else None
        axes = choice.axes(card.latent_size, self.strengths.values, named, spread, card.dimensions, model.axes)
        axes, base = called(axes, self.studio.dimension_names.of(self._model)), self._base()
        distribution = card.prior
        if choice.is_in_w and renderer.has_w:  # whose values count deviations
            base, distribution = renderer.written(base), "normal"
        return grid_plan(base, axes, choice.columns, choice.span, choice.mode, distribution)

    def _say(self, what: str, hint: str) -> None:
        self.plan = None
        self.sheet.say(what, hint)
        self._show_pair()

    def _on_arrived(self) -> None:
        if not self._meters.isActive():
            self._meters.start()

    def _show_meters(self) -> None:
        if self.grid.mosaic is not None:
            self.grid.show_strengths(self._row_strengths(self.grid.mosaic))
            self._show_pair()

    def _row_strengths(self, mosaic: Mosaic) -> NDArray[np.float32]:
        """What the rows are ranked by, where they are; else how much their pictures differ from the base."""
        measured, plan = self.strengths.values, self.plan
        if self.controls.choice.rows != "strongest" or measured is None or plan is None:
            return mosaic.row_strengths()
        return np.nan_to_num(measured[[axis.index for axis in plan.axes]])

    def _show_difference(self, wanted: bool) -> None:
        if self.grid.mosaic is not None:
            self.grid.mosaic.show_difference(wanted)
            self.grid.viewport().update()

    def _show_pair(self) -> None:
        mosaic, index = self.grid.mosaic, self.grid.current
        self.pair.setVisible(mosaic is not None)
        if mosaic is None:
            self.pair.show_pair(None, None, "")
        elif index < 0:
            self.pair.show_pair(mosaic.base, None, "Point at a tile to compare it with the base.")
        else:
            self.pair.show_pair(mosaic.base, mosaic.picture(index), self._tip(index))

    def _tip(self, index: int) -> str:
        """What a tile shows, in words."""
        if self.plan is None or self.grid.mosaic is None:
            return ""
        row, column = divmod(index, self.plan.columns)
        axis = self.plan.axes[row]
        change = self.grid.mosaic.changes[index]
        words = f"{axis.label} = {axis.said(self.plan.scene(row, column))}"
        return words if np.isnan(change) else f"{words}, changes the picture by {change:.1f} of 255"

    def _adopt(self, index: int) -> None:
        if self.plan is not None:
            row, column = divmod(index, self.plan.columns)
            name = self.plan.axes[row].label
            self.studio.document.show(f"Adopt a tile of {name}", self.plan.scene(row, column))

    def _encode(self, picture: Path) -> None:
        model = self.model
        if model is not None:
            self.controls.show_picture_name(picture.name)
            self.encodings.request(model, picture)

    def _on_encoded(self, model: str, picture: Path, z: Latent) -> None:
        if model == self._model:
            self._encoded = z
            self._name_picture(picture.name)
            self._arrange()

    def _on_no_picture(self, error: Exception) -> None:
        """Say so, and go on with the last that was one."""
        self.studio.notices.show_error(error)
        self._name_picture(self._picture_name)
        self._arrange()

    def _name_picture(self, name: str) -> None:
        self._picture_name = name
        self.controls.show_picture_name(name)
