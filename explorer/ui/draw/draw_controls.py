"""The column beside the board: what to draw in, what to begin with, and the style of the answer."""

from __future__ import annotations

from explorer.ui.draw.board_kind import BoardKind
from explorer.ui.draw.colour_choice import ColourChoice
from explorer.ui.draw.style_choice import StyleChoice
from explorer.ui.theme import UNIT
from explorer.ui.translate.given_choice import GivenChoice
from explorer.ui.view import Controls
from explorer.ui.widgets.parts import STRETCH, fill, push_button, text_label
from explorer.ui.widgets.working import Working

_LINES_TIP = "Start from the lines of the picture in Explore"
_PICTURE_TIP = "Start from the picture in Explore, prepared for this model"


class DrawControls(Controls):
    """Says what is drawn with, and offers where to begin."""

    def __init__(self) -> None:
        super().__init__()
        self.facts = text_label(wraps=True)
        self.given = GivenChoice()
        self.colours = ColourChoice()
        self.example = push_button("A face", "Start from a face of a few strokes", image="draw")
        self.clear = push_button("Clear", "Start from an empty board", image="trash")
        self.current = push_button("Current", _LINES_TIP, image="explore")
        self.current.setAccessibleName("Current picture")
        self.photo = push_button("Photo …", image="picture")
        self.styles = StyleChoice()
        self.working = Working("Stop")
        self._current_tip = _LINES_TIP
        self._lay_out()

    def show_kind(self, kind: BoardKind, facts: str) -> None:
        """Offer what a translator of this kind knows."""
        self.facts.setText(facts)
        for part in (self._colours_title, self.colours):
            part.setVisible(len(kind.colours) > 1)
        self._colours_title.setText("Parts" if kind.are_named else "Colours")
        self.colours.show_colours(kind.colours, are_named=kind.are_named)
        self.example.setVisible(not kind.is_of_pictures)
        of_photo = "a photo, prepared for this model" if kind.is_of_pictures else "the lines of a photo"
        self.photo.setToolTip(f"Start from {of_photo}; you can drop it on the board, too")
        for button in (self.photo, self.current):
            button.setVisible(not kind.are_named)
        self._current_tip = _PICTURE_TIP if kind.is_of_pictures else _LINES_TIP

    def offer_current(self, there: bool) -> None:
        """Offer the picture of the open model, or say why not."""
        self.current.setEnabled(there)
        self.current.setToolTip(self._current_tip if there else "There is no picture in Explore")

    def _lay_out(self) -> None:
        fill(self.column, self.facts, self.given)
        self._colours_title = self.add_title("Colours", self.colours)
        self.column.addWidget(self.colours)
        self.add_title("Start from", self.example)
        self.add(self.example, self.clear)
        self.add(self.current, self.photo)
        self.column.addSpacing(UNIT)
        fill(self.column, self.working, (self.styles, 100), STRETCH)
