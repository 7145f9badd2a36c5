"""A view of a panel that has one translator: it opens what the panel is told to, and says so."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Signal

from explorer.ui.studio import Studio
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.view import View
from explorer.ui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translator


class TranslatorView(View):
    """Works with one translator at a time.

    Attributes
    ----------
    translator_path : Path or None
        Where it lies: a file, or a model's folder.

    Signals
    -------
    translator_opened(path) : Path
        Another translator answers.
    open_wanted()
        The user would like to choose one.
    """

    translator_opened = Signal(object)
    open_wanted = Signal()
    shows_scene: ClassVar[bool] = False

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.translator_path: Path | None = None

    @abstractmethod
    def canvas_in_view(self) -> PictureView:
        """What shows the picture that one looks at."""

    @abstractmethod
    def open_translator(self, path: Path) -> None:
        """Work with the translator at ``path`` from now on."""

    def keep_given(self, translator: Translator | None, given: str) -> None:
        """Remember that this is what a translator takes, and open it so."""
        from explorer.core.models.interpretations import GIVEN, Interpretations

        if translator is not None:
            with self.studio.notices.catching():
                Interpretations().keep(translator.hash, {**Interpretations().of(translator.hash), GIVEN: given})
                self.open_again()

    @abstractmethod
    def open_again(self) -> None:
        """Open the same translator as it is understood now."""

    @abstractmethod
    def exports(self) -> tuple[Offer, ...]:
        """What can be saved of what is shown."""
