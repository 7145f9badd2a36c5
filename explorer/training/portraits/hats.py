"""Hats that sit on every head: each as wide as the head below it."""

from __future__ import annotations

import numpy as np

from explorer.training.portraits.curves import curve, ellipse, loop, mirrored, moved, ribbon
from explorer.training.portraits.head import Head, beside
from explorer.training.portraits.palette import CREAM, Colour, shade, tint
from explorer.training.portraits.shape_canvas import ShapeCanvas

_STRAW = (240, 208, 142)
_BAND = -0.27  # height of a hat's lower edge over the middle of the forehead
_OVER = np.linspace(-np.pi, 0, 25)
_VISOR = loop(
    mirrored([(1.0, -0.36), (1.02, -0.25), (0.6, -0.185), (0.15, -0.165)]).tolist()
    + mirrored([(-0.7, -0.38), (-0.25, -0.42)]).tolist(),
    5,
)


def paint_hat(canvas: ShapeCanvas, head: Head) -> None:
    """The hat of ``hat_style``, if one is worn."""
    if head.factors.hat:
        _PAINTERS[head.factors.hat_style](canvas, head)


def _paint_dome(canvas: ShapeCanvas, head: Head, top: float, wide: float, colour: Colour, square: float) -> None:
    """The part over the crown, from the band up to ``top``; the smaller ``square``, the boxier."""
    across = np.sign(np.cos(_OVER)) * np.abs(np.cos(_OVER)) ** square
    rise = np.abs(np.sin(_OVER)) ** square
    dome = np.stack([across * wide, _BAND + 0.04 + (top - _BAND) * rise], 1)
    canvas.fill(dome, beside(0.02), colour)
    lit = across * head.light[0] - 0.3 * rise * head.light[1]
    dark, bright = shade(colour, 0.6), tint(colour, 0.6)
    for facing, reach, tone in ((-lit, 0.5, dark), (-lit, 0.25, dark), (lit, 0.3, bright)):
        inner = dome.copy()
        inner[:, 0] -= across * facing.clip(0) * wide * reach
        canvas.fill(np.concatenate([dome, inner[::-1]]), beside(0.02), tone, 0.2)


def _paint_beanie(canvas: ShapeCanvas, head: Head) -> None:
    colour, wide = head.colours.hat, head.half_width + 0.055
    canvas.fill(ellipse(0, -0.83, 0.125, 0.115), beside(-0.02), CREAM)
    canvas.fill(ellipse(-0.04 * head.light[0], -0.805, 0.08, 0.06, 16), beside(-0.02), shade(CREAM, 0.3), 0.4)
    _paint_dome(canvas, head, -0.80, wide, colour, 0.85)
    cuff = curve([(-wide + 0.06, -0.305), (-0.5 * wide, -0.345), (0.5 * wide, -0.345), (wide - 0.06, -0.305)], 5)
    canvas.fill(ribbon(moved(cuff, 0, 0.02), 0.2), beside(0.07), shade(colour, 0.5), 0.5)
    canvas.fill(ribbon(cuff, 0.19), beside(0.07), tint(colour, 0.34))


def _paint_cap(canvas: ShapeCanvas, head: Head) -> None:
    colour = head.colours.hat
    _paint_dome(canvas, head, -0.76, head.half_width + 0.05, colour, 0.9)
    canvas.fill(ellipse(0, -0.755, 0.05, 0.028, 12), beside(0.02), shade(colour, 0.4))
    visor = _VISOR * (head.half_width, 1)
    canvas.fill(moved(visor, 0, 0.025), beside(0.3), shade(head.colours.skin, 0.6), 0.4)
    canvas.fill(visor, beside(0.32), shade(colour, 0.6))
    canvas.fill(moved(visor, 0, -0.03), beside(0.32), shade(colour, 0.25))


def _paint_sunhat(canvas: ShapeCanvas, head: Head) -> None:
    wide = head.half_width
    brim = ellipse(0, -0.325, wide + 0.33, 0.125, 36)
    canvas.fill(moved(brim, 0, 0.012), beside(0.05), shade(_STRAW, 0.28))
    canvas.fill(moved(brim, 0, -0.022), beside(0.05), _STRAW)
    _paint_dome(canvas, head, -0.78, wide * 0.92, _STRAW, 0.7)
    band = ribbon(curve([(-0.87 * wide, -0.375), (0, -0.325), (0.87 * wide, -0.375)]), 0.11)
    canvas.fill(band, beside(0.04), head.colours.hat)


def _paint_beret(canvas: ShapeCanvas, head: Head) -> None:
    colour, wide = head.colours.hat, head.half_width
    cap = np.array(
        [
            (-wide - 0.02, -0.30),
            (-wide - 0.07, -0.45),
            (-0.2, -0.74),
            (0.28, -0.80),
            (wide + 0.17, -0.62),
            (wide + 0.13, -0.41),
            (wide, -0.31),
            (0, -0.30),
        ]
    )
    canvas.fill(ribbon(np.array([(0.2, -0.76), (0.23, -0.86)]), 0.045), beside(0), shade(colour, 0.3))
    canvas.fill(loop(cap), beside(0), colour)
    lit = moved(loop(cap * (0.86, 0.75)), 0.05, -0.1) + 0.06 * head.light
    canvas.fill(lit, beside(0.03), tint(colour, 0.5), 0.2)
    shine = ellipse(0.08 + 0.25 * head.light[0], -0.64, 0.17, 0.06, 20)
    canvas.fill(shine, beside(0.03), tint(colour, 0.7), 0.3)
    band = ribbon(curve([(-wide + 0.02, -0.275), (0, -0.285), (wide - 0.02, -0.275)]), 0.085)
    canvas.fill(band, beside(0.05), shade(colour, 0.38))


_PAINTERS = {"beanie": _paint_beanie, "cap": _paint_cap, "sunhat": _paint_sunhat, "beret": _paint_beret}
