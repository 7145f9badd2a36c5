"""A view of the Traverse panel: one way to lay the latent space out."""

from __future__ import annotations

from PySide6.QtCore import Signal

from explorer.core.rendering.scene import Scene
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.view import ModelView


class TraverseView(ModelView):
    """A view of which something can be saved.

    Signals
    -------
    path_drawn(scenes) : tuple of Scene
        The user drew a path through these, to be played.
    """

    path_drawn = Signal(object)

    def show_points(self, scenes: tuple[Scene, ...]) -> None:
        """Take these as the points of a path; for the view that has one."""

    def exports(self) -> tuple[Offer, ...]:
        """What can be saved of what is shown."""
        return ()
