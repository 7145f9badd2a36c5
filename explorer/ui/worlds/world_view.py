"""What the views of a world model have in common: they work with the one that the panel has chosen."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import Signal

from explorer.core.problem import Problem
from explorer.ui.studio import Studio
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.view import View
from explorer.ui.widgets.picture_view import PictureView


class WorldView(View):
    """A view of one world model, which need not be the open model.

    Signals
    -------
    world_opened(path) : Path
        It works with another world model.
    open_wanted()
        The user wants to choose a file.
    """

    world_opened = Signal(object)
    open_wanted = Signal()
    shows_scene: ClassVar[bool] = False

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.world_path: Path | None = None

    @abstractmethod
    def open_world(self, path: Path) -> None:
        """Work with the world model in a folder, or beside its dream.onnx."""

    def canvas_in_view(self) -> PictureView | None:
        """The picture that the View menu acts upon."""
        return None

    def exports(self) -> tuple[Offer, ...]:
        """What can be saved of what is shown."""
        return ()

    def bundled_world(self, name: str) -> Path:
        """Where a world model lies that came with the program; raises `Problem` where there is none of that name."""
        paths = {entry.name: entry.path for entry in self.studio.catalog.worlds() if entry.bundled}
        if name not in paths:
            raise Problem(f"There is no world model called {name}.", f"Available: {', '.join(paths) or 'none'}.")
        return paths[name]
