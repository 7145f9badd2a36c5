"""Keeps the tiles of a plan drawn: what is in sight first, what has waited longest before the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.rendering.scene import scene_to_json
from explorer.session.models.opening import OpenModel
from explorer.session.traverse.live_tiles import LiveTiles, TileRequest
from explorer.ui.tiles.mosaic import Mosaic
from explorer.ui.tiles.tile_layout import Labels
from explorer.ui.tiles.tile_view import TileView

if TYPE_CHECKING:
    from explorer.core.traverse.plan import TilePlan


@dataclass(frozen=True, eq=False)
class _Place:
    """Where the tiles of an order belong: into which mosaic, and since which change of the plan."""

    mosaic: Mosaic
    stamp: int


class LiveSheet(QObject):
    """Draws the tiles of one plan after the other into a view.

    The picture of the plan's base is drawn with them, as what the others are compared with.

    Signals
    -------
    arrived()
        Some tiles were drawn.
    finished()
        All of them are.
    failed(error)
    """

    arrived = Signal()
    finished = Signal()
    failed = Signal(object)

    def __init__(self, view: TileView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.plan: TilePlan | None = None
        self._model: OpenModel | None = None
        self._stamps = np.zeros(0, np.int64)
        self._stamp = 0
        self.tiles = LiveTiles(self)
        self.tiles.drawn.connect(self._on_drawn)
        self.tiles.finished.connect(lambda _order: self.finished.emit())
        self.tiles.failed.connect(self.failed)
        view.moved.connect(self._on_moved)
        view.scene_for_drag = self._scene_for_drag

    @property
    def is_busy(self) -> bool:
        """Whether tiles are still to come."""
        return self.tiles.is_busy

    @property
    def is_true(self) -> bool:
        """Whether every tile shows the plan as it is."""
        return bool((self._stamps == self._stamp).all())

    def show(self, plan: TilePlan, model: OpenModel) -> None:
        """Draw the tiles of ``plan``; where it has the shape of the last one, its tiles stay until then."""
        labels, mosaic = Labels(plan.row_names, plan.column_names), self.view.mosaic
        same_model = self._model is model
        self.plan, self._model = plan, model
        if mosaic is not None and same_model and (mosaic.rows, mosaic.columns) == (plan.rows, plan.columns):
            self.view.show_labels(labels)
        else:
            card = model.generator.card
            mosaic = Mosaic(plan.rows, plan.columns, (card.height, card.width, card.channels))
            self._stamps = np.zeros(plan.rows * plan.columns, np.int64)
            self.view.show_mosaic(mosaic, labels)
        self._stamp += 1
        self._order(np.arange(len(self._stamps)))

    def say(self, what: str, hint: str) -> None:
        """Show words in place of tiles."""
        self.tiles.cancel()
        self.plan = None
        self.view.set_empty(what, hint)
        self.view.show_mosaic(None)

    def cancel(self) -> None:
        """Draw no more."""
        self.tiles.cancel()

    def close(self) -> None:
        """Draw no more, and wait until that has stopped."""
        self.tiles.close()

    def _order(self, wanted: NDArray[np.intp]) -> None:
        """Have some tiles drawn: the base first, then what is in sight, and there the oldest first.

        The oldest first, as orders follow each other during a drag and each is only begun: so the tiles
        take turns, and all of the sheet moves.
        """
        plan, model, mosaic = self.plan, self._model, self.view.mosaic
        assert plan is not None and model is not None and mosaic is not None
        shown, rows = self.view.visible_rows(), wanted // plan.columns
        hidden = (rows < shown.start) | (rows >= shown.stop)
        order = wanted[np.lexsort((self._stamps[wanted], hidden))]
        count, label = len(self._stamps), plan.base.label
        renderer = model.renderer

        def latents() -> NDArray[np.float32]:
            from explorer.core.traverse.plan import scenes_of

            return renderer.drawn_many([*scenes_of(plan), plan.base])

        first = np.concatenate([[count], order])
        place, under = _Place(mosaic, self._stamp), plan.base.conditions
        self.tiles.request(TileRequest(model.generator, latents, [label] * (count + 1), first, place, under))

    def _on_drawn(self, order: TileRequest, indices: NDArray[np.intp], pictures: NDArray[np.uint8]) -> None:
        place = order.place
        assert isinstance(place, _Place)
        mosaic = place.mosaic
        if mosaic is not self.view.mosaic:
            return
        is_base = indices == len(self._stamps)
        if is_base.any():
            mosaic.put_base(pictures[is_base][0])
            indices, pictures = indices[~is_base], pictures[~is_base]
        if len(indices):
            mosaic.put(indices, pictures)
            self._stamps[indices] = place.stamp
            self.view.tiles_changed(indices)
        self.arrived.emit()

    def _scene_for_drag(self, index: int) -> bytes:
        assert self.plan is not None
        return scene_to_json(self.plan.scene(*divmod(index, self.plan.columns))).encode()

    def _on_moved(self) -> None:
        """Draw what has come into sight before the rest."""
        if self.plan is None or self.view.mosaic is None or not self.is_busy:
            return
        left = np.flatnonzero(self._stamps < self._stamp)
        if len(left):
            self._order(left)
