"""Side effects as a table of text, one direction at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.measured import SideEffects
from explorer.core.proportions import NORMAL_975

_Doubles = NDArray[np.float64]

_WIDEST_NAME = 28
_SIDES = (0, 1)  # the lowest and the highest strength


def without_controls(effects: SideEffects, count: int) -> tuple[SideEffects, _Doubles | None]:
    """What the first ``count`` directions change, and the mean gains (A, 2) of the others, which are random."""
    if len(effects.names) == count:
        return effects, None
    figures: dict[str, Any] = {
        name: value[:count] for name, value in vars(effects).items() if isinstance(value, np.ndarray)
    }
    return replace(effects, names=effects.names[:count], **figures), effects.gains[count:].mean(0)


def table(effects: SideEffects, row: int, *, counted: bool = False, chance: _Doubles | None = None) -> str:
    """What one direction changes: a line for each attribute, columns aligned.

    Parameters
    ----------
    effects : SideEffects
        At two strengths and 0.
    row : int
        Which direction.
    counted : bool
        Whether to say how many pictures have an attribute, instead of which share of them.
    chance : (A, 2), optional
        Gains along random directions, to be told beside those of this one.
    """
    ends = [f"{alpha:+g}" if alpha else "0" for alpha in effects.alphas]
    titles = [
        effects.names[row],
        *(f"at {end}" for end in ends),
        "per alpha (95%)",
    ]
    if any(effects.yes_no):
        titles += [f"flipped at {end} (95%)" for end in (ends[0], ends[-1])]
        titles += [
            f"of those without, gained at {ends[-1]}",
            *([] if chance is None else ["along random ones"]),
        ]
    lines = [_line(effects, row, column, counted, chance) for column in range(len(effects.attributes))]
    return aligned([titles, *lines])


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Rows of text with their columns under each other, the first to the left and all others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(_padded(line, widths)).rstrip() for line in lines)


def _padded(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    rest = zip(line[1:], widths[1:], strict=True)
    return [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in rest)]


def counts(effects: SideEffects) -> list[list[list[int | None]]]:
    """How many pictures are judged to have each attribute, (k, A, K); None for numbers."""
    return [[[_count(effects, share) for share in one] for one in each] for each in effects.shares]


def _line(effects: SideEffects, row: int, column: int, counted: bool, chance: _Doubles | None) -> list[str]:
    name, yes = effects.attributes[column], effects.yes_no[column]
    slope, spread = effects.slopes[row, column], NORMAL_975 * effects.errors[row, column]
    judged = []
    if any(effects.yes_no):
        judged = [*(_flips(effects, row, column, side) for side in _SIDES), _gains(effects, row, column)]
        judged += [] if chance is None else [_share(chance[column, -1])]
    along = effects.shares[row, column] if yes else effects.means[row, column]
    return [
        name if len(name) <= _WIDEST_NAME else f"{name[: _WIDEST_NAME - 1]}…",
        *(_level(effects, value, yes, counted) for value in along),
        _slope(slope, spread, yes),
        *judged,
    ]


def _level(effects: SideEffects, value: Any, yes: bool, counted: bool) -> str:
    if not yes:
        return f"{value:.3g}"
    return f"{_count(effects, value)} of {effects.n}" if counted else f"{value:.1%}"


def _slope(slope: Any, spread: Any, yes: bool) -> str:
    scale, sign = (100.0, "%") if yes else (1.0, "")
    digits = 1 if yes else 2
    words = f"{scale * slope:+.{digits}f}{sign}"
    if not np.isfinite(spread):
        return words
    return f"{words} ({scale * (slope - spread):+.{digits}f} to {scale * (slope + spread):+.{digits}f})"


def _flips(effects: SideEffects, row: int, column: int, side: int) -> str:
    share = effects.flips[row, column, side]
    if not np.isfinite(share):
        return ""
    low, high = effects.flips_low[row, column, side], effects.flips_high[row, column, side]
    return f"{share:.1%} ({100 * low:.0f} to {100 * high:.0f})"


def _gains(effects: SideEffects, row: int, column: int) -> str:
    """How many of those that were not judged to have the attribute are at the highest strength."""
    share, others = effects.gains[row, column, -1], effects.without[row, column]
    if not np.isfinite(share):
        return ""
    low, high = effects.gains_low[row, column, -1], effects.gains_high[row, column, -1]
    return f"{round(share * others)} of {others:.0f}: {share:.1%} ({100 * low:.0f} to {100 * high:.0f})"


def _share(value: Any) -> str:
    return f"{value:.1%}" if np.isfinite(value) else ""


def _count(effects: SideEffects, share: Any) -> int | None:
    return round(float(share) * effects.n) if np.isfinite(share) else None
