"""What is brought to the window and is for a panel: pictures, once it is said what for, translators and dreams."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from explorer.core.models.wrong_kind import WrongKind
from explorer.session.models.brought import Brought
from explorer.ui.arithmetic.panel import ArithmeticPanel
from explorer.ui.draw.panel import DrawPanel
from explorer.ui.panel import Panel
from explorer.ui.quiz.panel import QuizPanel
from explorer.ui.studio import Studio
from explorer.ui.train.panel import TrainPanel
from explorer.ui.unfold.panel import UnfoldPanel
from explorer.ui.window.workbench import Workbench
from explorer.ui.worlds.panel import WorldsPanel

if TYPE_CHECKING:
    from explorer.ui.window.pictures_page import PicturesPage

_P = TypeVar("_P", bound=Panel)


class Bringing(QObject):
    """Shows the page of the choice in a workbench, and leads from there into the panels.

    Attributes
    ----------
    page : PicturesPage or None
        Made when pictures are first brought.
    """

    def __init__(self, studio: Studio, workbench: Workbench, parent: QWidget) -> None:
        super().__init__(parent)
        self._studio, self._workbench = studio, workbench
        self._brought: Brought | None = None
        self.page: PicturesPage | None = None
        studio.intake.looking.connect(self._say_looking)
        studio.intake.pictures_brought.connect(self._offer)
        studio.intake.finished.connect(self._on_finished)
        studio.intake.translator_found.connect(self._open_translator)
        studio.intake.world_found.connect(lambda found: self._panel(WorldsPanel).receive(found))
        studio.models.drawing_found.connect(lambda found: self._panel(DrawPanel).take_drawing(found))
        studio.models.opened.connect(lambda _model, _request: self._renew())

    def close(self) -> None:
        """Wait for what is being read."""
        if self.page is not None:
            self.page.close_work()

    def _open_translator(self, found: WrongKind) -> None:
        self._panel(DrawPanel).receive(found)

    def _say_looking(self, title: str) -> None:
        self._shown_page().say_looking(title)

    def _offer(self, brought: Brought) -> None:
        from explorer.ui.window.picture_offers import picture_offers

        self._brought = brought
        self._shown_page().show_brought(brought, picture_offers(brought, self._studio.models.current))

    def _renew(self) -> None:
        """What can be done depends on the open model."""
        if self.page is not None and self.page.isVisible() and self._brought is not None:
            self._offer(self._brought)

    def _on_finished(self) -> None:
        if self._brought is None:  # there were no pictures in what was looked at
            self._workbench.show_offer(None)

    def _shown_page(self) -> PicturesPage:
        if self.page is None:
            from explorer.ui.window.pictures_page import PicturesPage

            self.page = PicturesPage()
            self.page.chosen.connect(self._choose)
            self.page.left.connect(self._leave)
        self._workbench.show_offer(self.page)
        return self.page

    def _leave(self) -> None:
        self._brought = None
        self._studio.intake.stop_looking()
        self._workbench.show_offer(None)
        self._workbench.panel.setFocus()

    def _choose(self, way: str) -> None:
        brought, self._brought = self._brought, None
        if brought is None:
            return
        if way == "edit":
            self._panel(ArithmeticPanel).edit_photos(brought.photos)
        elif way == "unfold" and len(brought.photos) == 1:
            self._panel(UnfoldPanel).take_photo(brought.photos[0])
        elif way == "draw" and len(brought.photos) == 1:
            self._panel(DrawPanel).take_photo(brought.photos[0])
        elif brought.source is None:
            return
        elif way == "draw":
            self._panel(DrawPanel).take_folder(brought.source)
        elif way == "unfold":
            self._panel(UnfoldPanel).sort(brought.source)
        elif way == "train":
            self._panel(TrainPanel).learn_from(brought.source, brought.table)
        elif way == "directions":
            self._panel(ArithmeticPanel).find_with(brought.source)
        else:
            self._panel(QuizPanel).ask_about(brought.source)

    def _panel(self, kind: type[_P]) -> _P:
        self._workbench.show_panel(self._workbench.kinds.index(kind))
        panel = self._workbench.panel
        assert isinstance(panel, kind)
        return panel
