"""The picture of the scene beside something else that a view shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.ui.studio import Studio
from explorer.ui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Rendering


class ScenePicture(PictureView):
    """Follows the picture of the scene while it is in sight."""

    def __init__(self, studio: Studio, name: str) -> None:
        super().__init__()
        self._pictures = studio.pictures
        self.setAccessibleName(name)
        self._pictures.shown.connect(self._on_shown)

    def catch_up(self) -> None:
        """Show the picture that was drawn last, out of sight or not."""
        last = self._pictures.shown_last
        if last is not None:
            self.show_picture(last.picture)

    def _on_shown(self, rendering: Rendering) -> None:
        if self.isVisible():
            self.show_picture(rendering.whole)
