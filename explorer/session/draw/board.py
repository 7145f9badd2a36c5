"""A board: a drawing under a hand, and what a translator makes of it while it is drawn."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.drawing.drawing import Drawing, Stroke
from explorer.core.drawing.rasterising import Raster
from explorer.session.document import Document
from explorer.session.settings import Device
from explorer.session.translate.translations import TranslationRequest, Translations

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translator

_OPEN_SIDE = 256  # where a translator takes any size


class Board(QObject):
    """Holds a drawing; each stroke that is done is a step of the document's history.

    Signals
    -------
    opened(translator)
    drawn(part) : (int, int, int, int)
        What changed of ``raster.board``: left, top, right, bottom.
    answered(translation)
    """

    opened = Signal(object)
    drawn = Signal(object)
    answered = Signal(object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.drawing = Drawing()
        self.raster = Raster(_OPEN_SIDE, _OPEN_SIDE)
        self.work = Translations(self)
        self.work.opened.connect(self._on_opened)
        self.work.shown.connect(lambda _task, translation: self.answered.emit(translation))

    def open(self, path: Path, device: Device) -> None:
        """Have the translator at ``path`` answer."""
        self.work.open(path, device)

    def sketch(self, stroke: Stroke) -> None:
        """Show a stroke as far as it has come."""
        self._show(self.drawing.adding(stroke))

    def take_back(self) -> None:
        """Show the drawing without the stroke that was under way."""
        self._show(self.drawing)

    def finish(self, stroke: Stroke) -> None:
        """Keep a stroke that is done."""
        self.begin_with("Draw", self.drawing.adding(stroke))

    def begin_with(self, what: str, drawing: Drawing) -> None:
        """Go to another drawing, undoably."""
        self._document.do(what, partial(self.put, drawing), partial(self.put, self.drawing))

    def put(self, drawing: Drawing) -> None:
        """Let this be the drawing."""
        self.drawing = drawing
        self._show(drawing)

    def close(self) -> None:
        """Stop, and let the translator go."""
        self.work.close()

    def _show(self, drawing: Drawing) -> None:
        part = self.raster.draw(drawing)
        if part is not None:
            self.drawn.emit(part)
            self.work.request(TranslationRequest(self.raster.picture()))

    def _on_opened(self, translator: Translator) -> None:
        side = translator.height or _OPEN_SIDE, translator.width or _OPEN_SIDE
        self.raster = Raster(*side, hard=bool(translator.card.legend))
        self.raster.draw(self.drawing)
        self.opened.emit(translator)
        self.drawn.emit((0, 0, *self.raster.board.shape[1::-1]))
        self.work.request(TranslationRequest(self.raster.picture()))
