"""Draw: a board, and beside it what a translator makes of what is drawn, stroke by stroke."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QStackedWidget, QWidget

from explorer.core.drawing.drawing import Drawing
from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json
from explorer.session.draw.board import DrawingBoard
from explorer.session.explore.scene_pictures import Picture, ScenePictures
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.photos.photo import FoundPhoto
from explorer.ui.draw.board_canvas import BoardCanvas
from explorer.ui.draw.board_kind import BoardKind, kind_of_board
from explorer.ui.draw.draw_controls import DrawControls
from explorer.ui.draw.drawing_lessons import drawing_of
from explorer.ui.draw.drawing_offers import copy_answer, drawing_offers, save_answer
from explorer.ui.draw.drawing_strip import DrawingStrip
from explorer.ui.draw.drawing_tools import DrawingTools
from explorer.ui.draw.style_choice import StyleMoves
from explorer.ui.draw.taking_along import TakingAlong
from explorer.ui.explore.tool_bar import ToolBar
from explorer.ui.photos.photo_intake import photos_among
from explorer.ui.photos.photo_source import PhotoSource
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.translate.translator_view import TranslatorView
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.view import Meaning, beside
from explorer.ui.widgets.canvas import Canvas
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.parts import STRETCH, column_of, line, named, pages_of, push_button, row_of, text_label
from explorer.ui.window.clipboard import copy_scene

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translator
    from explorer.core.rendering.renderer import Rendering

_TAKE_TIP = "Find the answer in the latent space of a generator with an encoder, and carry on there"
_OPEN_TIP = "Choose a picture-to-picture model"
_NOTHING = "Choose a picture-to-picture model above, such as a pix2pix; drop one here, or train one."
_BEGIN = "Start a drawing"
_LARGE = 3_000_000  # numbers of a picture that is read in a worker


class DrawView(TranslatorView):
    """The board at the left, the answer at the right, as large."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.board = DrawingBoard(studio.document, self)
        self.canvas, self.answer = named(BoardCanvas(), "Board"), named(Canvas(), "Answer")
        self.bar = ToolBar(self.canvas)
        self.tools = DrawingTools(self.bar, studio.settings, self)
        self.controls = DrawControls()
        self.styles = StyleMoves(self.board, self.controls.styles, studio, self)
        self.taking = TakingAlong(studio, self)
        self.grounds = JobRunner(self, name="grounds")
        self.source = PhotoSource(studio.notices, self)
        self.strip = DrawingStrip(studio, self.board)
        self.kind: BoardKind = kind_of_board("", ())
        self._awaited: Scene | None = None  # which is shown with the translator that is being opened
        self._left: Scene | None = None  # the same, of a step of the history
        self._paths: dict[str, Path] = {}  # of the translators that were open, by their hash
        self._drawings = studio.last_visit.drawings  # the last of each language, for when it is spoken again
        self._is_begun = False  # whether there was a translator before
        beside(self.controls, self._stage(), self)
        self._connect()

    def canvas_in_view(self) -> BoardCanvas:
        return self.canvas

    @property
    def is_busy(self) -> bool:
        return any(work.is_busy for work in (self.board.work, self.source, self.taking.work, self.grounds))

    @property
    def scene_in_view(self) -> Scene:
        return self.board.scene

    @property
    def rendering_in_view(self) -> Rendering | None:
        return self.board.shown_last

    @property
    def pictures_in_view(self) -> ScenePictures | None:
        return cast(ScenePictures, self.board)  # which tells of its answers in the same way

    def meanings(self) -> Mapping[str, Meaning | None]:
        there = self.board.style_size > 0
        return {
            "save": Meaning("Save the picture …", self._save),
            "copy_scene": Meaning("Copy the drawing", lambda: copy_scene(self.board.scene)),
            "copy_picture": Meaning("Copy the answer", partial(copy_answer, self.board)),
            "bookmark": Meaning("Keep the drawing", lambda: self.strip.add(self.board.scene)),
            "reset": Meaning("Clear the board", self.clear),
            "sample": Meaning("New style", self.styles.draw_other) if there else None,
        }

    def exports(self) -> tuple[Offer, ...]:
        return drawing_offers(self.board, self._save)

    def lesson_actions(self) -> Mapping[str, Callable[[str], object]]:
        return {"translator": self._open_named, "draw": self._draw_told, "style": self.styles.draw_told}

    def open_own(self, path: Path) -> None:
        """Have the translator at ``path`` answer."""
        self._opening = path
        self.board.open(path, self.studio.settings.device, trusted=self.studio.catalog.is_bundled(path))

    def open_again(self) -> None:
        if self.own_path is not None:
            self.open_own(self.own_path)

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Offer the picture of the other panels, where there is one."""
        self.controls.offer_current(self.studio.pictures.shown_last is not None)

    def show_drawing(self, scene: Scene, translator: Path | None = None) -> None:
        """Go to a drawn scene, once ``translator`` is open where that is another one."""
        if translator is not None and translator != self.own_path:
            self._awaited = scene
            self.open_own(translator)
        else:
            self.board.show(scene, "Go to a drawing")

    def paste(self) -> bool:
        return self.source.paste()

    def clear(self) -> None:
        """Begin with an empty board."""
        self.board.begin_with(self.kind.blank, "Clear the board")

    def begin_with_face(self) -> None:
        """Begin with a face in a few strokes."""
        self.board.begin_with(self.kind.started, _BEGIN)

    def begin_with(self, picture: Picture) -> None:
        """Begin with what the model takes of a picture, (height, width, 1 or 3) uint8: its lines, or what it lacks."""
        if self.own_path is not None:
            self._lay(picture, lambda ground: self.board.begin_with(ground, _BEGIN))

    def rest(self) -> None:
        self.taking.work.cancel()

    def close_work(self) -> None:
        for work in (self.source, self.grounds, self.taking, self.styles, self.board):
            work.close()

    def _stage(self) -> QStackedWidget:
        self._words, self._facts = ElidedLabel(), text_label()
        self._words.setProperty("role", "muted")
        self.take = push_button("Open in Explore", _TAKE_TIP, image="explore", primary=True)
        self.take.setEnabled(False)
        stage, below = QWidget(), QWidget()
        row_of(self._words, STRETCH, self._facts, self.take, on=below, margins=(UNIT, UNIT // 2))
        for canvas in (self.canvas, self.answer):
            canvas.margin_px = UNIT
            canvas.set_smooth(self.studio.settings.smooth)
        pair = row_of((self.canvas, 1), line(upright=True), (self.answer, 1), spacing=0)
        column_of(self.bar, line(), (pair, 1), line(), below, self.strip, on=stage, spacing=0)
        self.trims += [self.bar, below, self.strip]
        self.open = push_button("Open a translator …", _OPEN_TIP, image="open", primary=True)
        self._pages = pages_of(
            EmptyState("draw", "Which model should answer your drawing?", _NOTHING, [self.open]), stage
        )
        return self._pages

    def _connect(self) -> None:
        board, controls = self.board, self.controls
        for tool in self.tools.tools.values():
            tool.drawn.connect(board.sketch)
            tool.finished.connect(board.finish)
            tool.dropped.connect(board.take_back)
        board.opened.connect(self._on_opened)
        board.left.connect(self._on_left)
        board.drawn.connect(lambda part: self.canvas.show_part(board.raster.board, part))
        board.shown.connect(self._on_shown)
        board.changed.connect(self._show_board)
        board.work.failed.connect(self.studio.notices.show_error)
        self.bar.changed.connect(self._show_words)
        self.tools.colour_changed.connect(controls.colours.show_colour)
        controls.colours.chosen.connect(self.tools.set_colour)
        self.open.clicked.connect(self.open_wanted)
        controls.given.said.connect(lambda given: self.keep_given(board.work.translator, given))
        controls.example.clicked.connect(self.begin_with_face)
        controls.clear.clicked.connect(self.clear)
        controls.photo.clicked.connect(self.source.ask)
        controls.current.clicked.connect(self._trace_current)
        self.source.taken.connect(self._on_photo)
        self.take.clicked.connect(self._take_along)
        self.taking.taken.connect(self.explore_wanted)
        for work in (self.taking.work, self.grounds):
            work.began.connect(controls.working.show_work)
            work.ended.connect(controls.working.hide)
            controls.working.cancel.clicked.connect(work.cancel)
        self.grounds.failed.connect(self.studio.notices.show_error)
        self._connect_drops()

    def _connect_drops(self) -> None:
        for canvas in (self.canvas, self.answer):
            canvas.dropped.connect(self._on_dropped)
            canvas.scene_dropped.connect(self._on_scene_dropped)
        self.answer.png_for_drag = lambda: b"" if self.board.shown_last is None else _png_of(self.board.shown_last)
        self.answer.scene_for_drag = lambda: scene_to_json(self.board.scene).encode()

    def _on_opened(self, translator: Translator) -> None:
        self.grounds.cancel()  # which was to be for the model before
        self.own_path = self._paths[translator.hash] = self._opening
        before, self.kind = self.kind, kind_of_board(translator.given, translator.card.legend)
        self.controls.show_kind(self.kind, _facts(translator))
        self.controls.given.show_translator(translator)
        self.tools.show_kind(self.kind)
        self.styles.show_translator(translator)
        self.canvas.say_empty(self.kind.empty, self.kind.hint)
        self._pages.setCurrentIndex(1)
        awaited, self._awaited = self._awaited, None
        left, self._left = self._left, None
        is_first, self._is_begun = not self._is_begun, True
        if left is not None:
            self.board.restore(left)
        elif awaited is not None:
            self.board.show(awaited, "Go to a drawing")
        elif self.kind.language != before.language or is_first:
            self._start()
        self.strip.show_model()
        self.own_opened.emit(self.own_path)

    def _start(self) -> None:
        """Put a drawing that the model understands on the board, so that its answer is not blank."""
        last, kept = self.studio.pictures.shown_last, self._drawings.get(self.kind.language)
        if kept is not None and not kept.is_empty:
            self.board.start(kept)
        elif not self.kind.is_of_pictures:
            self.board.start(self.kind.started)
        elif last is not None:
            self._lay(last.picture, self.board.start)
        else:
            self.board.start(self.kind.blank)

    def _lay(self, picture: Picture, then: Callable[[Drawing], object]) -> None:
        """Work out what the model takes of a picture, with nothing drawn upon it yet, and go on with that."""
        height, width = self.board.raster.picture().shape[:2]
        work = partial(_ground, picture, self.kind.given, height, width)
        is_quick = picture.size < _LARGE
        self.grounds.begin(work, then, words="Reading the picture", is_quick=is_quick)

    def _show_board(self) -> None:
        if self._is_begun:
            self._drawings[self.kind.language] = self.board.drawing
        self.canvas.show_emptiness(self.board.drawing.is_empty)
        self.styles.show_scene(self.board.scene)

    def _on_shown(self, rendering: Rendering) -> None:
        drawing = rendering.scene.drawing
        is_empty = drawing is None or drawing.is_empty
        self.take.setEnabled(not is_empty)
        if is_empty:  # what a network makes of nothing is no answer to anything
            self.answer.set_empty("Nothing drawn yet", "Draw on the left, and the answer appears here.")
            self.answer.clear()
            self._facts.setText("")
            return
        self.answer.show_picture(rendering.picture)
        height, width = rendering.picture.shape[:2]
        self._facts.setText(f"{width} × {height} in {rendering.took_ms:.1f} ms")

    def _show_words(self) -> None:
        self._words.show_words(self.tools.chosen.words)

    def _save(self) -> None:
        save_answer(self.studio, self.board, self)

    def _take_along(self) -> None:
        translator = self.board.work.translator
        if self.board.shown_last is not None and translator is not None:
            self.taking.take(self.board.shown_last.picture, translator.card)

    def _trace_current(self) -> None:
        last = self.studio.pictures.shown_last
        if last is not None:
            self.begin_with(last.picture)

    def _on_photo(self, found: FoundPhoto, _path: Path | None) -> None:
        if found.scene is not None and found.scene.drawing is not None:
            self._go_to(found.scene)
        else:
            self.begin_with(found.photo.pixels)

    def _on_dropped(self, names: list[str]) -> None:
        """Begin with a photo, or its drawing where it has one; anything else is opened as elsewhere."""
        paths = [Path(name) for name in names]
        photos = photos_among(paths)
        if photos:
            self.source.open(photos[:1])
        else:
            self.studio.intake.take(paths)

    def _on_left(self, scene: Scene) -> None:
        """Go back to the translator that a scene of the history was drawn for."""
        path = self._paths.get(scene.model)
        if path is None:
            self.board.restore(scene)
        else:
            self._left = scene
            self.open_own(path)

    def _on_scene_dropped(self, text: str) -> None:
        with self.studio.notices.catching():
            scene = scene_from_json(text)
            if scene.drawing is None:
                raise Problem("There is no drawing in this picture.", "Drop it as a file to start from its lines.")
            self._go_to(scene)

    def _go_to(self, scene: Scene) -> None:
        """Show a drawn scene, with the translator that it was drawn for where that is found."""
        if scene.model == self.board.scene.model:
            self.show_drawing(scene)
        else:
            self.studio.models.show(scene, self.studio.settings.device)

    def _open_named(self, name: str) -> None:
        """Open a translator that came with the program, for a lesson."""
        paths = {entry.name: entry.path for entry in self.studio.catalog.translators() if entry.bundled}
        if name not in paths:
            raise Problem(f"There is no translator called {name}.", f"Available: {', '.join(paths) or 'none'}.")
        if self.own_path != paths[name]:
            self.open_own(paths[name])

    def _draw_told(self, words: str) -> None:
        self.board.begin_with(drawing_of(words, self.kind, self.board.drawing), _BEGIN)


def _ground(picture: Picture, given: str, height: int, width: int, _report: Report, _cancelled: Cancelled) -> Drawing:
    """Nothing drawn upon what the model takes of a picture."""
    from explorer.core.drawing.given_pictures import ground_of

    return Drawing(ground=ground_of(picture, given, height, width))


def _facts(translator: Translator) -> str:
    why = f" This is a guess: {translator.given_why}." if translator.given_why else ""
    learned = f" It learned from {translator.card.data}." if translator.card.data else ""
    return f"It takes {translator.card.takes or 'a picture'}.{why}{learned}"


def _png_of(shown: Rendering) -> bytes:
    from explorer.core.rendering.picture_files import png_bytes

    return png_bytes(shown.picture, shown.scene)
