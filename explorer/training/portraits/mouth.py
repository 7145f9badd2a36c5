"""The mouth: how far its corners are up, and how far it is open."""

from __future__ import annotations

import numpy as np

from explorer.training.portraits.curves import Points, moved, ribbon
from explorer.training.portraits.head import Head, on_face
from explorer.training.portraits.palette import CREAM, mix
from explorer.training.portraits.shape_canvas import ShapeCanvas

MOUTH_HEIGHT = 0.375
_INSIDE = (110, 26, 42)
_TONGUE = (228, 104, 108)
_ACROSS = np.linspace(-1, 1, 17)
_BOW = 1 - _ACROSS**2


def paint_mouth(canvas: ShapeCanvas, head: Head) -> None:
    """Lips around whatever shows between them: nothing, teeth, or teeth and tongue."""
    upper, lower = _lips(head)
    lip = head.colours.lip
    canvas.fill(ribbon(moved(lower, 0, 0.012), (0.01, 0.05, 0.066, 0.05, 0.01)), on_face(0.03), lip, 0.85)
    _paint_inside(canvas, head, upper, lower)
    stroke = ribbon(upper, (0.036, 0.04, 0.034, 0.04, 0.036))
    canvas.fill(stroke, on_face(0.03), mix(head.colours.line, _INSIDE, 0.45))


def _lips(head: Head) -> tuple[Points, Points]:
    """The lines of the upper and lower lip, in the face's own coordinates; shape (17, 2) each."""
    smile, opening = head.factors.smile, head.factors.mouth_open**1.4
    joy, gloom = max(smile, 0.0), max(-smile, 0.0)
    half = 0.165 + 0.055 * joy - 0.025 * gloom
    corner = MOUTH_HEIGHT - 0.075 * joy + 0.05 * gloom
    middle = MOUTH_HEIGHT + 0.045 * joy - 0.02 * gloom - 0.03 * opening
    upper = corner + (middle - corner) * _BOW
    lower = upper + _BOW**0.75 * 0.19 * opening
    return np.stack([_ACROSS * half, upper], 1), np.stack([_ACROSS * half, lower], 1)


def _paint_inside(canvas: ShapeCanvas, head: Head, upper: Points, lower: Points) -> None:
    if head.factors.mouth_open < 0.02:
        return
    canvas.fill(np.concatenate([upper, lower[::-1]]), on_face(0.03), _INSIDE)
    tongue = upper + (lower - upper) * 0.66
    canvas.fill(np.concatenate([tongue[4:-4], lower[4:-4][::-1]]), on_face(0.03), _TONGUE)
    edge = upper + (lower - upper) * 0.36
    canvas.fill(np.concatenate([upper[1:-1], edge[1:-1][::-1]]), on_face(0.03), CREAM)
