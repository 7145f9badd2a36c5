"""The Worlds panel: a world model is driven by keys, beside the world that it dreams of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, cast

from PySide6.QtWidgets import QWidget

from explorer.core.models.wrong_kind import WrongKind
from explorer.core.rendering.scene import Scene
from explorer.ui.exporting_panel import ExportingPanel
from explorer.ui.studio import Studio
from explorer.ui.tabbed_panel import LazyView
from explorer.ui.view import View
from explorer.ui.widgets.picture_view import PictureView
from explorer.ui.worlds.world_view import WorldView

VIEWS = (
    LazyView(
        "Drive",
        "Drive through a world and a model's dream of it: side by side, with the same keys",
        "worlds.drive_view",
        "DriveView",
    ),
    LazyView(
        "Forgetting",
        "How long a dream holds: its error step by step, beside that of a picture that stands still",
        "worlds.forgetting_view",
        "ForgettingView",
    ),
    LazyView(
        "Learning",
        "Watch a driver learn in the dream: generation by generation, and how it does in the world",
        "worlds.learning_view",
        "LearningView",
    ),
)
_CHOICE_TIP = "The model that dreams of a world"
_KINDS = "Dreams of world models (dream.onnx);;All files (*)"
_CHOSEN = "worlds/world"


class WorldsPanel(ExportingPanel):
    """Has one world model, which all its views work with.

    Attributes
    ----------
    world : Path or None
        The folder of the one that was chosen.
    """

    title: ClassVar[str] = "Worlds"
    icon_name: ClassVar[str] = "worlds"
    needs_model: ClassVar[bool] = False
    choices = VIEWS
    saved: ClassVar[Sequence[str]] = ("frame of the dream", "figures", "generations")  # by the view
    export_tip: ClassVar[str] = "Save what is shown here"

    def __init__(self, studio: Studio) -> None:
        from explorer.ui.widgets.model_choice import ModelChoice

        self.choice = ModelChoice(studio.catalog.worlds, "World model", _CHOICE_TIP, _KINDS)
        super().__init__(studio)
        self.world: Path | None = None
        self.choice.chosen.connect(self.open_world)

    @property
    def canvas(self) -> PictureView | None:
        view = self.view_in_sight
        return None if view is None else cast(WorldView, view).canvas_in_view()

    def corner(self) -> tuple[QWidget, ...]:
        return (self.choice, *super().corner())

    def add_view(self, view: View) -> None:
        """Follow which world is opened in it."""
        own = cast(WorldView, view)
        own.world_opened.connect(self._on_world)
        own.open_wanted.connect(self.choice.ask)

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        super().show_scene(before, after)
        if before is None:
            self._serve()

    def open_world(self, path: Path) -> None:
        """Work with the world model at ``path`` from now on."""
        cast(WorldView, self.view).open_world(path)

    def receive(self, found: WrongKind) -> None:
        """Drive through the world of a dream that was brought to the window."""
        self.show_view(0)
        self.open_world(found.path)

    def _serve(self) -> None:
        """Let the view in sight work with the world of the panel."""
        view = cast(WorldView, self.view)
        path = self.world or self._first()
        if path is None:
            self.choice.show_open(None)
        elif view.world_path != path:
            view.open_world(path)

    def _first(self) -> Path | None:
        """The world to begin with: the last one, else any."""
        at_hand = {str(entry.path): entry.path for entry in self.studio.catalog.worlds()}
        return at_hand.get(self.studio.settings.choice(_CHOSEN)) or next(iter(at_hand.values()), None)

    def _on_world(self, path: Path) -> None:
        self.world = path
        self.studio.settings.remember_choice(_CHOSEN, str(path))
        if not self.studio.catalog.is_bundled(path):
            self.studio.settings.remember_recent(path)
        self.choice.show_open(path)
        self.view_changed.emit()
