"""Where the pupils lie in pictures that were aligned by them: read from what a card says in words.

Data sets tell it in one of two ways, and both mean the same two points:

    pupils at 34.4 % and 65.6 % of the width and 45 % of the height
    pupils at (44, 57.6) and (84, 57.6) of 128 x 128
"""

from __future__ import annotations

import math
import re
from typing import Any

Point = tuple[float, float]
Pupils = tuple[Point, Point]

FRAME: Pupils = ((0.344, 0.45), (0.656, 0.45))
"""Where pupils lie in pictures that are lined up as faces, unless something else is asked for."""

FRAME_WORDS = "pupils at 34.4 % and 65.6 % of the width and 45 % of the height"
"""The same in words, as a card says it."""

_NUMBER = r"(\d{1,6}(?:\.\d{1,6})?)"
_SHARES = re.compile(
    rf"pupils at {_NUMBER} ?% and {_NUMBER} ?% of the width and {_NUMBER} ?% of the height", re.IGNORECASE
)
_POINT = rf"\( ?{_NUMBER} ?, ?{_NUMBER} ?\)"
_PIXELS = re.compile(rf"pupils at {_POINT} and {_POINT} of {_NUMBER} ?[x×] ?{_NUMBER}", re.IGNORECASE)
_NEAREST = 0.01  # pupils nearer to each other than this share of the side tell no rotation


def pupils_in(words: str) -> Pupils | None:
    """The two points that ``words`` name, as shares of the picture's width and height; None where they name none.

    The left one in the picture comes first.
    """
    if found := _SHARES.search(words):
        left, right, down = (float(number) / 100 for number in found.groups())
        points = ((left, down), (right, down))
    elif found := _PIXELS.search(words):
        x1, y1, x2, y2, width, height = map(float, found.groups())
        if not (width and height):
            return None
        points = ((x1 / width, y1 / height), (x2 / width, y2 / height))
    else:
        return None
    try:
        return checked_pupils(points)
    except ValueError:
        return None


def checked_pupils(value: Any) -> Pupils:
    """Two points within the picture and apart, the left one first.

    Raises
    ------
    ValueError
        They are not.
    """
    (x1, y1), (x2, y2) = value
    first, second = sorted(((float(x1), float(y1)), (float(x2), float(y2))))
    inside = all(0.0 <= number <= 1.0 for number in (*first, *second))  # not a number is not inside either
    if not inside or math.dist(first, second) < _NEAREST:
        raise ValueError(f"pupils cannot be at {first} and {second}")
    return first, second
