"""What a lesson has drawn: ``draw face``, ``draw lines``, ``draw nothing``, ``draw pen 0.2,0.3 0.8,0.3``."""

from __future__ import annotations

import numpy as np

from explorer.core.drawing.drawing import BLACK, Drawing, Stroke, Tool
from explorer.core.drawing.started import started_lines
from explorer.core.problem import Problem
from explorer.ui.draw.board_kind import BoardKind

_PEN, _DAB = 0.02, 0.11
_HINT = "Write: draw face, draw lines, draw nothing, draw pen 0.2,0.3 0.8,0.3, or draw the name of a colour and places."


def drawing_of(words: str, kind: BoardKind, before: Drawing) -> Drawing:
    """The drawing that a lesson asks for, by what is on the board and by what board that is.

    Raises
    ------
    Problem
        It asks for nothing that can be drawn.
    """
    whole = {
        "face": lambda: kind.started,
        "lines": lambda: started_lines(has_dabs=False),
        "nothing": lambda: kind.blank,
    }
    if words in whole:
        return whole[words]()
    colours = dict(kind.colours)
    try:
        name, *places = words.rsplit(maxsplit=words.count(","))
        points = np.array([[float(number) for number in place.split(",")] for place in places], np.float32)
        if points.ndim != 2 or points.shape[1] != 2 or (name != "pen" and name not in colours):
            raise ValueError
    except ValueError:
        raise Problem(f"{words or 'Nothing'} cannot be drawn.", _HINT) from None
    if name == "pen":
        return before.adding(Stroke("pen", points, _PEN, BLACK))
    tool: Tool = "dab" if "dab" in kind.tools else "pen"
    return before.adding(Stroke(tool, points, _DAB, colours[name]))
