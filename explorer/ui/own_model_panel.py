"""A panel with one model of its own, a translator or a world, which all its views work with beside the open model."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from explorer.core.rendering.scene import Scene
from explorer.session.models.catalog import CatalogEntry
from explorer.ui.exporting_panel import ExportingPanel
from explorer.ui.studio import Studio
from explorer.ui.view import View
from explorer.ui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from explorer.ui.traverse.export_strip import Offer


class OwnModelView(View):
    """A view of the panel's model.

    Attributes
    ----------
    own_path : Path or None
        Where it lies: a file, or a model's folder.

    Signals
    -------
    own_opened(path) : Path
        It works with another model.
    open_wanted()
        The user wants to choose a file.
    """

    own_opened = Signal(object)
    open_wanted = Signal()
    shows_scene: ClassVar[bool] = False

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.own_path: Path | None = None

    @abstractmethod
    def open_own(self, path: Path) -> None:
        """Work with the model at ``path`` from now on."""

    @abstractmethod
    def canvas_in_view(self) -> PictureView:
        """What shows the picture that one looks at."""

    @abstractmethod
    def exports(self) -> tuple[Offer, ...]:
        """What can be saved of what is shown."""


class OwnModelPanel(ExportingPanel):
    """Has one model, which all its views work with.

    Parameters
    ----------
    at_hand, *words
        As for `ModelChoice`.

    Attributes
    ----------
    own_path : Path or None
        Where the one that was chosen lies.
    kept_as : str
        Of the subclass: the choice as which it is remembered.
    usual : str
        The name of the model to begin with where none was chosen yet; any where it is not at hand.
    """

    needs_model: ClassVar[bool] = False
    export_tip: ClassVar[str] = "Save what is shown here"
    kept_as: ClassVar[str]
    usual: ClassVar[str] = ""

    def __init__(self, studio: Studio, at_hand: Callable[[], Sequence[CatalogEntry]], *words: str) -> None:
        from explorer.ui.widgets.model_choice import ModelChoice

        self.choice, self._at_hand = ModelChoice(at_hand, *words), at_hand
        super().__init__(studio)
        self.own_path: Path | None = None
        self.choice.chosen.connect(self.open_own)

    @abstractmethod
    def remember(self, path: Path) -> None:
        """Remember a model that did not come with the program."""

    @property
    def canvas(self) -> PictureView | None:
        view = self.view_in_sight
        return None if view is None else cast(OwnModelView, view).canvas_in_view()

    def corner(self) -> tuple[QWidget, ...]:
        return (self.choice, *super().corner())

    def add_view(self, view: View) -> None:
        """Follow what becomes of a model that is opened in it."""
        own = cast(OwnModelView, view)
        own.own_opened.connect(self._on_own)
        own.open_wanted.connect(self.choice.ask)

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        super().show_scene(before, after)
        if before is None:
            self._serve()

    def open_own(self, path: Path) -> None:
        """Work with the model at ``path`` from now on."""
        cast(OwnModelView, self.view).open_own(path)

    def _serve(self) -> None:
        """Let the view in sight work with the model of the panel."""
        view = cast(OwnModelView, self.view)
        path = self.own_path or self._first()
        if path is None:
            self.choice.show_open(None)
        elif view.own_path != path:
            view.open_own(path)

    def _first(self) -> Path | None:
        """The model to begin with: the last one, else the usual one, else any."""
        entries = sorted(self._at_hand(), key=lambda entry: entry.name != self.usual)
        paths = {str(entry.path): entry.path for entry in entries}
        return paths.get(self.studio.settings.choice(self.kept_as)) or next(iter(paths.values()), None)

    def _on_own(self, path: Path) -> None:
        self.own_path = path
        self.studio.settings.remember_choice(self.kept_as, str(path))
        if not self.studio.catalog.is_bundled(path):
            self.remember(path)
        self.choice.show_open(path)
        self.view_changed.emit()  # what can be done with another may be other
