"""Hair over the crown and around the face; what hangs behind the head is in `back_hair`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.training.portraits.curves import Points, curve, moved, ribbon
from explorer.training.portraits.head import CROWN, Head, beside, on_face
from explorer.training.portraits.palette import shade, tint
from explorer.training.portraits.shape_canvas import ShapeCanvas

Half = tuple[tuple[float, float], ...]
"""One half of a hairline, from the temple to the parting; across in half-widths of the face."""

_HAT_EDGE = -0.08  # a hat presses flat what lies above
_OVER_CROWN = np.linspace(-np.pi, 0, 41)


@dataclass(frozen=True)
class Haircut:
    """A way to wear hair.

    ``volume`` is how far it stands off the crown and ``sides`` off the temples; ``ends`` how far
    down it frames the face and ``flare`` how far its ends stand off; ``line`` the hairline on the
    right half of the forehead, and ``left`` that on the left where the two differ; ``curls`` how many
    of them show on each side of the crown; ``glossy`` whether light plays on it.
    """

    volume: float
    sides: float
    ends: float
    line: Half
    left: Half = ()
    flare: float = 0.0
    curls: int = 0
    glossy: bool = True


def paint_hair(canvas: ShapeCanvas, head: Head) -> None:
    """What grows over the crown and frames the face, with a shine on the light's side."""
    if not (cut := CUTS.get(head.factors.hair_style)):
        return
    outer, line = _outer(head, cut), _hairline(head, cut)
    drop = np.zeros_like(line)
    drop[4:-4, 1] = 0.035
    canvas.fill_between(((outer, beside()), (line + drop, on_face())), shade(head.colours.skin, 0.5), 0.45)
    canvas.fill_between(((outer, beside()), (line, on_face())), head.colours.hair)
    # The edge catches light, which keeps dark hair apart from dark skin.
    edge = moved(line[3:-3], 0, -0.012)
    canvas.fill(ribbon(edge, (0.008, 0.024, 0.008)), on_face(), tint(head.colours.hair, 0.35), 0.55)
    if cut.glossy and not head.factors.hat:
        _paint_light(canvas, head, outer[1:-1])


def pressed(points: Points, head: Head) -> Points:
    """``points`` of an outline as they lie under a hat, if one is worn."""
    if not head.factors.hat:
        return points
    under = ((_HAT_EDGE - points[:, 1]) / 0.24).clip(0, 1)[:, None]
    under = under * under * (3 - 2 * under)
    most = np.array([head.half_width + 0.03, -CROWN + 0.05])
    reach = np.sqrt(((points / most) ** 2).sum(1, keepdims=True)).clip(1)
    flat: Points = points + (points / reach - points) * under
    return flat


def _outer(head: Head, cut: Haircut) -> Points:
    """The outer edge from the left end over the crown to the right end."""
    side = head.half_width + cut.sides
    arc = np.stack([np.cos(_OVER_CROWN) * side, np.sin(_OVER_CROWN) * (cut.volume - CROWN)], 1)
    if cut.curls:
        arc *= 1 + 0.075 * np.abs(np.sin(_OVER_CROWN * cut.curls))[:, None]
    end = np.array([(0.97 * side + cut.flare, cut.ends), (1.01 * side + 0.4 * cut.flare, 0.5 * cut.ends)])
    return np.concatenate([end * (-1, 1), pressed(arc, head), end[::-1]])


def _hairline(head: Head, cut: Haircut) -> Points:
    """The inner edge from the right end over the forehead to the left end."""
    left = np.array(cut.left or cut.line[:-1]) * (-1, 1)
    return curve(np.concatenate([cut.line, left[::-1]]) * (head.half_width, 1), 4)


def _paint_light(canvas: ShapeCanvas, head: Head, arc: Points) -> None:
    """A band of shine on the light's side, and shadow along the other edge."""
    outward = arc / np.sqrt((arc * arc).sum(1, keepdims=True))
    facing = outward @ head.light
    middle = int(np.argmax(facing))
    path = arc[max(middle - 6, 1) : middle + 7] * 0.86
    canvas.fill(ribbon(path, (0.01, 0.055, 0.06, 0.055, 0.01)), beside(0.12), tint(head.colours.hair, 0.4), 0.6)
    dim = (0.3 - facing).clip(0, 1)[:, None]
    for depth in (0.13, 0.06):
        crescent = np.concatenate([arc, (arc - outward * dim * depth)[::-1]])
        canvas.fill(crescent, beside(), shade(head.colours.hair, 0.6), 0.25)


CUTS = {
    "short": Haircut(0.10, 0.035, 0.08, ((0.99, 0.08), (0.9, -0.08), (0.82, -0.27), (0.5, -0.34), (0, -0.35))),
    "swept": Haircut(
        volume=0.20,
        sides=0.045,
        ends=0.1,
        line=((0.99, 0.1), (0.9, -0.1), (0.84, -0.3), (0.62, -0.40)),
        left=((0.99, 0.1), (0.92, -0.08), (0.86, -0.24), (0.4, -0.25), (-0.1, -0.28), (-0.45, -0.36)),
    ),
    "curly": Haircut(
        volume=0.15,
        sides=0.085,
        ends=0.14,
        line=((0.98, 0.14), (0.86, -0.03), (0.8, -0.2), (0.55, -0.24), (0.3, -0.32), (0, -0.28)),
        curls=10,
    ),
    "afro": Haircut(
        volume=0.16,
        sides=0.10,
        ends=0.05,
        line=((0.99, 0.05), (0.9, -0.12), (0.8, -0.28), (0.45, -0.34), (0, -0.35)),
        glossy=False,
    ),
    "bob": Haircut(
        volume=0.12,
        sides=0.10,
        ends=0.42,
        line=((1.0, 0.44), (0.9, 0.25), (0.86, 0.06), (0.82, -0.14), (0.6, -0.2), (0.3, -0.215), (0, -0.21)),
        flare=0.03,
    ),
    "long": Haircut(
        volume=0.12,
        sides=0.085,
        ends=0.92,
        line=((0.98, 0.97), (1.0, 0.6), (0.95, 0.2), (0.86, -0.08), (0.6, -0.27), (0.25, -0.38), (0, -0.43)),
        flare=0.07,
    ),
    "pigtails": Haircut(0.10, 0.05, 0.12, ((0.99, 0.12), (0.9, -0.06), (0.74, -0.26), (0.35, -0.36), (0, -0.44))),
    "bun": Haircut(0.085, 0.03, 0.04, ((0.98, 0.04), (0.9, -0.12), (0.74, -0.3), (0.4, -0.39), (0, -0.41))),
}
"""The cuts by ``hair_style``; bald has none."""
