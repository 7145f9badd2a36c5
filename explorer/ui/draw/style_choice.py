"""The style of the answer: a latent that a translator takes beside the drawing, moved by sliders, drawn, or seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.latents import fresh_seed, sample
from explorer.core.rendering.scene import Scene
from explorer.session.draw.answer_encodings import AnswerEncodings
from explorer.session.draw.board import DrawingBoard
from explorer.session.explore.scene_pictures import Picture
from explorer.session.photos.photo import FoundPhoto, Photos
from explorer.ui.explore.latent_row import ROW_PX
from explorer.ui.explore.latent_rows import LatentRows
from explorer.ui.explore.row_naming import Naming
from explorer.ui.photos.photo_intake import ask_photo
from explorer.ui.studio import Studio
from explorer.ui.widgets.parts import column_of, push_button, row_of, titled

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translator

_LEAST_ROWS = 5


class StyleChoice(QWidget):
    """The rows of the latent, and ways to other styles.

    Signals
    -------
    moved(z, gesture) : (d,) float32, int
    """

    moved = Signal(object, int)

    def __init__(self) -> None:
        super().__init__()
        self.other = push_button("New style", "Paint the same drawing in another style (Space)", image="sample")
        self.usual = push_button("Average", "Go back to the average style", image="reset")
        self.like = push_button("From a picture", "Take the style of a picture", image="picture")
        self.ways = QMenu(self.like)
        self.like.setMenu(self.ways)
        self.rows = LatentRows(naming=Naming(lockable=False))
        self.rows.setAccessibleName("Style")
        self.rows.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.rows.setMinimumHeight(_LEAST_ROWS * ROW_PX)
        column_of(titled("Style", self.rows), row_of(self.other, self.usual), self.like, (self.rows, 1), on=self)
        self.rows.moved.connect(lambda _dimension, _value, gesture: self.moved.emit(self.rows.z, gesture))
        self.rows.reset_one.connect(self._reset_one)
        self.hide()

    def _reset_one(self, dimension: int) -> None:
        z = self.rows.z.copy()
        z[dimension] = 0.0
        self.moved.emit(z, -1)


class StyleMoves(QObject):
    """Turns what is done to the style into steps of the board."""

    def __init__(self, board: DrawingBoard, choice: StyleChoice, studio: Studio, parent: QWidget) -> None:
        super().__init__(parent)
        self._board, self._choice, self._studio, self._parent = board, choice, studio, parent
        self.work, self.photos = AnswerEncodings(self), Photos(self)
        choice.moved.connect(lambda z, gesture: board.set_style(z, "Change the style", gesture=gesture))
        choice.other.clicked.connect(self.draw_other)
        choice.usual.clicked.connect(self._go_back)
        choice.ways.addAction("A photo …", self._ask)
        choice.ways.addAction("The picture in Explore", self._take_current)
        self.work.styled.connect(lambda z: board.set_style(z, "Take the style of a picture"))
        self.photos.read.connect(lambda found, _path: self._take_photo(found))
        for work in (self.work, self.photos):
            work.failed.connect(studio.notices.show_error)

    def show_translator(self, translator: Translator) -> None:
        """Offer styles where a translator has them, and those of pictures where an encoder lies beside it."""
        from explorer.core.inference.styles import has_style_reader

        self._choice.setVisible(translator.style_size > 0)
        self._choice.like.setVisible(has_style_reader(translator))

    def show_scene(self, scene: Scene) -> None:
        """Show where the style is."""
        if scene.z.size and scene.z is not self._choice.rows.z:
            self._choice.rows.show_latent(scene.z, "normal")

    def draw_other(self) -> None:
        """Go to a style that nobody has seen."""
        self._draw(fresh_seed())

    def draw_told(self, words: str) -> None:
        """Go to the style of a seed, for a lesson."""
        if not words.isascii() or not words.isdigit():
            raise Problem(f"{words or 'Nothing'} is not a seed.", "Write a whole number, such as: style 7")
        self._draw(int(words))

    def close(self) -> None:
        """Wait for what is being read and seen."""
        self.photos.close()
        self.work.close()

    def _draw(self, seed: int) -> None:
        size = self._board.style_size
        if size:
            self._board.set_style(sample(seed, size, "normal"), "New style", seed=seed)

    def _go_back(self) -> None:
        self._board.set_style(np.zeros(self._board.style_size, np.float32), "Go back to the average style")

    def _ask(self) -> None:
        chosen = ask_photo(self._parent, "Choose a picture for its style")
        if chosen is not None:
            self.photos.request(chosen)

    def _take_photo(self, found: FoundPhoto) -> None:
        self._take(found.photo.pixels)

    def _take_current(self) -> None:
        last = self._studio.pictures.shown_last
        if last is None:
            self._studio.notices.say("There is no picture in Explore.")
        else:
            self._take(last.picture)

    def _take(self, picture: Picture) -> None:
        translator = self._board.work.translator
        if translator is not None:
            self.work.see_style(translator, picture, self._studio.settings.device)
