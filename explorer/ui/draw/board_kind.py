"""What a board offers for a translator: which tools, in which colours, by the word for what it is given."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.drawing.drawing import BLACK, Drawing, Tool
from explorer.core.drawing.legend import SEGMENTS, Colour, Legend
from explorer.core.drawing.started import started_lines, started_segments

PALETTE: Legend = (
    ("black", BLACK),
    ("white", (255, 255, 255)),
    ("grey", (180, 176, 172)),
    ("fair skin", (240, 196, 160)),
    ("tan skin", (196, 140, 100)),
    ("brown skin", (140, 88, 60)),
    ("dark skin", (96, 60, 44)),
    ("blond", (232, 196, 96)),
    ("ginger", (200, 100, 44)),
    ("brown", (92, 56, 36)),
    ("red", (212, 60, 60)),
    ("pink", (240, 160, 176)),
    ("lilac", (164, 156, 220)),
    ("blue", (64, 128, 192)),
    ("mint", (128, 204, 184)),
    ("green", (80, 148, 96)),
    ("olive", (200, 204, 140)),
    ("orange", (244, 168, 108)),
)
"""Colours to draw with, by what they are called: those that faces, hair, clothes and walls have."""

GREYS: Legend = tuple((f"grey {level}", (level, level, level)) for level in (0, 48, 96, 128, 160, 208, 255))
_HOLE: Legend = (("nothing", (128, 128, 128)),)
_PARTS: Legend = tuple(SEGMENTS.items())


@dataclass(frozen=True)
class BoardKind:
    """What can be drawn, and with what.

    Attributes
    ----------
    given : str
        What the model is given, by a word of `explorer.core.drawing.given_words`.
    tools : tuple of Tool
        The first is chosen at first.
    colours : Legend
        To choose from; none where all is drawn in black.
    are_named : bool
        Whether the colours stand for things, and are chosen by name.
    draws_lines : bool
        Whether the pen draws black lines whatever colour is chosen.
    is_of_pictures : bool
        Whether a picture lies under what is drawn, which is the case of models that mend pictures.
    empty, hint : str
        What an empty board says.
    """

    given: str
    tools: tuple[Tool, ...]
    colours: Legend = ()
    are_named: bool = False
    draws_lines: bool = False
    is_of_pictures: bool = False
    empty: str = "Draw here"
    hint: str = ""

    @property
    def language(self) -> str:
        """What is drawn in: drawings for one model are of use to another only where it understands the same."""
        return "parts" if self.are_named else self.given or "picture" if self.is_of_pictures else "lines"

    @property
    def first_colour(self) -> Colour:
        """What is drawn in at first: black, or the first thing that is not behind all others."""
        named = dict(self.colours)
        return self.colours[1][1] if self.are_named else named.get("fair skin", BLACK)

    @property
    def blank(self) -> Drawing:
        """An empty board."""
        return Drawing(paper=self.colours[0][1]) if self.are_named else Drawing()

    @property
    def started(self) -> Drawing:
        """A face in a few strokes; an empty board where those would say nothing to the model."""
        if self.are_named:
            return started_segments(self.colours)
        return self.blank if self.is_of_pictures else started_lines(has_dabs="dab" in self.tools)


def kind_of_board(given: str, legend: Legend) -> BoardKind:
    """What a board offers for a model that is given this, with the legend of its card."""
    word = given.partition(":")[0]
    if legend or word == "segments":
        hint = "Choose a part, then paint where it goes."
        return BoardKind(given, ("pen", "fill", "eraser"), legend or _PARTS, are_named=True, hint=hint)
    if word == "lines":
        hint = "The model paints what your lines show."
        return BoardKind(given, ("pen", "eraser"), draws_lines=True, hint=hint)
    if word == "lines+dabs":
        hint = "Draw lines, and dab colours where you want them."
        return BoardKind(given, ("pen", "dab", "eraser"), PALETTE, draws_lines=True, hint=hint)
    colours = GREYS if word == "grey" else _HOLE if word == "hole" else PALETTE
    hint = "Start from a photo; it is prepared for the model."
    return BoardKind(given, ("pen", "fill", "eraser"), colours, is_of_pictures=True, empty="No picture yet", hint=hint)
