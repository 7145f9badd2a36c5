"""Which colour stands for which thing in a painted map of segments."""

from __future__ import annotations

from typing import Any

from explorer.core.words import plain_name

Colour = tuple[int, int, int]
Legend = tuple[tuple[str, Colour], ...]
"""Names and their colours (red, green, blue, 0 to 255); the first is what lies behind everything else."""

SEGMENTS: dict[str, Colour] = {
    "background": (255, 255, 255),
    "skin": (255, 203, 164),
    "hair": (96, 56, 24),
    "hat": (46, 134, 222),
    "eyes": (30, 30, 60),
    "mouth": (214, 40, 57),
    "clothes": (38, 166, 91),
}
"""Those of the program's own portraits; all of different brightness, so that they can be told apart in grey, too.

What is worn on a face, glasses and earrings, counts as clothes.
"""

_MOST = 256


def legend_from(told: Any) -> Legend:
    """The legend that a card of JSON tells.

    Raises
    ------
    ValueError, TypeError
        It is no list of names with colours, or says a colour twice.
    """
    found = tuple((plain_name(str(name)), colour_from(colour)) for name, colour in told)
    if len(found) > _MOST or len({colour for _, colour in found}) < len(found):
        raise ValueError(f"a legend has at most {_MOST} entries, each in a colour of its own")
    return found


def colour_from(told: Any) -> Colour:
    """Red, green and blue of JSON; ValueError where they are not three whole numbers from 0 to 255."""
    if not isinstance(told, list | tuple) or len(told) != 3:
        raise ValueError("a colour in it is not red, green and blue")
    if not all(type(value) is int and 0 <= value <= 255 for value in told):
        raise ValueError("a colour in it is not of whole numbers from 0 to 255")
    red, green, blue = told
    return red, green, blue
