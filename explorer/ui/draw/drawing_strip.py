"""The drawings that were kept for the translator in use; a click goes there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from explorer.core.rendering.scene import Scene
from explorer.session.draw.board import DrawingBoard
from explorer.ui.studio import Studio
from explorer.ui.window.strips import BookmarkStrip

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translator
    from explorer.core.rendering.renderer import Renderer, Rendering

_HEIGHT_PX = 112


@dataclass(frozen=True, eq=False)
class _Answers:
    """Draws scenes as a `Renderer` does."""

    translator: Translator

    def render(self, scene: Scene) -> Rendering:
        from explorer.core.rendering.drawn_scenes import answer_of

        return answer_of(self.translator, scene)


class DrawingStrip(BookmarkStrip):
    """Bookmarks of drawings; out of sight while there are none."""

    def __init__(self, studio: Studio, board: DrawingBoard) -> None:
        self._board = board
        super().__init__(studio)
        self.setFixedHeight(_HEIGHT_PX)
        self.hide()

    @property
    def model(self) -> str:
        translator = self._board.work.translator
        return "" if translator is None else translator.hash

    def draw_pictures(self, scenes: tuple[Scene, ...]) -> None:
        translator = self._board.work.translator
        if translator is not None:
            self._studio.thumbnails.request(cast("Renderer", _Answers(translator)), scenes)

    def go(self, scene: Scene) -> None:
        self._board.show(scene, "Go to a drawing")

    def show_model(self) -> None:
        super().show_model()
        self.setVisible(bool(self._shown))
