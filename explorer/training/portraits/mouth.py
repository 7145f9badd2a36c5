"""The mouth: how far its corners are up, and how far it is open."""

from __future__ import annotations

import numpy as np

from explorer.training.portraits.canvas import Canvas
from explorer.training.portraits.curves import Points, curve, ribbon
from explorer.training.portraits.head import Head
from explorer.training.portraits.palette import CREAM, shade

MOUTH_HEIGHT = 0.36
_INSIDE = (104, 26, 40)
_TONGUE = (222, 98, 104)
_ACROSS = np.linspace(-1, 1, 17)
_BOW = 1 - _ACROSS**2


def paint_mouth(canvas: Canvas, head: Head) -> None:
    """Lips around whatever shows between them: nothing, teeth, or teeth and tongue."""
    upper, lower = _lips(head)
    if head.factors.mouth_open > 0.02:
        _paint_inside(canvas, head, upper, lower)
    lip = head.colours.lip
    canvas.fill(ribbon(head.on_face(lower, 0.03), (0.02, 0.058, 0.066, 0.058, 0.02)), lip)
    canvas.fill(ribbon(head.on_face(upper, 0.03), (0.028, 0.04, 0.036, 0.04, 0.028)), shade(lip, 0.55))


def _lips(head: Head) -> tuple[Points, Points]:
    """The lines of the upper and lower lip, in the face's own coordinates."""
    smile, opening = head.factors.smile, head.factors.mouth_open**1.5
    half = 0.165 + 0.045 * max(smile, 0) - 0.02 * opening * (1 - max(smile, 0))
    corner = MOUTH_HEIGHT - 0.085 * smile
    middle = MOUTH_HEIGHT + 0.028 * smile - 0.035 * opening
    upper = corner + (middle - corner) * _BOW
    lower = upper + _BOW**0.8 * (0.02 + 0.165 * opening)
    return np.stack([_ACROSS * half, upper], 1), np.stack([_ACROSS * half, lower], 1)


def _paint_inside(canvas: Canvas, head: Head, upper: Points, lower: Points) -> None:
    hole = np.concatenate([upper, lower[::-1]])
    canvas.fill(head.on_face(hole, 0.02), _INSIDE)
    tongue = np.concatenate([_between(upper, lower, 0.68), lower[3:-3][::-1]])
    canvas.fill(head.on_face(tongue, 0.02), _TONGUE)
    teeth = np.concatenate([upper[1:-1], _between(upper, lower, 0.36)[::-1]])
    canvas.fill(head.on_face(teeth, 0.02), CREAM)


def _between(upper: Points, lower: Points, share: float) -> Points:
    line = upper + (lower - upper) * share
    return curve(line[3:-3:2], 3)
