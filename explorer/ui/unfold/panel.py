"""The Unfold panel: pictures that are made in steps, watched and steered, and how likely pictures are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from explorer.ui.exporting_panel import ExportingPanel
from explorer.ui.tabbed_panel import LazyView

if TYPE_CHECKING:
    from explorer.ui.unfold.likely_view import LikelyView
    from explorer.ui.unfold.unfold_view import UnfoldView

VIEWS = (
    LazyView(
        "Denoise",
        "How a diffusion model paints a picture from noise: step by step, with what it expects along the way",
        "unfold.denoise_view",
        "DenoiseView",
    ),
    LazyView(
        "Pixel by pixel",
        "How a picture fills from the first pixel to the last: each drawn from what came before",
        "unfold.pixel_view",
        "PixelView",
    ),
    LazyView(
        "How likely",
        "What a picture costs in bits under each model that can say: the fewer, the likelier",
        "unfold.likely_view",
        "LikelyView",
    ),
)

_DENOISE, _PIXELS, _LIKELY = range(len(VIEWS))


class UnfoldPanel(ExportingPanel):
    """What unfolds can be exported."""

    title: ClassVar[str] = "Unfold"
    icon_name: ClassVar[str] = "unfold"
    needs_model: ClassVar[bool] = False
    choices = VIEWS
    saved: ClassVar[Sequence[str]] = ("painting", "pixels", "bits")  # by the view
    export_tip: ClassVar[str] = "Save what is shown here"

    @property
    def view(self) -> UnfoldView:
        return cast("UnfoldView", super().view)

    def take_photo(self, photo: Path) -> None:
        """Go on with a photo as the open model can: find its noise, or its numbers, or ask how likely it is."""
        from explorer.core.sampling.sampler import unfolding_of

        model = self.studio.models.current
        order = "" if model is None else unfolding_of(model.generator)
        self.show_view({"diffusion": _DENOISE, "raster": _PIXELS}.get(order, _LIKELY))
        self.view.show_photo(photo)

    def sort(self, source: Path) -> None:
        """Ask which pictures of a source are the strangest."""
        self.show_view(_LIKELY)
        cast("LikelyView", self.view).sort(source)
