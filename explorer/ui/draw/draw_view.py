"""Draw: a board, and beside it what a translator makes of what is drawn, stroke by stroke."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from explorer.core.drawing.drawing import Drawing, Stroke
from explorer.core.drawing.started import started_lines, started_segments
from explorer.core.rendering.scene import Scene
from explorer.session.draw.board import Board
from explorer.ui.draw.board_canvas import BoardCanvas
from explorer.ui.draw.board_kind import BoardKind, given_of, kind_of_board
from explorer.ui.draw.draw_controls import DrawControls
from explorer.ui.draw.drawing_tools import DrawingTools
from explorer.ui.explore.tool_bar import ToolBar
from explorer.ui.photos.photo_source import PhotoSource
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.view import View, beside
from explorer.ui.widgets.canvas import Canvas
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.parts import STRETCH, column_of, line, named, pages_of, push_button, row_of, text_label

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translation, Translator

_BEGIN = "Begin a drawing"


class DrawView(View):
    """The board at the left, the answer at the right, as large.

    Signals
    -------
    translator_opened(path) : Path
        Another translator answers.
    """

    translator_opened = Signal(object)
    shows_scene = False

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.board = Board(studio.document, self)
        self.canvas, self.answer = named(BoardCanvas(), "Board"), named(Canvas(), "Answer")
        self.bar = ToolBar(self.canvas)
        self.tools = DrawingTools(self.bar, studio.settings, self)
        self.controls = DrawControls()
        self.source = PhotoSource(studio.notices, self)
        self.kind: BoardKind = kind_of_board("", ())
        self.translator_path: Path | None = None
        self._is_started = False
        beside(self.controls, self._stage(), self)
        self._connect()

    @property
    def is_busy(self) -> bool:
        return self.board.work.is_busy

    def open_translator(self, path: Path) -> None:
        """Have the translator at ``path`` answer."""
        self.translator_path = path
        self.board.open(path, self.studio.settings.device)

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Offer the picture of the other panels, where there is one."""
        self.controls.offer_current(self.studio.pictures.shown_last is not None)

    def _stage(self) -> QStackedWidget:
        self._words, self._facts = ElidedLabel(), text_label()
        self._words.setProperty("role", "muted")
        self.take = push_button(
            "Take it to Explore", "Find the answer in the latent space of a generator, and go on there", image="explore"
        )
        stage, below = QWidget(), QWidget()
        row_of(self._words, STRETCH, self._facts, self.take, on=below, margins=(UNIT, UNIT // 2))
        pair = row_of((self.canvas, 1), line(upright=True), (self.answer, 1), spacing=0)
        column_of(self.bar, line(), (pair, 1), line(), below, on=stage, spacing=0)
        self.trims += [self.bar, below]
        hint = "Choose one above, or drop a model from picture to picture here, such as one of pix2pix."
        self._nothing = EmptyState("draw", "No translator is open", hint, [])
        self._pages = pages_of(self._nothing, stage)
        return self._pages

    def _connect(self) -> None:
        board = self.board
        for tool in self.tools.tools.values():
            tool.drawn.connect(board.sketch)
            tool.finished.connect(self._finish)
            tool.dropped.connect(board.take_back)
        board.opened.connect(self._on_opened)
        board.drawn.connect(lambda part: self.canvas.show_part(board.raster.board, part))
        board.answered.connect(self._on_answered)
        self.bar.changed.connect(self._show_words)
        self.tools.colour_changed.connect(self.controls.colours.show_colour)
        self.controls.colours.chosen.connect(self.tools.set_colour)
        self.controls.example.clicked.connect(self.begin_with_face)
        self.controls.clear.clicked.connect(self.clear)

    def clear(self) -> None:
        """Begin with an empty board."""
        self._begin(self._blank())

    def begin_with_face(self) -> None:
        """Begin with a face in a few strokes."""
        self._begin(self._face())

    def _begin(self, drawing: Drawing) -> None:
        self.board.begin_with(_BEGIN, drawing)

    def _finish(self, stroke: Stroke) -> None:
        self.board.finish(stroke)

    def _blank(self) -> Drawing:
        legend = self.kind.colours if self.kind.are_named else ()
        return Drawing(paper=legend[0][1]) if legend else Drawing()

    def _face(self) -> Drawing:
        if self.kind.are_named:
            return started_segments(self.kind.colours)
        return started_lines(has_dabs="dab" in self.kind.tools)

    def _on_opened(self, translator: Translator) -> None:
        assert self.translator_path is not None
        self.kind = kind_of_board(given_of(translator.card), translator.card.legend)
        self.tools.show_kind(self.kind)
        self.controls.show_kind(
            self.kind, translator.card.takes, is_guessed=False, card=translator.card, has_encoder=False
        )
        self._pages.setCurrentIndex(1)
        if not self._is_started:
            self._is_started = True
            self.board.put(self._face())
        self.translator_opened.emit(self.translator_path)

    def _on_answered(self, translation: Translation) -> None:
        self.answer.show_picture(translation.after)
        height, width = translation.after.shape[:2]
        self._facts.setText(f"{width} × {height} in {translation.took_ms:.1f} ms")

    def _show_words(self) -> None:
        self._words.show_words(self.tools.chosen.words)

    def exports(self) -> tuple[Offer, ...]:
        return ()

    def close_work(self) -> None:
        self.board.close()
        self.source.close()

    def lesson_actions(self) -> Mapping[str, Callable[[str], object]]:
        return {}
