"""The column beside the board: what to draw in, what to begin with, and the style of the answer."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.models.card import ModelCard
from explorer.core.rendering.latents import Latent
from explorer.ui.draw.board_kind import BoardKind
from explorer.ui.draw.colour_choice import ColourChoice
from explorer.ui.explore.latent_row import ROW_PX
from explorer.ui.explore.latent_rows import LatentRows
from explorer.ui.view import Controls
from explorer.ui.widgets.parts import STRETCH, fill, push_button, text_label
from explorer.ui.widgets.working import Working

_LEAST_ROWS = 5
_CURRENT_TIP = "Begin with the lines of the picture that the open model shows"


class DrawControls(Controls):
    """Says what is drawn with, and offers where to begin."""

    def __init__(self) -> None:
        super().__init__()
        self.facts = text_label(wraps=True)
        self.correct = push_button("What it takes …", "Say what this model is to be given, where it was guessed")
        self.colours = ColourChoice()
        self.example = push_button("A face", "Begin with a face in a few strokes", image="draw")
        self.current = push_button("Current picture", _CURRENT_TIP, image="explore")
        self.photo = push_button("A photo …", image="picture")
        self.clear = push_button("Clear", "Begin with an empty board", image="trash")
        self.style = _Style()
        self.working = Working("Stop")
        self._lay_out()

    def show_kind(self, kind: BoardKind, facts: str, *, is_guessed: bool, card: ModelCard, has_encoder: bool) -> None:
        """Offer what a translator of this kind knows."""
        self.facts.setText(facts)
        self.correct.setVisible(is_guessed)
        for part in (self._colours_title, self.colours):
            part.setVisible(len(kind.colours) > 1)
        self._colours_title.setText("Parts" if kind.are_named else "Colours")
        self.colours.show_colours(kind.colours, are_named=kind.are_named)
        self.example.setVisible(not kind.is_of_pictures)
        self.photo.setToolTip(
            "Begin with a photo, as this model takes it" if kind.is_of_pictures else "Begin with the lines of a photo"
        )
        self.photo.setVisible(not kind.are_named)
        self.current.setVisible(not kind.are_named)
        self.style.show_model(card, has_encoder=has_encoder)

    def offer_current(self, there: bool) -> None:
        """Offer the picture of the open model, or say why not."""
        self.current.setEnabled(there)
        self.current.setToolTip(_CURRENT_TIP if there else "There is no picture in Explore")

    def _lay_out(self) -> None:
        fill(self.column, self.facts, self.correct)
        self._colours_title = self.add_title("Colours", self.colours)
        self.column.addWidget(self.colours)
        self.add_title("Begin with", self.example)
        self.add(self.example, self.clear)
        self.add(self.current, self.photo)
        fill(self.column, self.working, self.style, STRETCH)


class _Style(QWidget):
    """The numbers that say how what is drawn looks, for models that have such.

    Signals
    -------
    moved(z, gesture) : (d,) float32, int
    """

    moved = Signal(object, int)

    def __init__(self) -> None:
        super().__init__()
        from explorer.ui.widgets.parts import column_of, row_of, titled

        self.other = push_button("New style", "Draw the same in another style (Space)", image="sample")
        self.like = push_button("Like a photo …", "Take the style of a photo", image="picture")
        self.usual = push_button("Usual", "Go back to the average style", image="reset")
        self.rows = LatentRows()
        self.rows.setAccessibleName("Style")
        self.rows.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.rows.setMinimumHeight(_LEAST_ROWS * ROW_PX)
        column_of(titled("Style", self.rows), row_of(self.other, self.usual), self.like, (self.rows, 1), on=self)
        self.rows.moved.connect(lambda _dimension, _value, gesture: self.moved.emit(self.rows.z, gesture))
        self.rows.reset_one.connect(self._reset_one)

    def show_model(self, card: ModelCard, *, has_encoder: bool) -> None:
        """Show the style of a model; nothing where it has none."""
        self.setVisible(card.latent_size > 0)
        self.like.setVisible(has_encoder)

    def show_z(self, z: Latent, distribution: str) -> None:
        """Show where the style is."""
        if z.size:
            self.rows.show_latent(z, distribution)

    def _reset_one(self, dimension: int) -> None:
        z = self.rows.z.copy()
        z[dimension] = 0.0
        self.moved.emit(np.ascontiguousarray(z), -1)
