"""What a board offers for a translator: which tools, in which colours, by the word for what it is given."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.drawing.drawing import BLACK, Tool
from explorer.core.drawing.legend import Legend
from explorer.core.models.card import ModelCard

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


@dataclass(frozen=True)
class BoardKind:
    """What can be drawn, and with what.

    Attributes
    ----------
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

    tools: tuple[Tool, ...]
    colours: Legend = ()
    are_named: bool = False
    draws_lines: bool = False
    is_of_pictures: bool = False
    empty: str = "Draw here"
    hint: str = ""

    @property
    def is_hard(self) -> bool:
        """Whether no pixel may have a colour between two."""
        return self.are_named


def given_of(card: ModelCard) -> str:
    """The word for what a model is given, where its card says it."""
    told = card.config.get("given", "")
    return told if isinstance(told, str) else ""


def kind_of_board(given: str, legend: Legend) -> BoardKind:
    """What a board offers for a model that is given this, with the legend of its card."""
    if legend:
        return BoardKind(
            ("pen", "fill", "eraser"), legend, are_named=True, hint="Choose a part, and paint where it is."
        )
    word = given.partition(":")[0]
    if word == "lines":
        return BoardKind(("pen", "eraser"), draws_lines=True, hint="The model paints what your lines say.")
    if word == "lines+dabs":
        hint = "Draw lines, and dab colours where you want them."
        return BoardKind(("pen", "dab", "eraser"), PALETTE[1:], draws_lines=True, hint=hint)
    colours = GREYS if word == "grey" else _HOLE if word == "hole" else PALETTE
    return BoardKind(("pen", "fill", "eraser"), colours, is_of_pictures=True)
