"""What a direction does: rows of pictures, moved along it from three deviations back to three ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.rendering.latents import Latent, step_along
from explorer.core.rendering.scene import Scene
from explorer.session.models.opening import OpenModel
from explorer.ui.tiles.mosaic import Mosaic
from explorer.ui.tiles.tile_layout import Labels
from explorer.ui.tiles.tile_strip import TileStrip
from explorer.ui.widgets.parts import column_of

ALPHAS = (-3, -2, -1, 0, 1, 2, 3)


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
        column_of(self.view, on=self, spacing=None)

    def show_direction(self, model: OpenModel, scene: Scene, starts: Sequence[Start], way: Latent) -> None:
        """Move every start along ``way``, drawn with the class of ``scene``."""
        card = model.generator.card
        steps = np.stack([step_along(way, alpha, card.distribution) for alpha in ALPHAS])
        rows = [start.z + steps for start in starts]
        self._latents = latents = np.concatenate(rows).astype(np.float32)
        self._base, self._starts = scene, tuple(starts)
        shape = (card.height, card.width, card.channels)
        mosaic = self.view.mosaic
        if mosaic is None or mosaic.rows != len(starts) or mosaic.shape != shape:
            mosaic = Mosaic(len(starts), len(ALPHAS), shape)
        names = tuple(start.name for start in starts) if len(starts) > 1 else ()
        self.view.show_mosaic(mosaic, Labels(names, tuple(_signed(alpha) for alpha in ALPHAS)))
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
        row, column = divmod(index, len(ALPHAS))
        if row >= len(self._starts):
            return ""
        return f"{self._starts[row].name}, moved by {_signed(ALPHAS[column])} deviations. Click to go there."


def _signed(alpha: int) -> str:
    return f"+{alpha}" if alpha > 0 else str(alpha).replace("-", "−")
