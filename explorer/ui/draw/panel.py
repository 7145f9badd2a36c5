"""The Draw panel: a board whose answer follows the pen, and what the same model makes of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from PySide6.QtWidgets import QWidget

from explorer.core.models.wrong_kind import WrongKind
from explorer.core.rendering.scene import Scene
from explorer.session.models.open_model import FoundDrawing
from explorer.ui.exporting_panel import ExportingPanel
from explorer.ui.studio import Studio
from explorer.ui.tabbed_panel import LazyView
from explorer.ui.view import View
from explorer.ui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from explorer.ui.draw.draw_view import DrawView
    from explorer.ui.translate.translate_view import TranslateView
    from explorer.ui.translate.translator_view import TranslatorView

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
_FIRST, _CHOSEN = "lines-to-portrait", "draw/translator"


class DrawPanel(ExportingPanel):
    """Has one translator, which both views work with.

    Attributes
    ----------
    translator : Path or None
        Where the one that was chosen lies.
    """

    title: ClassVar[str] = "Draw"
    icon_name: ClassVar[str] = "draw"
    needs_model: ClassVar[bool] = False
    choices = VIEWS
    saved: ClassVar[Sequence[str]] = ("picture", "result")  # by the view
    export_tip: ClassVar[str] = "Save what is shown here"

    def __init__(self, studio: Studio) -> None:
        from explorer.ui.widgets.model_choice import ModelChoice

        self.choice = ModelChoice(studio.catalog.translators, "Translator", _CHOICE_TIP, _KINDS)
        super().__init__(studio)
        self.translator: Path | None = None
        self.choice.chosen.connect(self.open_translator)

    @property
    def canvas(self) -> PictureView | None:
        view = self.view_in_sight
        return None if view is None else cast("TranslatorView", view).canvas_in_view()

    def corner(self) -> tuple[QWidget, ...]:
        return (self.choice, *super().corner())

    def add_view(self, view: View) -> None:
        """Follow what becomes of a translator that is opened in it."""
        own = cast("TranslatorView", view)
        own.translator_opened.connect(self._on_translator)
        own.open_wanted.connect(self.choice.ask)

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        super().show_scene(before, after)
        if before is None:
            self._serve()

    def open_translator(self, path: Path) -> None:
        """Work with the translator at ``path`` from now on."""
        cast("TranslatorView", self.view).open_translator(path)

    def receive(self, found: WrongKind) -> None:
        """Take a translator that was brought to the window into the view that suits what it takes."""
        is_drawn = bool(found.card.legend) or str(found.card.config.get("given", "")).startswith(_DRAWN)
        self.show_view(_DRAW if is_drawn else _PHOTO)
        self.open_translator(found.path)

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

    def _serve(self) -> None:
        """Let the view in sight work with the translator of the panel."""
        view = cast("TranslatorView", self.view)
        path = self.translator or self._first()
        if path is not None and view.translator_path != path:
            view.open_translator(path)
        elif path is None:
            self.choice.show_open(None)

    def _first(self) -> Path | None:
        """The translator to begin with: the last one, else the one that draws portraits, else any."""
        at_hand = {str(entry.path): entry for entry in self.studio.catalog.translators()}
        last = at_hand.get(self.studio.settings.choice(_CHOSEN))
        named = [entry for entry in at_hand.values() if entry.name == _FIRST]
        found = next(iter([*([last] if last else []), *named, *at_hand.values()]), None)
        return None if found is None else found.path

    def _on_translator(self, path: Path) -> None:
        self.translator = path
        self.studio.settings.remember_choice(_CHOSEN, str(path))
        if not self.studio.catalog.is_bundled(path):
            self.studio.settings.remember_translator(path)
        self.choice.show_open(path)
        self.view_changed.emit()  # what can be done with another translator may be other
