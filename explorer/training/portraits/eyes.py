"""Eyes that look somewhere, and the brows above them."""

from __future__ import annotations

from explorer.training.portraits.curves import curve, ellipse, ribbon
from explorer.training.portraits.head import Head, on_face
from explorer.training.portraits.palette import INK, WHITE, mix
from explorer.training.portraits.shape_canvas import ShapeCanvas

EYE_HEIGHT = 0.06
_PUPIL = (28, 18, 24)


def eye_distance(head: Head) -> float:
    """From the middle of the face to the middle of an eye."""
    return 0.44 * head.half_width


def paint_eyes(canvas: ShapeCanvas, head: Head) -> None:
    """White, iris, pupil, a spark and the upper lid, for both eyes."""
    wide, high = 0.116 + 0.012 * head.factors.eye_size, 0.094 + 0.03 * head.factors.eye_size
    white = mix(WHITE, head.colours.skin, 0.07)
    for side in (-1, 1):
        x = side * eye_distance(head)
        canvas.fill(ellipse(x, EYE_HEIGHT, wide, high, 24), on_face(), white)
        _paint_iris(canvas, head, x, high)
        _paint_lid(canvas, head, side, wide, high)


def _paint_iris(canvas: ShapeCanvas, head: Head, x: float, high: float) -> None:
    radius = min(0.074, high * 0.82)
    x += 0.046 * head.factors.gaze_x
    y = EYE_HEIGHT + (high - radius + 0.012) * head.factors.gaze_y
    canvas.fill(ellipse(x, y, radius, radius, 20), on_face(), head.colours.iris)
    canvas.fill(ellipse(x, y, radius * 0.55, radius * 0.55, 16), on_face(), _PUPIL)
    canvas.fill(ellipse(x - 0.024, y - 0.03, 0.022, 0.022, 10), on_face(), WHITE)


def _paint_lid(canvas: ShapeCanvas, head: Head, side: int, wide: float, high: float) -> None:
    lid = [
        (-1.02 * wide, EYE_HEIGHT + 0.01),
        (-0.55 * wide, EYE_HEIGHT - 0.86 * high),
        (0.25 * wide, EYE_HEIGHT - high),
        (1.15 * wide, EYE_HEIGHT - 0.02),
    ]
    stroke = ribbon(curve(lid, 5), (0.02, 0.036, 0.036, 0.02))
    place = (side * eye_distance(head), 0.0)
    canvas.fill(stroke * (side, 1) + place, on_face(0.01), mix(INK, head.colours.line, 0.35))


def paint_brows(canvas: ShapeCanvas, head: Head) -> None:
    """Brows in a darker tone of the hair; height and angle carry much of the mood."""
    f, x = head.factors, eye_distance(head)
    y = -0.132 - 0.05 * f.brow_height
    inner = y + 0.06 * f.brow_angle
    outer = y - 0.032 * f.brow_angle + 0.022
    path = curve([(x - 0.115, inner), (x, 0.5 * (inner + outer) - 0.032), (x + 0.125, outer)], 5)
    stroke = ribbon(path, (0.052, 0.06, 0.024))
    for side in (-1, 1):
        canvas.fill(stroke * (side, 1), on_face(0.02), head.colours.brow)
