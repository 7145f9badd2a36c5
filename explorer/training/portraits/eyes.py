"""Eyes that look somewhere, and the brows above them."""

from __future__ import annotations

from explorer.training.portraits.canvas import Canvas
from explorer.training.portraits.curves import curve, ellipse, ribbon
from explorer.training.portraits.head import Head
from explorer.training.portraits.palette import INK, WHITE, mix, shade

EYE_HEIGHT = 0.03


def eye_distance(head: Head) -> float:
    """From the middle of the face to the middle of an eye."""
    return 0.43 * head.half_width


def paint_eyes(canvas: Canvas, head: Head) -> None:
    """White, iris, pupil, a spark and the upper lid, for both eyes."""
    for side in (-1, 1):
        _paint_eye(canvas, head, side * eye_distance(head), side)


def _paint_eye(canvas: Canvas, head: Head, x: float, side: int) -> None:
    f = head.factors
    wide, high = 0.108 + 0.012 * f.eye_size, 0.088 + 0.03 * f.eye_size
    canvas.fill(head.on_face(ellipse(x, EYE_HEIGHT, wide, high, 24)), mix(WHITE, head.colours.skin, 0.08))
    radius = min(0.066, high * 0.8)
    px, py = x + 0.047 * f.gaze_x, EYE_HEIGHT + (high - radius + 0.012) * f.gaze_y
    canvas.fill(head.on_face(ellipse(px, py, radius, radius, 20)), head.colours.iris)
    canvas.fill(head.on_face(ellipse(px, py, radius * 0.58, radius * 0.58, 16)), (28, 18, 24))
    canvas.fill(head.on_face(ellipse(px - 0.022, py - 0.028, 0.02, 0.02, 10)), WHITE)
    _paint_lid(canvas, head, x, wide, high, side)


def _paint_lid(canvas: Canvas, head: Head, x: float, wide: float, high: float, side: int) -> None:
    ends = (1.02 * wide, EYE_HEIGHT + 0.01)
    lid = [
        (x - side * ends[0], ends[1]),
        (x - side * 0.55 * wide, EYE_HEIGHT - 0.86 * high),
        (x + side * 0.25 * wide, EYE_HEIGHT - high),
        (x + side * 1.15 * wide, ends[1] - 0.03),
    ]
    stroke = ribbon(head.on_face(curve(lid, 5), 0.01), (0.022, 0.036, 0.036, 0.02))
    canvas.fill(stroke, mix(INK, head.colours.line, 0.35))


def paint_brows(canvas: Canvas, head: Head) -> None:
    """Brows in a darker tone of the hair; height and angle carry much of the mood."""
    f, x = head.factors, eye_distance(head)
    y = -0.165 - 0.05 * f.brow_height
    inner = y + 0.062 * f.brow_angle
    outer = y - 0.035 * f.brow_angle + 0.022
    for side in (-1, 1):
        path = [(x - 0.115, inner), (x, 0.5 * (inner + outer) - 0.03), (x + 0.125, outer)]
        stroke = ribbon(head.on_face(curve([(side * u, v) for u, v in path], 5), 0.02), (0.052, 0.056, 0.024))
        canvas.fill(stroke, shade(head.colours.brow, 0.1))
