"""Clothes, glasses and earrings."""

from __future__ import annotations

import numpy as np

from explorer.training.portraits.canvas import Canvas
from explorer.training.portraits.curves import curve, ellipse, mirrored, ribbon
from explorer.training.portraits.eyes import EYE_HEIGHT, eye_distance
from explorer.training.portraits.head import Head
from explorer.training.portraits.palette import INK, WHITE, shade, tint

_SHOULDERS = curve([(0, 0.76), (0.2, 0.775), (0.5, 0.85), (0.74, 0.93), (0.86, 1.1)], 5)


def paint_clothes(canvas: Canvas, head: Head) -> None:
    """A jersey with a round collar; its shadowed side is away from the light."""
    colour = head.colours.clothes
    canvas.fill(mirrored(_SHOULDERS), colour)
    away = -1 if head.factors.light > 0 else 1
    dim = np.concatenate([_SHOULDERS[10:], [(0.45, 1.1)]]) * (away, 1)
    canvas.fill(dim, shade(colour, 0.5), 0.5 * abs(head.factors.light))
    canvas.fill(ribbon(curve([(-0.22, 0.78), (0, 0.88), (0.22, 0.78)]), 0.08), tint(colour, 0.35))


def paint_glasses(canvas: Canvas, head: Head) -> None:
    """Round frames with a glint, resting on the nose."""
    if not head.factors.eyeglasses:
        return
    x, lift, radius = eye_distance(head), 0.07, 0.158
    for side in (-1, 1):
        lens = ellipse(side * x, EYE_HEIGHT + 0.01, radius, radius * 0.96, 32)
        rim = np.concatenate([lens, lens[:1]])
        canvas.fill(head.on_face(lens, lift), WHITE, 0.16)
        canvas.fill(ribbon(head.on_face(rim, lift), 0.036), INK)
        arm = [(side * (x + radius), EYE_HEIGHT - 0.02), (side * head.half_width, EYE_HEIGHT - 0.03)]
        canvas.fill(ribbon(head.on_face(arm), 0.034), INK)
    bridge = curve([(radius - x, EYE_HEIGHT), (0, EYE_HEIGHT - 0.03), (x - radius, EYE_HEIGHT)])
    canvas.fill(ribbon(head.on_face(bridge, lift), 0.034), INK)


def paint_earrings(canvas: Canvas, head: Head) -> None:
    """A golden drop under each ear that shows."""
    if not head.factors.earrings:
        return
    for side in (-1, 1):
        x = side * (head.half_width + 0.035)
        canvas.fill(head.beside(ellipse(x, 0.27, 0.05, 0.06, 16), -0.1), (236, 176, 44))
        canvas.fill(head.beside(ellipse(x - 0.012, 0.255, 0.018, 0.02, 10), -0.1), (255, 236, 170))
