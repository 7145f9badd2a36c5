"""The bare face: neck, ears, skin, nose, and what age and sun leave on it."""

from __future__ import annotations

import numpy as np

from explorer.training.portraits.canvas import Canvas
from explorer.training.portraits.curves import Points, curve, ellipse, loop, ribbon
from explorer.training.portraits.head import Head
from explorer.training.portraits.palette import mix, shade, tint

_FRECKLES = ((0.10, 0.20), (0.17, 0.15), (0.19, 0.24), (0.27, 0.18), (0.12, 0.28), (0.26, 0.27), (0.03, 0.14))
_LINES = (  # half of the face; the other half is its mirror image
    ((0.07, 0.27), (0.0, 0.0)),
)


def paint_neck(canvas: Canvas, head: Head) -> None:
    """A neck from the leaning head to the shoulders, which stay."""
    skin = head.colours.skin
    top = head.beside([(-0.17, 0.25), (0.17, 0.25)])
    canvas.fill(np.concatenate([top, [(0.19, 0.9), (-0.19, 0.9)]]), shade(skin, 0.18))
    canvas.fill(head.beside(ellipse(0, 0.5, 0.22, 0.2), 0.1), shade(skin, 0.34), 0.75)


def paint_ears(canvas: Canvas, head: Head) -> None:
    """Both ears; the head, painted over them, hides the far one as it turns."""
    skin = head.colours.skin
    for side in (-1, 1):
        x = side * (head.half_width + 0.02)
        canvas.fill(head.beside(ellipse(x, 0.08, 0.085, 0.125, 20), -0.12), shade(skin, 0.06))
        canvas.fill(head.beside(ellipse(x, 0.09, 0.045, 0.075, 16), -0.12), shade(skin, 0.28))


def paint_skin(canvas: Canvas, head: Head) -> None:
    """The face's shape, with its side away from the light in soft shadow."""
    skin = head.colours.skin
    outline = head.outline()
    canvas.fill(head.chin_first(outline), skin)
    for depth, opacity in ((0.20, 0.16), (0.13, 0.18), (0.07, 0.2)):
        canvas.fill(head.chin_first(shadow(outline, head, depth)), shade(skin, 0.42), opacity)
    for depth, opacity in ((0.16, 0.16), (0.08, 0.2)):
        canvas.fill(head.chin_first(shadow(outline, head, depth, -1)), tint(skin, 0.55), opacity)


def shadow(outline: Points, head: Head, depth: float, away: int = 1) -> Points:
    """The crescent of ``outline`` that lies away from the light (or, with -1, towards it)."""
    outward = outline / (np.sqrt((outline * outline).sum(1, keepdims=True)) + 1e-9)
    facing = (outward @ (-away * head.side_of_light)).clip(0)[:, None]
    start = int(np.argmin(facing))
    rim = np.roll(outline, -start, 0)
    inner = np.roll(outline - outward * facing * depth, -start, 0)
    return np.concatenate([rim, inner[::-1]])


def paint_cheeks(canvas: Canvas, head: Head) -> None:
    """Blush, which a smile lifts and warms."""
    smile = head.factors.smile
    glow = 0.10 + 0.07 * smile
    for side in (-1, 1):
        for radius in (0.13, 0.10, 0.065):
            spot = ellipse(side * 0.56 * head.half_width, 0.27 - 0.02 * smile, radius, radius * 0.75, 20)
            canvas.fill(head.on_face(spot), head.colours.lip, glow)


def paint_nose(canvas: Canvas, head: Head) -> None:
    """A rounded nose, lit from the light's side, with its own small shadow."""
    skin, size = head.colours.skin, 1 + 0.42 * head.factors.nose_size
    away = -head.side_of_light[0]
    width, tip = 0.062 * size, 0.17 + 0.035 * size
    canvas.fill(
        head.on_face(ellipse(0.03 * away, tip + 0.022, width * 1.1, width * 0.75, 20), 0.06),
        shade(skin, 0.4),
        0.55,
    )
    bridge = [(-0.02, -0.02), (0.02, -0.02), (width, tip), (0, tip + width * 0.7), (-width, tip)]
    canvas.fill(head.on_face(loop(bridge, 5), 0.07), mix(skin, head.colours.lip, 0.13))
    shine = ellipse(-0.35 * away * width, tip - 0.02, width * 0.35, width * 0.3, 12)
    canvas.fill(head.on_face(shine, 0.09), tint(skin, 0.7), 0.7)


def paint_freckles(canvas: Canvas, head: Head) -> None:
    """A sprinkle over nose and cheeks."""
    if not head.factors.freckles:
        return
    colour = shade(mix(head.colours.skin, (170, 80, 30), 0.55), 0.25)
    for x, y in _FRECKLES:
        for side in (-1, 1):
            spot = ellipse(side * x * head.half_width / 0.46, y, 0.017, 0.017, 8)
            canvas.fill(head.on_face(spot, 0.02), colour, 0.8)


def paint_age_lines(canvas: Canvas, head: Head) -> None:
    """Lines across the forehead, beside the eyes, under them and down the cheeks."""
    age = head.factors.age_lines
    if age <= 0:
        return
    for path, width in _age_lines(head.half_width):
        for side in (-1, 1):
            line = curve([(side * x, y) for x, y in path], 4)
            stroke = ribbon(head.on_face(line), (0.3 * width, width, 0.3 * width))
            canvas.fill(stroke, head.colours.line, 0.62 * age)


def _age_lines(a: float) -> list[tuple[list[tuple[float, float]], float]]:
    return [
        ([(0, -0.315), (0.10, -0.32), (0.19, -0.305)], 0.022),
        ([(0, -0.265), (0.12, -0.27), (0.23, -0.25)], 0.022),
        ([(0.17 * a, 0.22), (0.37 * a, 0.27), (0.47 * a, 0.38)], 0.03),
        ([(0.26 * a, 0.13), (0.43 * a, 0.165), (0.6 * a, 0.135)], 0.02),
        ([(0.73 * a, 0.0), (0.84 * a, -0.035)], 0.02),
        ([(0.73 * a, 0.035), (0.84 * a, 0.045)], 0.02),
    ]
