"""Hair: what hangs behind the head, and what frames the face, for every cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.training.portraits.canvas import Canvas
from explorer.training.portraits.curves import Points, curve, ellipse, loop, mirrored, ribbon
from explorer.training.portraits.head import CROWN, Head
from explorer.training.portraits.palette import shade, tint

Half = tuple[tuple[float, float], ...]
"""One half of a hairline, from the temple to the parting; across in half-widths of the face."""

_HAT_EDGE = -0.25  # a hat presses flat what lies above


@dataclass(frozen=True)
class Cut:
    """A way to wear hair.

    ``volume`` is how far it stands off the crown and ``sides`` off the temples; ``ends`` how far
    down it frames the face; ``line`` the hairline on the right half of the forehead and ``left`` on
    the left where the two differ; ``bumps`` the number of curls around it.
    """

    volume: float
    sides: float
    ends: float
    line: Half
    left: Half = ()
    bumps: int = 0
    back: Callable[[Canvas, Head], None] | None = None


def paint_back_hair(canvas: Canvas, head: Head) -> None:
    """What shows behind neck and ears."""
    cut = CUTS[head.factors.hair_style]
    if cut and cut.back:
        cut.back(canvas, head)


def paint_hair(canvas: Canvas, head: Head) -> None:
    """What grows over the crown and frames the face, with a shine on the light's side."""
    if not (cut := CUTS[head.factors.hair_style]):
        return
    colour = head.colours.hair
    outer, line = _outer(head, cut), _hairline(head, cut)
    rim = head.on_face(line)
    canvas.fill(np.concatenate([head.beside(outer), rim]), colour)
    canvas.fill(ribbon(rim[2:-2], 0.022), shade(colour, 0.45), 0.5)
    _paint_shine(canvas, head, outer)


def _outer(head: Head, cut: Cut) -> Points:
    """The outer edge from the left end over the crown to the right end."""
    angle = np.linspace(-np.pi, 0, 33)
    wide, high = head.half_width + cut.sides, -CROWN + cut.volume
    if cut.bumps:
        bump = 1 + 0.045 * np.abs(np.sin(angle * cut.bumps / 2))
        wide, high = wide * bump, high * bump
    arc = np.stack([np.cos(angle) * wide, np.sin(angle) * high], 1)
    side = head.half_width + cut.sides
    arc = _pressed(arc, head) if head.factors.hat else arc
    return np.concatenate([[(-side * 0.97, cut.ends)], arc, [(side * 0.97, cut.ends)]])


def _pressed(points: Points, head: Head) -> Points:
    """``points`` as they lie under a hat."""
    under = ((_HAT_EDGE - points[:, 1]) / 0.15).clip(0, 1)[:, None]
    most = np.array([head.half_width + 0.03, -CROWN + 0.04])
    reach = np.sqrt(((points / most) ** 2).sum(1, keepdims=True)).clip(1)
    return points + (points / reach - points) * under


def _hairline(head: Head, cut: Cut) -> Points:
    """The inner edge from the right end over the forehead to the left end."""
    scale = (head.half_width, 1.0)
    right = np.asarray(cut.line) * scale
    left = np.asarray(cut.left or cut.line) * scale * (-1, 1)
    return curve(np.concatenate([right, left[::-1]]), 4)


def _paint_shine(canvas: Canvas, head: Head, outer: Points) -> None:
    colour = head.colours.hair
    light = head.side_of_light
    centre = np.array([0.62 * light[0] * head.half_width, 0.80 * light[1] * -CROWN])
    if head.factors.hat:
        return
    across = np.array([-light[1], light[0]])
    path = (
        centre
        + np.linspace(-0.16, 0.16, 9)[:, None] * across
        - (np.linspace(-1, 1, 9) ** 2)[:, None] * light * 0.05
    )
    canvas.fill(ribbon(head.beside(path, 0.1), (0.01, 0.07, 0.01)), tint(colour, 0.45), 0.55)
    for depth, opacity in ((0.10, 0.22), (0.05, 0.25)):
        canvas.fill(head.beside(_rim_shadow(outer[1:-1], head, depth)), shade(colour, 0.6), opacity)


def _rim_shadow(arc: Points, head: Head, depth: float) -> Points:
    outward = arc / np.sqrt((arc * arc).sum(1, keepdims=True))
    facing = (-(outward @ head.side_of_light) + 0.25).clip(0)[:, None]
    return np.concatenate([arc, (arc - outward * facing * depth)[::-1]])


