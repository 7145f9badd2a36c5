"""The Traverse panel: the latent space laid out, and walked through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, cast

from PySide6.QtWidgets import QWidget

from explorer.core.rendering.scene import Scene
from explorer.ui.studio import Studio
from explorer.ui.tabbed_panel import LazyView, TabbedPanel
from explorer.ui.traverse.export_strip import ExportMenu, ExportStrip
from explorer.ui.view import Meaning, View
from explorer.ui.widgets.parts import push_button

if TYPE_CHECKING:
    from explorer.ui.traverse.traverse_view import TraverseView

VIEWS = (
    LazyView(
        "Grid",
        "What each number of the latent does: a row for each, a column for each value",
        "traverse.grid_view",
        "GridView",
    ),
    LazyView(
        "Plane",
        "Two changes at once, on a plane: drag a point between axes, or between pictures",
        "traverse.plane_view",
        "PlaneView",
    ),
    LazyView(
        "Interpolate",
        "A film from picture to picture: choose points, and play the path through them",
        "traverse.interpolate_view",
        "InterpolateView",
    ),
    LazyView(
        "Compare",
        "The same latent, drawn by two models: see where their pictures differ",
        "traverse.compare_view",
        "CompareView",
    ),
    LazyView(
        "Map",
        "Many pictures, similar ones together: wander among them, or draw a path",
        "traverse.map_view",
        "MapView",
    ),
)

_SAVED = ("grid", "plane", "film", "pictures of both models", "map")  # by the view


class TraversePanel(TabbedPanel):
    """What is laid out can be exported."""

    title: ClassVar[str] = "Traverse"
    icon_name: ClassVar[str] = "traverse"
    choices = VIEWS

    def __init__(self, studio: Studio) -> None:
        self.exporting = ExportStrip(studio)
        super().__init__(studio)
        self.column.addWidget(self.exporting)

    @property
    def view(self) -> TraverseView:
        return cast("TraverseView", super().view)

    def corner(self) -> tuple[QWidget, ...]:
        self.export = push_button(
            "Export", "Save what is laid out here: sheet, animation, frames or latents", image="export"
        )
        self.menu = ExportMenu(self.studio, lambda: self.view.exports(), self.exporting, self)
        self.export.setMenu(self.menu)
        return (self.export,)

    def meanings(self) -> Mapping[str, Meaning | None]:
        """The view's own, and saving what is laid out."""
        view = self.view_in_sight
        own = {} if view is None else view.meanings()
        return {"save": self._saving(_SAVED[self._index]), **own}

    def every_meaning(self) -> tuple[Mapping[str, Meaning | None], ...]:
        """Those of all views, as each saves something else."""
        return (*({"save": self._saving(what)} for what in _SAVED), *super().every_meaning())

    def _saving(self, what: str) -> Meaning:
        return Meaning(f"Save the {what} …", self.menu.save_first)

    def add_view(self, view: View) -> None:
        """Let a path that is drawn on the map be played."""
        cast("TraverseView", view).path_drawn.connect(self._interpolate)

    def close_work(self) -> None:
        """Stop the work of every view, and what is being exported."""
        super().close_work()
        self.exporting.exporter.close()

    def _interpolate(self, scenes: tuple[Scene, ...]) -> None:
        """Hand a path to the view that plays it."""
        self.show_view(self.views.index("Interpolate"))
        self.view.show_points(scenes)
