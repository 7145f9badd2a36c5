"""The bare face: neck, ears, skin, nose, and what age and sun leave on it."""

from __future__ import annotations

import numpy as np

from explorer.training.portraits.curves import Points, curve, ellipse, loop, ribbon
from explorer.training.portraits.head import OUTLINE, STILL, Head, beside, on_face
from explorer.training.portraits.palette import mix, shade, tint
from explorer.training.portraits.shape_canvas import ShapeCanvas

_FRECKLES = (
    (0.11, 0.24), (0.17, 0.20), (0.21, 0.28), (0.27, 0.22), (0.14, 0.32), (0.28, 0.31), (0.035, 0.16),
)  # fmt: skip
_NECK_TOP = np.array([(-0.17, 0.25), (0.17, 0.25)])
_NECK_FOOT = np.array([(0.2, 0.9), (-0.2, 0.9)])


def paint_neck(canvas: ShapeCanvas, head: Head) -> None:
    """A neck from the leaning head to the shoulders, which stay."""
    skin = head.colours.skin
    canvas.fill_between(((_NECK_TOP, beside()), (_NECK_FOOT, STILL)), shade(skin, 0.16))
    canvas.fill(ellipse(0, 0.5, 0.21, 0.19), beside(0.1), shade(skin, 0.36), 0.8)


def paint_ears(canvas: ShapeCanvas, head: Head) -> None:
    """Both ears; the face, painted over them, hides the far one as it turns."""
    skin = head.colours.skin
    for side in (-1, 1):
        x = side * (head.half_width + 0.025)
        canvas.fill(ellipse(x, 0.08, 0.085, 0.125, 20), beside(-0.05), shade(skin, 0.08))
        canvas.fill(ellipse(x + 0.01 * side, 0.09, 0.042, 0.07, 16), beside(-0.05), shade(skin, 0.3))


def paint_skin(canvas: ShapeCanvas, head: Head) -> None:
    """The face's shape, darker on the side away from the light and brighter towards it."""
    skin = head.colours.skin
    outline = head.outline()
    canvas.fill(outline, OUTLINE, skin)
    for depth, opacity in ((0.22, 0.16), (0.14, 0.18), (0.07, 0.2)):
        canvas.fill(_crescent(outline, -head.light, depth), OUTLINE, shade(skin, 0.45), opacity)
    for depth, opacity in ((0.17, 0.16), (0.09, 0.2)):
        canvas.fill(_crescent(outline, head.light, depth), OUTLINE, tint(skin, 0.55), opacity)


def _crescent(outline: Points, towards: Points, depth: float) -> Points:
    """The part of ``outline`` that faces ``towards`` a direction, at most ``depth`` deep."""
    outward = outline / np.sqrt((outline * outline).sum(1, keepdims=True))
    facing = (outward @ towards).clip(0)[:, None]
    start = int(np.argmin(outward @ towards))
    inner = outline - outward * facing * depth
    return np.concatenate([outline[start:], outline[:start], inner[:start][::-1], inner[start:][::-1]])


def paint_cheeks(canvas: ShapeCanvas, head: Head) -> None:
    """Blush, which a smile lifts and warms."""
    smile = head.factors.smile
    glow = 0.14 + 0.06 * smile
    for side in (-1, 1):
        for radius in (0.135, 0.09):
            spot = ellipse(side * 0.58 * head.half_width, 0.28 - 0.02 * smile, radius, radius * 0.75, 20)
            canvas.fill(spot, on_face(), head.colours.blush, glow)


def paint_nose(canvas: ShapeCanvas, head: Head) -> None:
    """A rounded nose with a shine towards the light and a small shadow away from it."""
    skin, size = head.colours.skin, 1 + 0.55 * head.factors.nose_size
    away = -float(head.light[0])
    width, tip = 0.07 * size, 0.185 + 0.04 * size
    shadow = ellipse(0.03 * away, tip + 0.025, width * 1.12, width * 0.78, 20)
    canvas.fill(shadow, on_face(0.06), shade(skin, 0.45), 0.6)
    bridge = [(-0.022, 0.02), (0.022, 0.02), (width, tip), (0, tip + width * 0.7), (-width, tip)]
    canvas.fill(loop(bridge, 5), on_face(0.08), mix(skin, head.colours.blush, 0.2))
    shine = ellipse(-0.3 * away * width, tip - 0.25 * width, width * 0.36, width * 0.3, 12)
    canvas.fill(shine, on_face(0.1), tint(skin, 0.75), 0.75)


def paint_freckles(canvas: ShapeCanvas, head: Head) -> None:
    """A sprinkle over nose and cheeks."""
    if not head.factors.freckles:
        return
    colour = shade(mix(head.colours.skin, (170, 80, 30), 0.55), 0.25)
    for x, y in _FRECKLES:
        for side in (-1, 1):
            spot = ellipse(side * x * head.half_width / 0.46, y, 0.019, 0.019, 8)
            canvas.fill(spot, on_face(0.02), colour, 0.8)


def paint_age_lines(canvas: ShapeCanvas, head: Head) -> None:
    """Lines across the forehead, beside the eyes, under them and down the cheeks."""
    age = head.factors.age_lines
    if age <= 0:
        return
    for path, width in _age_lines(head.half_width):
        line = curve(path, 4)
        for side in (-1, 1):
            stroke = ribbon(line * (side, 1), (0.3 * width, width, 0.3 * width))
            canvas.fill(stroke, on_face(), head.colours.line, 0.6 * age)


def _age_lines(a: float) -> list[tuple[list[tuple[float, float]], float]]:
    """Paths and widths on the right half of a face that is ``a`` wide to one side."""
    return [
        ([(0, -0.285), (0.10, -0.29), (0.19, -0.275)], 0.024),
        ([(0, -0.23), (0.12, -0.235), (0.23, -0.215)], 0.024),
        ([(0.21 * a, 0.245), (0.42 * a, 0.29), (0.55 * a, 0.39)], 0.03),
        ([(0.24 * a, 0.175), (0.43 * a, 0.215), (0.62 * a, 0.18)], 0.022),
        ([(0.75 * a, 0.03), (0.86 * a, -0.005)], 0.022),
        ([(0.75 * a, 0.07), (0.86 * a, 0.08)], 0.022),
    ]
