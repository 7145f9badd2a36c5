"""Hats that sit on every head: each as wide as the head below it."""

from __future__ import annotations

import numpy as np

from explorer.training.portraits.canvas import Canvas
from explorer.training.portraits.curves import curve, ellipse, loop, mirrored, ribbon
from explorer.training.portraits.head import Head
from explorer.training.portraits.palette import CREAM, Colour, shade, tint

_BAND = -0.27  # height of a hat's lower edge over the middle of the forehead


def paint_hat(canvas: Canvas, head: Head) -> None:
    """The hat of ``hat_style``, if one is worn."""
    if head.factors.hat:
        HATS[head.factors.hat_style](canvas, head)


def _dome(canvas: Canvas, head: Head, top: float, wide: float, colour: Colour, square: float = 1.0) -> None:
    """The part over the crown, from the band up to ``top``, in light and shadow."""
    angle = np.linspace(-np.pi, 0, 25)
    bow = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** square
    rise = np.abs(np.sin(angle)) ** square
    dome = np.stack([bow * wide, _BAND + 0.04 + (top - _BAND) * rise], 1)
    canvas.fill(head.beside(dome, 0.0), colour)
    light = head.side_of_light
    for reach, opacity in ((0.5, 0.16), (0.25, 0.2)):
        away = (-(bow * light[0]) - rise * light[1] * -0.2).clip(0)
        inner = dome - np.stack([bow * away * wide * reach, np.zeros(25)], 1)
        canvas.fill(head.beside(np.concatenate([dome, inner[::-1]])), shade(colour, 0.6), opacity)


def _paint_beanie(canvas: Canvas, head: Head) -> None:
    colour, wide = head.colours.hat, head.half_width + 0.055
    canvas.fill(head.beside(ellipse(0, -0.85, 0.12, 0.11), -0.05), CREAM)
    _dome(canvas, head, -0.82, wide, colour, 0.85)
    half = [(wide + 0.02, -0.40), (wide + 0.035, -0.21), (0.6 * wide, -0.245), (0.0, -0.255)]
    top = [(0.0, -0.44), (0.6 * wide, -0.43)]
    lower = curve([(-x, y) for x, y in half[1:]] + half[:0:-1][1:], 5)
    upper = curve([half[0], *top[::-1], *[(-x, y) for x, y in top[1:]], (-half[0][0], half[0][1])], 5)
    canvas.fill(head.beside(np.concatenate([lower, upper]), 0.06), tint(colour, 0.3))


def _paint_cap(canvas: Canvas, head: Head) -> None:
    colour, wide = head.colours.hat, head.half_width + 0.05
    _dome(canvas, head, -0.78, wide, colour, 0.9)
    canvas.fill(head.beside(ellipse(0, -0.775, 0.04, 0.025, 10)), shade(colour, 0.4))
    visor = [(0.8, -0.30), (0.93, -0.235), (0.6, -0.215), (0, -0.235)]
    shape = loop(
        np.concatenate([mirrored(visor[:3]), [(-0.45, -0.37), (0, -0.39), (0.45, -0.37)]])
        * (head.half_width, 1),
        5,
    )
    canvas.fill(head.beside(shape, 0.36), shade(colour, 0.35))


def _paint_sunhat(canvas: Canvas, head: Head) -> None:
    straw, wide = (238, 204, 138), head.half_width
    brim = ellipse(0, -0.30, wide + 0.33, 0.125, 36)
    canvas.fill(head.beside(brim, 0.05), shade(straw, 0.18))
    canvas.fill(head.beside(brim - (0, 0.022), 0.05), straw)
    _dome(canvas, head, -0.80, wide * 0.9, straw, 0.7)
    band = ribbon(curve([(-0.9 * wide, -0.345), (0, -0.295), (0.9 * wide, -0.345)]), 0.1)
    canvas.fill(head.beside(band, 0.02), head.colours.hat)


def _paint_beret(canvas: Canvas, head: Head) -> None:
    colour, wide = head.colours.hat, head.half_width
    cap = [
        (-wide - 0.02, -0.30),
        (-wide - 0.06, -0.44),
        (-0.2, -0.74),
        (0.28, -0.80),
        (wide + 0.16, -0.62),
        (wide + 0.13, -0.42),
        (wide, -0.32),
        (0, -0.30),
    ]
    canvas.fill(head.beside(loop(cap)), colour)
    canvas.fill(head.beside(ellipse(0.22, -0.8, 0.025, 0.05, 10)), shade(colour, 0.3))
    light = head.side_of_light
    canvas.fill(head.beside(ellipse(0.08 + 0.25 * light[0], -0.62, 0.2, 0.08, 20)), tint(colour, 0.5), 0.3)
    band = ribbon(curve([(-wide - 0.01, -0.27), (0, -0.275), (wide + 0.01, -0.27)]), 0.075)
    canvas.fill(head.beside(band, 0.04), shade(colour, 0.35))


HATS = {"beanie": _paint_beanie, "cap": _paint_cap, "sunhat": _paint_sunhat, "beret": _paint_beret}
