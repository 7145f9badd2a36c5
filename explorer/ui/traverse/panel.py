"""The Traverse panel: the latent space laid out, and walked through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from explorer.core.rendering.scene import Scene
from explorer.ui.exporting_panel import ExportingPanel
from explorer.ui.tabbed_panel import LazyView
from explorer.ui.view import View

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
        "Models at one latent, or with the same pictures: see where they differ",
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


class TraversePanel(ExportingPanel):
    """What is laid out can be exported."""

    title: ClassVar[str] = "Traverse"
    icon_name: ClassVar[str] = "traverse"
    choices = VIEWS
    saved: ClassVar[Sequence[str]] = ("grid", "plane", "film", "pictures of both models", "map")  # by the view
    export_tip: ClassVar[str] = "Save what is laid out here: sheet, animation, frames or latents"

    @property
    def view(self) -> TraverseView:
        return cast("TraverseView", super().view)

    def add_view(self, view: View) -> None:
        """Let a path that is drawn on the map be played."""
        cast("TraverseView", view).path_drawn.connect(self._interpolate)

    def _interpolate(self, scenes: tuple[Scene, ...]) -> None:
        """Hand a path to the view that plays it."""
        self.show_view(self.views.index("Interpolate"))
        self.view.show_points(scenes)
