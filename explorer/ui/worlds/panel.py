"""The Worlds panel: a world model is driven by keys, beside the world that it dreams of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from explorer.core.models.wrong_kind import WrongKind
from explorer.ui.own_model_panel import OwnModelPanel
from explorer.ui.studio import Studio
from explorer.ui.tabbed_panel import LazyView

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


class WorldsPanel(OwnModelPanel):
    """Has one world model, which all its views work with."""

    title: ClassVar[str] = "Worlds"
    icon_name: ClassVar[str] = "worlds"
    choices = VIEWS
    saved: ClassVar[Sequence[str]] = ("frame of the dream", "figures", "generations")  # by the view
    kept_as: ClassVar[str] = "worlds/world"

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, studio.catalog.worlds, "World model", _CHOICE_TIP, _KINDS)

    def remember(self, path: Path) -> None:
        self.studio.settings.remember_recent(path)

    def receive(self, found: WrongKind) -> None:
        """Drive through the world of a dream that was brought to the window."""
        self.show_view(0)
        self.open_own(found.path)
