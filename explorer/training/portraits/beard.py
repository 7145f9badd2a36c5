"""What grows on lip and chin."""

from __future__ import annotations

import numpy as np

from explorer.training.portraits.canvas import Canvas
from explorer.training.portraits.curves import Points, curve, loop, mirrored, ribbon
from explorer.training.portraits.head import CHIN, Head
from explorer.training.portraits.mouth import MOUTH_HEIGHT
from explorer.training.portraits.palette import shade, tint


def paint_beard(canvas: Canvas, head: Head) -> None:
    """Stubble, moustache, goatee or a full beard in the hair's colour; nothing for none."""
    kind = head.factors.beard
    if kind == "stubble":
        canvas.fill(_jaw(head, 0.0), shade(head.colours.hair, 0.35), 0.3)
    if kind == "full":
        canvas.fill(_jaw(head, 0.075), shade(head.colours.hair, 0.1))
        canvas.fill(_jaw(head, 0.075)[8:-8], tint(head.colours.hair, 0.2), 0.12)
    if kind == "goatee":
        half = [(0, 0.47), (0.1, 0.46), (0.14, 0.53), (0.09, 0.64), (0, 0.67)]
        canvas.fill(head.on_face(loop(mirrored(half[1:-1])[::1], 5)), shade(head.colours.hair, 0.12))
    if kind in ("full", "goatee", "moustache"):
        _paint_moustache(canvas, head)


def _jaw(head: Head, grow: float) -> Points:
    """From ear to ear round the chin, and back over the cheeks above the mouth."""
    outline = head.outline(grow)
    below = outline[(outline[:, 1] > 0.12)]
    outer = head.chin_first(below)
    a = head.half_width
    inner = curve(
        [
            (-0.93 * a, 0.1),
            (-0.78 * a, 0.28),
            (-0.4 * a, 0.27),
            (0, 0.25),
            (0.4 * a, 0.27),
            (0.78 * a, 0.28),
            (0.93 * a, 0.1),
        ],
        5,
    )
    return np.concatenate([outer, head.on_face(inner)])


def _paint_moustache(canvas: Canvas, head: Head) -> None:
    y = MOUTH_HEIGHT - 0.075
    for side in (-1, 1):
        path = [(0.0, y), (side * 0.1, y - 0.005), (side * 0.2, y + 0.045)]
        canvas.fill(
            ribbon(head.on_face(curve(path), 0.05), (0.06, 0.088, 0.02)), shade(head.colours.hair, 0.22)
        )


__all__ = ["CHIN", "paint_beard"]
