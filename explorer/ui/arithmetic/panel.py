"""The Arithmetic panel: directions that mean something, and calculating with pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from explorer.ui.tabbed_panel import LazyView, TabbedPanel
from explorer.ui.view import View

VIEWS = (
    LazyView(
        "Directions",
        "What this model's directions do to a picture, and what else they change",
        "directions.directions_view",
        "DirectionsView",
    ),
    LazyView(
        "Find",
        "Find a new direction: from labelled pictures, samples that you mark, or what a classifier sees",
        "directions.find_view",
        "FindView",
    ),
    LazyView(
        "Board",
        "Add and subtract pictures: smiling woman − woman + man",
        "arithmetic.board_view",
        "BoardView",
    ),
    LazyView(
        "Your picture",
        "Bring a photo of your own into the latent space, and edit it there",
        "photos.photo_view",
        "PhotoView",
    ),
    LazyView(
        "Measure",
        "Measure whether each dimension stands for one factor: MIG, DCI, FactorVAE, SAP and modularity of models",
        "disentangle.disentangle_view",
        "DisentangleView",
    ),
)

_DIRECTIONS, _FIND, _PHOTO = 0, 1, 3


class ArithmeticPanel(TabbedPanel):
    """Finds directions, shows what they do, and calculates with latents."""

    title: ClassVar[str] = "Arithmetic"
    icon_name: ClassVar[str] = "arithmetic"
    choices = VIEWS

    def edit_photos(self, photos: Sequence[Path]) -> None:
        """Show photos of the user's own, to be found in the latent space and edited."""
        from explorer.ui.photos.photo_view import PhotoView

        self.show_view(_PHOTO)
        view = self.view
        assert isinstance(view, PhotoView)
        view.source.open(photos)

    def find_with(self, source: Path) -> None:
        """Find a direction with the labelled pictures of a source."""
        from explorer.ui.directions.find_view import FindView
        from explorer.ui.directions.method import PICTURES

        self.show_view(_FIND)
        view = self.view
        assert isinstance(view, FindView)
        view.show_way(PICTURES)
        view.pictures.choose(source)

    def add_view(self, view: View) -> None:
        """Let the view of the directions try them on the pictures that were encoded in Find."""
        directions, find = (self._built.get(index) for index in (_DIRECTIONS, _FIND))
        if directions is None or find is None or view not in (directions, find):
            return
        from explorer.ui.directions.directions_view import DirectionsView
        from explorer.ui.directions.find_view import FindView

        assert isinstance(directions, DirectionsView) and isinstance(find, FindView)
        find.pictures.encoded.connect(directions.offer_pictures)
        find.pictures.tell_encoded()
