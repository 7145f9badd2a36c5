"""How convolutional networks climb from a few pixels to a picture, doubling the side at each stage."""

from __future__ import annotations

from collections.abc import Mapping

from explorer.core.problem import Problem


def sides(size: int) -> list[int]:
    """The side at each stage, smallest first: 64 gives 4, 8, 16, 32, 64; 28 gives 7, 14, 28.

    Raises
    ------
    Problem
        ``size`` cannot be halved at least twice down to a side between 4 and 7.
    """
    found = [size]
    while found[0] > 7 and found[0] % 2 == 0:
        found.insert(0, found[0] // 2)
    if not 4 <= found[0] <= 7 or len(found) < 3:
        raise Problem(
            f"These networks cannot make pictures of {size} x {size}.",
            "Choose a size such as 28, 32, 64, 96 or 128.",
        )
    return found


def width_at(side: int, usual: Mapping[int, int], multiple: float) -> int:
    """Channels at ``side``: those of the nearest side in ``usual`` from below, times ``multiple``, at least 4."""
    nearest = max((known for known in usual if known <= side), default=min(usual))
    return max(4, round(usual[nearest] * multiple / 4) * 4)
