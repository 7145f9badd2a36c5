"""What films have in common: their rate, and pictures large enough to be watched."""

from __future__ import annotations

import math

from explorer.core.problem import Problem

_SMALLEST_SIDE = 256  # pixels


def enlargement(height: int, width: int) -> int:
    """By how much pictures are enlarged for a film: the shorter side has at least 256 pixels afterwards."""
    return max(math.ceil(_SMALLEST_SIDE / min(height, width)), 1)


def check_rate(fps: float, most: float, kind: str) -> None:
    """Refuse a rate that a kind of film cannot have.

    Raises
    ------
    Problem
    """
    if not 0.1 <= fps <= most:
        raise Problem(
            f"{kind} cannot show {fps:g} pictures a second.", f"Choose a rate from 0.1 to {most:g}."
        )
