"""Clothes, glasses and earrings."""

from __future__ import annotations

import numpy as np

from explorer.training.portraits.curves import curve, ellipse, mirrored, ribbon
from explorer.training.portraits.eyes import EYE_HEIGHT, eye_distance
from explorer.training.portraits.head import STILL, Head, beside, on_face
from explorer.training.portraits.palette import INK, WHITE, shade, tint
from explorer.training.portraits.shape_canvas import ShapeCanvas

_SHOULDERS = curve([(0, 0.71), (0.2, 0.72), (0.5, 0.77), (0.76, 0.85), (0.9, 1.1)], 5)
_COLLAR = ribbon(curve([(-0.225, 0.72), (0, 0.815), (0.225, 0.72)]), 0.085)
_GOLD, _GLINT = (236, 176, 44), (255, 238, 178)
_LENS_RADIUS = 0.166


def paint_clothes(canvas: ShapeCanvas, head: Head) -> None:
    """A jersey with a round collar, dim on the side away from the light."""
    colour, light = head.colours.clothes, head.factors.light
    canvas.fill(mirrored(_SHOULDERS), STILL, colour)
    side = -1 if light > 0 else 1
    for inset in (0.28, 0.14):
        dim = np.concatenate([_SHOULDERS[8:], _SHOULDERS[8:][::-1] * 0.9 + (0.02 - inset, 0.12)])
        canvas.fill(dim * (side, 1), STILL, shade(colour, 0.5), 0.35 * abs(light))
    canvas.fill(_COLLAR, STILL, tint(colour, 0.38))


def paint_glasses(canvas: ShapeCanvas, head: Head) -> None:
    """Round frames with a glint, resting on the nose."""
    if not head.factors.eyeglasses:
        return
    x, front = eye_distance(head), on_face(0.07)
    lens = ellipse(x, EYE_HEIGHT + 0.01, _LENS_RADIUS, _LENS_RADIUS * 0.96, 32)
    frame = ribbon(np.concatenate([lens, lens[:1]]), 0.036)
    arm = ribbon(np.array([(x + _LENS_RADIUS, EYE_HEIGHT - 0.02), (0.96 * head.half_width, EYE_HEIGHT - 0.03)]), 0.034)
    for side in (-1, 1):
        canvas.fill(lens * (side, 1), front, WHITE, 0.16)
        canvas.fill(frame * (side, 1), front, INK)
        canvas.fill(arm * (side, 1), on_face(), INK)
    gap = max(x - _LENS_RADIUS, 0.02)
    bridge = curve([(-gap, EYE_HEIGHT), (0, EYE_HEIGHT - 0.025), (gap, EYE_HEIGHT)])
    canvas.fill(ribbon(bridge, 0.034), front, INK)


def paint_earrings(canvas: ShapeCanvas, head: Head) -> None:
    """A golden drop under each ear."""
    if not head.factors.earrings:
        return
    for side in (-1, 1):
        x = side * (head.half_width + 0.04)
        canvas.fill(ellipse(x, 0.275, 0.052, 0.064, 16), beside(-0.04), _GOLD)
        canvas.fill(ellipse(x - 0.014, 0.255, 0.02, 0.022, 10), beside(-0.04), _GLINT)
