"""The Draw panel: a board whose answer follows the pen, and what the same model makes of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from explorer.core.models.wrong_kind import WrongKind
from explorer.session.models.open_model import FoundDrawing
from explorer.ui.own_model_panel import OwnModelPanel
from explorer.ui.studio import Studio
from explorer.ui.tabbed_panel import LazyView

if TYPE_CHECKING:
    from explorer.ui.draw.draw_view import DrawView
    from explorer.ui.translate.translate_view import TranslateView

VIEWS = (
    LazyView(
        "Draw",
        "Draw, and a model answers: lines become a portrait, parts become a picture",
        "draw.draw_view",
        "DrawView",
    ),
    LazyView(
        "Before and after",
        "What the model makes of your pictures: one at a time, or a folder of them",
        "translate.translate_view",
        "TranslateView",
    ),
)
_DRAW, _PHOTO = range(len(VIEWS))
_DRAWN = ("lines", "segments")  # what is given to models that are drawn for
_CHOICE_TIP = "The model that answers what you draw"
_KINDS = "Picture-to-picture models (*.onnx);;All files (*)"


class DrawPanel(OwnModelPanel):
    """Has one translator, which both views work with."""

    title: ClassVar[str] = "Draw"
    icon_name: ClassVar[str] = "draw"
    choices = VIEWS
    saved: ClassVar[Sequence[str]] = ("picture", "result")  # by the view
    kept_as: ClassVar[str] = "draw/translator"
    usual: ClassVar[str] = "lines-to-portrait"

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, studio.catalog.translators, "Translator", _CHOICE_TIP, _KINDS)

    def remember(self, path: Path) -> None:
        self.studio.settings.remember_translator(path)

    def receive(self, found: WrongKind) -> None:
        """Take a translator that was brought to the window into the view that suits what it takes."""
        is_drawn = bool(found.card.legend) or str(found.card.config.get("given", "")).startswith(_DRAWN)
        self.show_view(_DRAW if is_drawn else _PHOTO)
        self.open_own(found.path)

    def take_drawing(self, found: FoundDrawing) -> None:
        """Show a drawn scene, answered by the translator that it was drawn for, where that is at hand."""
        self.show_view(_DRAW)
        cast("DrawView", self.view).show_drawing(found.scene, found.translator)

    def take_photo(self, photo: Path) -> None:
        """Show what the translator makes of a photo."""
        self._pictures().source.open([photo])

    def take_folder(self, folder: Path) -> None:
        """Translate all pictures of a folder."""
        self._pictures().translate_folder(folder)

    def _pictures(self) -> TranslateView:
        self.show_view(_PHOTO)
        return cast("TranslateView", self.view)
