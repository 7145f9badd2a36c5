"""The Traverse panel: the latent space laid out, and walked through."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from explorer.core.scene import Scene
from explorer.ui.icons import icon
from explorer.ui.lines import line
from explorer.ui.panel import Panel
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.traverse.compare_view import CompareView
from explorer.ui.traverse.exporting import ExportMenu, ExportStrip
from explorer.ui.traverse.grid_view import GridView
from explorer.ui.traverse.interpolate_view import InterpolateView
from explorer.ui.traverse.map_view import MapView
from explorer.ui.traverse.plane_view import PlaneView
from explorer.ui.traverse.view import View
from explorer.ui.widgets.segments import Segments

VIEWS: tuple[type[View], ...] = (GridView, PlaneView, InterpolateView, CompareView, MapView)


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
            self._built[self._index] = view = VIEWS[self._index](self.studio)
            self._stack.addWidget(view)
            if isinstance(view, MapView):
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
        self.show_view(VIEWS.index(InterpolateView))
        assert isinstance(self.view, InterpolateView)
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
