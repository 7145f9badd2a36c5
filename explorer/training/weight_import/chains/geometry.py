"""Strides and paddings, which no weights tell: those that lead to a picture of a usual size.

A transposed convolution of kernel k, stride s, padding p and output padding o makes s (n - 1) - 2 p + k + o pixels
of n (Dumoulin and Visin 2016, relationship 14).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

NICE_SIDES = (28, 32, 64, 128, 256, 16, 48, 96, 512, 1024, 192, 24, 20, 84, 160, 384)
_MOST_WAYS = 4096
_SLACK = 2
_SMALLEST = 8
_CUT = 32

Way = tuple[int, int, int]
"""Stride, padding and output padding."""

_WAYS: dict[int, tuple[Way, ...]] = {
    1: ((1, 0, 0), (1, 2, 0)),
    2: ((2, 0, 0),),
    3: ((2, 1, 1), (1, 1, 0), (2, 1, 0), (2, 0, 0)),
    4: ((2, 1, 0), (1, 0, 0), (2, 0, 0)),
    5: ((2, 2, 1), (1, 2, 0), (2, 2, 0), (1, 0, 0), (2, 0, 0)),
    6: ((2, 2, 0), (2, 0, 0)),
    7: ((1, 3, 0), (2, 3, 1), (1, 0, 0)),
    8: ((4, 2, 0), (2, 3, 0)),
    16: ((8, 4, 0),),
}


@dataclass(frozen=True)
class Turn:
    """One step that may change the side: a transposed convolution ``up`` or one that keeps it, ``conv``.

    ``doubles`` says that the picture is enlarged by two before it; ``square`` that it has as many channels as before.
    """

    kind: Literal["up", "conv"]
    kernel: int
    doubles: bool = False
    square: bool = False


@dataclass(frozen=True)
class StridePlan:
    """Strides and paddings of every turn, and the side that they lead to; and behind which turn what is cut off."""

    ways: tuple[Way, ...]
    side: int
    crop: tuple[int, int] = (0, 0)
    """How many turns come before it, and the side that is left."""


DIGITS = StridePlan(((1, 0, 0), (1, 0, 0), (2, 0, 0)), 28, (1, 7))
"""Of a WGAN-GP for handwritten digits, which cuts 8 pixels to 7."""


def plans(start: int, turns: Sequence[Turn], wanted: int | None = None) -> list[StridePlan]:
    """Plans that lead from ``start`` pixels to a usual side, the likeliest first, one for each side.

    Parameters
    ----------
    start : int
        The side before the first turn; 1 for a latent.
    turns : sequence of Turn
    wanted : int or None
        The side that is known from elsewhere: only plans to it are given.
    """
    if start == 1 and tuple(turn.kernel for turn in turns) == (3, 4, 3, 4) and turns[0].kind == "up":
        return [
            StridePlan(((2, 0, 0), (1, 0, 0), (2, 0, 0), (2, 0, 0)), 28)
        ]  # of a course; nothing else has these kernels
    if start == 4 and tuple(turn.kernel for turn in turns) == (5, 5, 8):
        return [DIGITS]
    ways: list[tuple[int, int, tuple[Way, ...]]] = [(0, start, ())]
    for place, turn in enumerate(turns):
        ways = [
            (cost + more, side, (*taken, way))
            for cost, before, taken in ways
            for more, side, way in _steps(turn, before, place == 0, turns)
        ]
        ways = sorted(ways, key=lambda way: way[0])[:_MOST_WAYS]
    fitting = [w for w in ways if w[1] == wanted or (wanted is None and w[1] in NICE_SIDES)]
    if wanted is None and ways and (not fitting or _is_plain(turns)):
        # With kernels of even size alone each step doubles, whatever side that leads to.
        fitting = [w for w in ways if w[0] == ways[0][0] and w[1] >= _SMALLEST] + fitting
    if fitting and wanted is None:
        fitting += [(fitting[0][0], side, taken) for side, taken in _regular(start, turns) if side in NICE_SIDES]
    # Kernels of even size are hardly ever used but to double; others may keep the side as well.
    slack = _SLACK if any(turn.kind == "up" and turn.kernel % 2 for turn in turns) else 0
    found: dict[int, StridePlan] = {}
    for cost, side, taken in fitting:
        if cost <= fitting[0][0] + slack:
            found.setdefault(side, StridePlan(taken, side))
    return list(found.values())


def _regular(start: int, turns: Sequence[Turn]) -> list[tuple[int, tuple[Way, ...]]]:
    """Sides and ways where each transposed convolution has the same stride and padding, as people write them."""
    found: list[tuple[int, tuple[Way, ...]]] = []
    for stride, padding in ((2, 1), (2, 0), (2, 2)):
        side, taken = start, list[Way]()
        for place, turn in enumerate(turns):
            side *= 2 if turn.doubles else 1
            way = (1, turn.kernel // 2, 0) if turn.kind == "conv" else (stride, padding, 0)
            way = (1, 0, 0) if turn.kind == "up" and side == 1 and place == 0 else way
            side = way[0] * (side - 1) - 2 * way[1] + turn.kernel if turn.kind == "up" else side
            taken.append(way)
        found.append((side, tuple(taken)))
    return found


def _is_plain(turns: Sequence[Turn]) -> bool:
    return all(turn.kernel % 2 == 0 for turn in turns[1:] if turn.kind == "up")


def _steps(turn: Turn, side: int, first: bool, turns: Sequence[Turn]) -> list[tuple[int, int, Way]]:
    """Cost, side and way of what a turn may do."""
    if turn.doubles:
        side *= 2
    if turn.kind == "conv":
        return [(0, side, (1, turn.kernel // 2, 0))] if turn.kernel % 2 else []
    if side == 1 and first:
        return [(0, turn.kernel, (1, 0, 0))]
    ways = _WAYS.get(turn.kernel, ())
    if turn.kernel == 1 and turn is turns[-1] and side == _CUT:
        ways = ways[::-1]  # from 32 to 28 pixels, for handwritten digits
    if turn.kernel == 3 and any(other.kernel == 4 for other in turns) and not first:
        # Beside kernels of 4, which double, one of 3 keeps the side, or makes 7 of 4 for pictures of 28.
        ways = ((1, 1, 0), (2, 1, 0), (2, 1, 1)) if turn.square else ((2, 1, 0), (1, 1, 0), (2, 1, 1))
    return [
        (cost, stride * (side - 1) - 2 * padding + turn.kernel + more, (stride, padding, more))
        for cost, (stride, padding, more) in enumerate(ways)
    ]
