"""What grows on lip and chin."""

from __future__ import annotations

import numpy as np

from explorer.training.portraits.curves import curve, loop, moved, ribbon
from explorer.training.portraits.head import OUTLINE, Head, on_face
from explorer.training.portraits.mouth import MOUTH_HEIGHT
from explorer.training.portraits.palette import Colour, shade
from explorer.training.portraits.shape_canvas import ShapeCanvas

_CHEEK = np.array([(0.96, 0.06), (0.82, 0.25), (0.62, 0.34), (0.42, 0.295), (0.0, 0.27)])
_INNER = curve(np.concatenate([_CHEEK * (-1, 1), _CHEEK[-2::-1]]), 4)  # from the left ear to the right
_GOATEE = loop([(-0.13, 0.5), (0, 0.47), (0.13, 0.5), (0.155, 0.58), (0, 0.69), (-0.155, 0.58)], 5)
_MOUSTACHE = moved(curve([(-0.01, -0.075), (0.1, -0.08), (0.205, -0.015)]), 0, MOUTH_HEIGHT)


def paint_beard(canvas: ShapeCanvas, head: Head) -> None:
    """Stubble, moustache, goatee or a full beard in the hair's colour; nothing for none."""
    kind, colour = head.factors.beard, shade(head.colours.hair, 0.08)
    if kind == "stubble":
        _paint_jaw(canvas, head, 0.0, shade(head.colours.hair, 0.45), 0.34)
    if kind == "full":
        _paint_jaw(canvas, head, 0.075, colour)
    if kind == "goatee":
        canvas.fill(_GOATEE, on_face(), colour)
    if kind in ("full", "goatee", "moustache"):
        _paint_moustache(canvas, head)


def _paint_jaw(canvas: ShapeCanvas, head: Head, grow: float, colour: Colour, opacity: float = 1.0) -> None:
    """From ear to ear round the chin, and back over the cheeks above the mouth."""
    outline = head.outline(grow)
    below = outline[outline[:, 1] > 0.1]
    inner = _INNER * (head.half_width, 1)
    canvas.fill_between(((below, OUTLINE), (inner, on_face())), colour, opacity)


def _paint_moustache(canvas: ShapeCanvas, head: Head) -> None:
    brush = ribbon(_MOUSTACHE, (0.07, 0.092, 0.02))
    for side in (-1, 1):
        canvas.fill(brush * (side, 1), on_face(0.05), shade(head.colours.hair, 0.28))
