"""What a direction does: rows of pictures, moved along it as far back as ahead, over its span."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.core.rendering.latents import Latent, step_along
from explorer.core.rendering.scene import Scene
from explorer.core.traverse.grid import value_name
from explorer.session.models.opening import OpenModel
from explorer.ui.tiles.mosaic import Mosaic
from explorer.ui.tiles.tile_layout import Labels
from explorer.ui.tiles.tile_strip import TileStrip
from explorer.ui.widgets.parts import column_of

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction

_COLUMNS = 7


@dataclass(frozen=True, eq=False)
class Start:
    """What a row departs from.

    Attributes
    ----------
    name : str
    z : (d,) float32
        As it is drawn.
    """

    name: str
    z: Latent


class PreviewStrip(TileStrip):
    """Draws the newest direction that it is shown, on every start; a click goes to a picture."""

    def __init__(self) -> None:
        super().__init__("What the direction does")
        self.view.tip = self._tip
        self.view.picked.connect(self._on_picked)
        self.view.set_empty("No direction yet")
        self._latents: NDArray[np.float32] | None = None
        self._starts: tuple[Start, ...] = ()
        self._base: Scene | None = None
        self._alphas: tuple[float, ...] = ()
        column_of(self.view, on=self, spacing=None)

    def show_direction(self, model: OpenModel, scene: Scene, starts: Sequence[Start], way: Direction) -> None:
        """Move every start along a direction of Z, drawn with the class of ``scene``."""
        card = model.generator.card
        self._alphas = tuple(float(alpha) for alpha in np.linspace(-way.span, way.span, _COLUMNS))
        steps = np.stack([step_along(way.vector, alpha, card.prior) for alpha in self._alphas])
        rows = [start.z + steps for start in starts]
        self._latents = latents = np.concatenate(rows).astype(np.float32)
        self._base, self._starts = scene, tuple(starts)
        shape = (card.height, card.width, card.channels)
        mosaic = self.view.mosaic
        if mosaic is None or mosaic.rows != len(starts) or mosaic.shape != shape:
            mosaic = Mosaic(len(starts), _COLUMNS, shape)
        names = tuple(start.name for start in starts) if len(starts) > 1 else ()
        self.view.show_mosaic(mosaic, Labels(names, tuple(value_name(alpha) for alpha in self._alphas)))
        self._draw(model, latents, [scene.label] * len(latents), mosaic, scene.conditions)

    def clear(self, title: str, hint: str = "") -> None:
        """Show nothing, and say why."""
        self.tiles.cancel()
        self._latents, self._starts = None, ()
        self.view.show_mosaic(None)
        self.view.set_empty(title, hint)

    def _on_picked(self, index: int) -> None:
        if self._latents is not None and self._base is not None:
            z = self._latents[index].copy()
            self.picked.emit(self._base.plainly_at(z))

    def _tip(self, index: int) -> str:
        row, column = divmod(index, _COLUMNS)
        if row >= len(self._starts):
            return ""
        return f"{self._starts[row].name}, moved by {value_name(self._alphas[column])} deviations. Click to go there."
