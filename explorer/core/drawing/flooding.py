"""What is connected: the part of a mask that can be reached from one place by steps up, down, left and right."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def connected(mask: Mask, row: int, column: int) -> Mask:
    """The part of ``mask`` (H, W) that hangs together with a place, (H, W); nothing where that is not of it.

    Rows are taken as runs of pixels, of which even a large drawing has few.
    """
    if not mask[row, column]:
        return np.zeros(mask.shape, np.bool_)
    height, width = mask.shape
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).view(np.int8), axis=1)
    rows, firsts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    first_of = np.searchsorted(rows, np.arange(height + 1))
    begin = int(np.flatnonzero((rows == row) & (firsts <= column) & (ends > column))[0])
    reached = _reached(begin, rows.tolist(), firsts.tolist(), ends.tolist(), first_of.tolist())
    changes = np.zeros((height, width + 1), np.int8)
    changes[rows[reached], firsts[reached]] = 1
    changes[rows[reached], ends[reached]] = -1
    return changes.cumsum(1, dtype=np.int8)[:, :-1].view(np.bool_)


def _reached(begin: int, rows: list[int], firsts: list[int], ends: list[int], first_of: list[int]) -> list[int]:
    """The runs that hang together with one of them, which stand in order of their rows."""
    seen, reached, height = [False] * len(rows), [begin], len(first_of) - 1
    seen[begin] = True
    for run in reached:  # grows meanwhile
        for beside in (rows[run] - 1, rows[run] + 1):
            if not 0 <= beside < height:
                continue
            low, high = first_of[beside], first_of[beside + 1]
            touching = bisect_right(ends, firsts[run], low, high), bisect_left(firsts, ends[run], low, high)
            for other in range(*touching):
                if not seen[other]:
                    seen[other] = True
                    reached.append(other)
    return reached
