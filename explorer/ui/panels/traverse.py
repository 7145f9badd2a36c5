"""The Traverse panel: the latent space laid out, and walked through."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from explorer.core.scene import Scene
from explorer.ui.icons import icon
from explorer.ui.lines import line
from explorer.ui.panel import Panel
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.traverse.exporting import ExportMenu, ExportStrip
from explorer.ui.widgets.segments import Segments

if TYPE_CHECKING:
    from explorer.ui.traverse.view import View


@dataclass(frozen=True)
class Choice:
    """A view before it is loaded: start-up would otherwise wait for five that nobody may look at.

    ``module`` lies in `explorer.ui.traverse` and holds the class ``name``.
    """

    title: str
    tip: str
    module: str
    name: str

    def built(self, studio: Studio) -> View:
        """The view itself."""
        view: View = getattr(import_module(f"explorer.ui.traverse.{self.module}"), self.name)(studio)
        return view


VIEWS = (
    Choice("Grid", "A row for each dimension, a column for each value", "grid_view", "GridView"),
    Choice(
        "Plane",
        "Two axes, or four pictures, and a point to drag between them",
        "plane_view",
        "PlaneView",
    ),
    Choice(
        "Interpolate", "A path through bookmarks and seeds, played", "interpolate_view", "InterpolateView"
    ),
    Choice("Compare", "The same latent, drawn by two models", "compare_view", "CompareView"),
    Choice(
        "Map",
        "Many samples, or pictures of your own, those that are alike near each other",
        "map_view",
        "MapView",
    ),
)


class TraversePanel(Panel):
    """A few views, of which one is shown; each is built when it is first looked at."""

    title: ClassVar[str] = "Traverse"
    icon_name: ClassVar[str] = "traverse"

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._built: dict[int, View] = {}
        self._index = 0
        self.segments = Segments([(view.title, view.tip) for view in VIEWS])
        self.segments.setAccessibleName("Views")
        self.segments.chosen.connect(self.show_view)
        self._stack = QStackedWidget()
        self.export = QPushButton(icon("export"), "Export")
        self.export.setToolTip("Save what is laid out here: sheet, animation, frames or latents")
        self.exporting = ExportStrip(studio)
        self.export.setMenu(ExportMenu(studio, lambda: self.view.exports(), self.exporting, self))
        self._lay_out()
        studio.models.opened.connect(lambda _model, _wish: self._on_opened())

    @property
    def view(self) -> View:
        """The view that is chosen."""
        if self._index not in self._built:
            self._built[self._index] = view = VIEWS[self._index].built(self.studio)
            self._stack.addWidget(view)
            view.path_drawn.connect(self._interpolate)
        return self._built[self._index]

    @property
    def views(self) -> tuple[str, ...]:
        return tuple(view.title for view in VIEWS)

    @property
    def is_busy(self) -> bool:
        return self._index in self._built and self.view.is_busy

    def show_view(self, index: int) -> None:
        """Bring one of `VIEWS` into sight."""
        if self._index in self._built:
            self.view.rest()
        self._index = index
        self.segments.show_index(index)
        if self.isVisible():
            self.refresh(None, self.studio.document.scene)

    def refresh(self, before: Scene | None, after: Scene) -> None:
        """Let the chosen view show ``after``."""
        if self.studio.models.current is None or after.model != self.studio.models.hash:
            return
        self._stack.setCurrentWidget(self.view)
        self.view.show_scene(before, after)

    def hideEvent(self, event: QHideEvent) -> None:
        """Draw nothing while nobody looks."""
        if self._index in self._built:
            self.view.rest()

    def close_work(self) -> None:
        """Stop the work of every view, and what is being exported."""
        for view in self._built.values():
            view.close_work()
        self.exporting.close_work()

    def _interpolate(self, scenes: tuple[Scene, ...]) -> None:
        """Hand a path that was drawn on the map to the view that plays it."""
        self.show_view(self.views.index("Interpolate"))
        self.view.show_points(scenes)

    def _on_opened(self) -> None:
        """Show it even if the scene is what it was: the model may have been opened on another device."""
        if self.isVisible():
            self.refresh(None, self.studio.document.scene)

    def _lay_out(self) -> None:
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT)
        row.addWidget(self.segments, 0, Qt.AlignmentFlag.AlignLeft)
        row.addStretch(1)
        row.addWidget(self.export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(line())
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.exporting)