def _curtain(width: float, end: float, flare: float) -> Callable[[Canvas, Head], None]:
    """Hair that falls behind the shoulders (or the jaw) down to ``end``."""

    def paint(canvas: Canvas, head: Head) -> None:
        w = head.half_width + width
        half = [
            (0, -0.56),
            (0.62 * w, -0.46),
            (w, -0.08),
            (w + 0.5 * flare, 0.3),
            (w + flare, end - 0.08),
            (0.75 * w, end),
            (0.2, end - 0.03),
        ]
        canvas.fill(head.beside(loop(mirrored(half), 4), -0.10), shade(head.colours.hair, 0.3))

    return paint


def _cloud(canvas: Canvas, head: Head) -> None:
    """The round mass of an afro; a hat holds its top down."""
    angle = np.linspace(0, 2 * np.pi, 121)[:-1]
    radius = 1 + 0.03 * np.abs(np.sin(angle * 8))
    ball = np.stack(
        [np.cos(angle) * radius * (head.half_width + 0.27), np.sin(angle) * radius * 0.66 - 0.14], 1
    )
    ball = _pressed(ball, head) if head.factors.hat else ball
    canvas.fill(head.beside(ball, -0.06), shade(head.colours.hair, 0.22))


def _tails(canvas: Canvas, head: Head) -> None:
    """Two bunches below the ears."""
    colour = head.colours.hair
    for side in (-1, 1):
        x = side * (head.half_width + 0.13)
        tail = [
            (x - 0.09 * side, 0.1),
            (x + 0.1 * side, 0.12),
            (x + 0.17 * side, 0.42),
            (x + 0.05 * side, 0.74),
            (x - 0.06 * side, 0.42),
        ]
        canvas.fill(head.beside(loop(tail), -0.08), shade(colour, 0.14))
        canvas.fill(
            head.beside(ellipse(x - 0.01 * side, 0.13, 0.075, 0.055, 16), -0.08), head.colours.clothes
        )


def _knot(canvas: Canvas, head: Head) -> None:
    """A bun on the crown; with a hat, low in the neck."""
    x, y, radius = (0.0, -0.76, 0.19) if not head.factors.hat else (0.36, 0.5, 0.15)
    colour = head.colours.hair
    canvas.fill(head.beside(ellipse(x, y, radius, radius * 0.92), -0.08), shade(colour, 0.12))
    canvas.fill(
        head.beside(ellipse(x - 0.05, y - 0.05, radius * 0.45, radius * 0.3, 16), -0.08),
        tint(colour, 0.3),
        0.4,
    )


CUTS: dict[str, Cut | None] = {
    "bald": None,
    "short": Cut(0.10, 0.035, 0.08, ((0.99, 0.08), (0.9, -0.08), (0.82, -0.27), (0.5, -0.34), (0, -0.35))),
    "swept": Cut(
        0.20,
        0.045,
        0.1,
        ((0.99, 0.1), (0.9, -0.1), (0.84, -0.3), (0.62, -0.40)),
        ((0.99, 0.1), (0.92, -0.08), (0.86, -0.24), (0.4, -0.25), (-0.1, -0.28), (-0.45, -0.36)),
    ),
    "curly": Cut(
        0.17,
        0.11,
        0.16,
        ((1.0, 0.16), (0.88, -0.02), (0.8, -0.2), (0.52, -0.25), (0.28, -0.33), (0, -0.28)),
        bumps=18,
    ),
    "afro": Cut(
        0.16, 0.10, 0.05, ((0.99, 0.05), (0.9, -0.12), (0.8, -0.28), (0.45, -0.34), (0, -0.35)), back=_cloud
    ),
    "bob": Cut(
        0.12,
        0.10,
        0.36,
        ((1.06, 0.36), (0.86, 0.1), (0.82, -0.14), (0.6, -0.2), (0.3, -0.21), (0, -0.2)),
        back=_curtain(0.10, 0.52, 0.05),
    ),
    "long": Cut(
        0.12,
        0.085,
        0.55,
        ((1.1, 0.55), (0.93, 0.2), (0.86, -0.08), (0.6, -0.27), (0.25, -0.38), (0, -0.43)),
        back=_curtain(0.10, 0.98, 0.10),
    ),
    "pigtails": Cut(
        0.10, 0.05, 0.12, ((0.99, 0.12), (0.9, -0.06), (0.74, -0.26), (0.35, -0.36), (0, -0.44)), back=_tails
    ),
    "bun": Cut(
        0.085, 0.03, 0.04, ((0.98, 0.04), (0.9, -0.12), (0.74, -0.3), (0.4, -0.39), (0, -0.41)), back=_knot
    ),
}
