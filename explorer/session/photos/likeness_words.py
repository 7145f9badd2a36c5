"""How alike two pictures are, in words for whoever has no feeling for a mean absolute difference."""

from __future__ import annotations

_STEPS = ((0.03, "almost the same"), (0.06, "very alike"), (0.1, "alike"), (0.16, "roughly alike"))
_LEAST = "not much alike"


def likeness_words(error: float) -> str:
    """What a mean absolute difference means.

    Parameters
    ----------
    error : float
        As a share of the range of a pixel, 0 to 1. Photographs of two people, aligned, are 0.15 to 0.3 apart; an
        encoder's answers to photographs that it never saw are about 0.07 off.
    """
    return next((words for most, words in _STEPS if error <= most), _LEAST)
