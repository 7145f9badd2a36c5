"""Hair behind the head: curtains, the cloud of an afro, bunches and a bun."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from explorer.training.portraits.curves import ellipse, loop, mirrored, moved
from explorer.training.portraits.hair import pressed
from explorer.training.portraits.head import Head, beside
from explorer.training.portraits.palette import shade, tint
from explorer.training.portraits.shape_canvas import ShapeCanvas

_ROUND = np.linspace(0, 2 * np.pi, 113)[:-1]
_CLOUD = np.stack([np.cos(_ROUND), np.sin(_ROUND)], 1) * (1 + 0.05 * np.abs(np.sin(_ROUND * 7)))[:, None]
_TAIL = loop([(-0.09, 0.10), (0.10, 0.10), (0.20, 0.40), (0.09, 0.74), (-0.07, 0.44)], 6)


def paint_back_hair(canvas: ShapeCanvas, head: Head) -> None:
    """What shows behind neck and ears, for the cuts that have it."""
    if paint := _PAINTERS.get(head.factors.hair_style):
        paint(canvas, head)


def _paint_curtain(canvas: ShapeCanvas, head: Head, end: float, flare: float) -> None:
    wide = head.half_width + 0.10
    half = [
        (0.3 * wide, -0.54),
        (0.8 * wide, -0.40),
        (wide, -0.08),
        (wide + 0.5 * flare, 0.3),
        (wide + flare, end - 0.1),
        (0.8 * wide, end),
        (0.2, end - 0.03),
    ]
    canvas.fill(pressed(loop(mirrored(half), 4), head), beside(-0.08), shade(head.colours.hair, 0.24))


def _paint_cloud(canvas: ShapeCanvas, head: Head) -> None:
    cloud = pressed(_CLOUD * (head.half_width + 0.25, 0.64) + (0, -0.12), head)
    canvas.fill(cloud, beside(-0.02), head.colours.hair)
    start = int(np.argmax(cloud @ head.light))
    rim = np.roll(cloud, -start, 0)
    facing = -(rim @ head.light).clip(max=0)[:, None]
    for reach in (0.45, 0.22):
        dim = np.concatenate([rim, (rim * (1 - reach * facing))[::-1]])
        canvas.fill(dim, beside(-0.02), shade(head.colours.hair, 0.55), 0.22)


def _paint_tails(canvas: ShapeCanvas, head: Head) -> None:
    x, behind = head.half_width + 0.12, beside(-0.06)
    for side in (-1, 1):
        canvas.fill(moved(_TAIL, x, 0) * (side, 1), behind, shade(head.colours.hair, 0.12))
        canvas.fill(ellipse(side * (x - 0.02), 0.115, 0.085, 0.06, 16), behind, head.colours.clothes)


def _paint_knot(canvas: ShapeCanvas, head: Head) -> None:
    """On the crown; with a hat, low in the neck."""
    x, y, radius = (0.31, 0.43, 0.17) if head.factors.hat else (0.0, -0.72, 0.20)
    colour, behind = head.colours.hair, beside(-0.06)
    canvas.fill(ellipse(x, y, radius, radius * 0.92), behind, shade(colour, 0.15))
    shine = ellipse(x + 0.06 * head.light[0], y - 0.06, radius * 0.5, radius * 0.3, 16)
    canvas.fill(shine, behind, tint(colour, 0.35), 0.5)


_PAINTERS: dict[str, Callable[[ShapeCanvas, Head], None]] = {
    "bob": partial(_paint_curtain, end=0.54, flare=0.05),
    "long": partial(_paint_curtain, end=1.0, flare=0.10),
    "afro": _paint_cloud,
    "pigtails": _paint_tails,
    "bun": _paint_knot,
}
