"""The Unfold panel: pictures that are made in steps, watched and steered, and how likely pictures are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from PySide6.QtWidgets import QWidget

from explorer.ui.studio import Studio
from explorer.ui.tabbed_panel import LazyView, TabbedPanel
from explorer.ui.traverse.export_strip import ExportMenu, ExportStrip
from explorer.ui.view import Meaning
from explorer.ui.widgets.parts import push_button

if TYPE_CHECKING:
    from explorer.ui.unfold.likely_view import LikelyView
    from explorer.ui.unfold.unfold_view import UnfoldView

VIEWS = (
    LazyView(
        "Denoise",
        "How a diffusion paints a picture of noise: step by step, with what it expects on the way",
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
_SAVED = ("painting", "pixels", "bits")  # by the view


class UnfoldPanel(TabbedPanel):
    """What unfolds can be exported."""

    title: ClassVar[str] = "Unfold"
    icon_name: ClassVar[str] = "unfold"
    needs_model: ClassVar[bool] = False
    choices = VIEWS

    def __init__(self, studio: Studio) -> None:
        self.exporting = ExportStrip(studio)
        super().__init__(studio)
        self.column.addWidget(self.exporting)

    @property
    def view(self) -> UnfoldView:
        return cast("UnfoldView", super().view)

    def corner(self) -> tuple[QWidget, ...]:
        self.export = push_button("Export", "Save what is shown here", image="export")
        self.menu = ExportMenu(self.studio, lambda: self.view.exports(), self.exporting, self)
        self.export.setMenu(self.menu)
        return (self.export,)

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

    def meanings(self) -> Mapping[str, Meaning | None]:
        """The view's own, and saving what is shown."""
        view = self.view_in_sight
        own = {} if view is None else view.meanings()
        return {"save": self._saving(_SAVED[self._index]), **own}

    def every_meaning(self) -> tuple[Mapping[str, Meaning | None], ...]:
        """Those of all views, as each saves something else."""
        return (*({"save": self._saving(what)} for what in _SAVED), *super().every_meaning())

    def _saving(self, what: str) -> Meaning:
        return Meaning(f"Save the {what} …", self.menu.save_first)

    def close_work(self) -> None:
        """Stop the work of every view, and what is being exported."""
        super().close_work()
        self.exporting.exporter.close()
