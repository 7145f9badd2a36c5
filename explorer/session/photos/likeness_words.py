"""How far two pictures are apart, in words for whoever has no feeling for a mean absolute difference."""

from __future__ import annotations

_STEPS = ((0.03, "hardly anything"), (0.1, "not much"), (0.16, "clearly visible"))
_LEAST = "as much as between photos of two people"
_TELLING = 0.01  # of the range of a pixel, below which not even glasses can hide


def difference_words(error: float) -> str:
    """What a mean absolute difference means: how much of it there is first, and what it cannot tell.

    The mean is over all pixels, so what covers few of them, such as glasses or a beard, hardly counts: no amount that
    is usual here says that two pictures show the same.

    Parameters
    ----------
    error : float
        As a share of the range of a pixel, 0 to 1. Photographs of two people, aligned, are 0.15 to 0.3 apart; an
        encoder's answers to photographs that it never saw are about 0.07 off.
    """
    amount = next((words for most, words in _STEPS if error <= most), _LEAST)
    doubt = "; details may still be missing" if _TELLING < error <= _STEPS[1][0] else ""
    return f"{100 * error:.1f}% off per pixel on average, which is {amount}{doubt}"
