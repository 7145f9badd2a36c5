"""Where a made picture errs: the real picture it resembles most, and the parts that give it away.

Neither is the truth. The nearest real picture is near in pixels, not in meaning; a difference from it may be mere
variety. What the critic doubts is what this critic learned to doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from explorer.core.quiz.resampling import blurring
from explorer.core.quiz.stimuli import as_stored
from explorer.core.rendering.picture_files import cell_means

Picture = NDArray[np.uint8]
Heat = NDArray[np.float64]
Scores = Callable[[NDArray[np.uint8]], NDArray[np.float32]]

CELLS = 8
_THUMB = 16  # side at which pictures are compared: what is alike at a glance, not hair by hair
_AT_ONCE = 4096
_SOFT = 0.15  # blur of what replaces a part, as a share of the side


def nearest(
    made: Picture,
    reals: NDArray[np.uint8],
    but: Collection[int] = (),
) -> int:
    """Which of the real pictures has the smallest mean squared difference in pixels, at 16 x 16.

    Parameters
    ----------
    made : (size, size, 1 or 3) uint8
    reals : (N, size', size', 1 or 3) uint8
        Colour is compared only where both have it.
    but : collection of int
        Which of the real pictures are passed over; not all.
    """
    channels = min(made.shape[2], reals.shape[3])
    hidden = np.zeros(len(reals), np.bool_)
    hidden[list(but)] = True
    wanted = cell_means(as_stored(made, min(made.shape[:2]), channels)[None], _THUMB)[0]
    best, least = 0, np.inf
    for start in range(0, len(reals), _AT_ONCE):
        part = np.asarray(reals[start : start + _AT_ONCE])
        if part.shape[3] != channels:
            part = np.round(part.mean(axis=3, keepdims=True)).astype(np.uint8)
        apart = ((cell_means(part, _THUMB) - wanted) ** 2).mean(axis=(1, 2, 3))
        apart[hidden[start : start + _AT_ONCE]] = np.inf
        if apart.min() < least:
            best, least = start + int(apart.argmin()), float(apart.min())
    return best


def deviation(made: Picture, real: Picture) -> Heat:
    """How much each part differs from a real picture: (8, 8) from 0 to 1, the largest being 1.

    Parameters
    ----------
    made, real : (size, size, channels) uint8
    """
    apart = np.abs(made.astype(np.float64) - real).mean(axis=2)
    return _from_0_to_1(cell_means(apart[None, :, :, None], CELLS)[0, :, :, 0].astype(np.float64))


def doubts(made: Picture, scores: Scores) -> Heat:
    """How much each part lowers a critic's score: (8, 8) from 0 to 1, the largest being 1.

    A part counts as much as the score rises when it is smoothed over (occlusion; Zeiler & Fergus, 2014). All 0 where
    smoothing helps nowhere.

    Parameters
    ----------
    made : (size, size, channels) uint8
        As the critic takes it.
    scores : callable
        Takes (N, size, size, channels) uint8; larger is more real.
    """
    size = made.shape[0]
    weights = blurring(size, _SOFT * size)
    smooth = np.einsum("yi,ijc,xj->yxc", weights, made.astype(np.float64), weights, optimize=True)
    softer = np.round(smooth).clip(0, 255).astype(np.uint8)
    edges = np.linspace(0, size, CELLS + 1).astype(int)
    tried = [made]
    for top, bottom in pairwise(edges):
        for left, right in pairwise(edges):
            changed = made.copy()
            changed[top:bottom, left:right] = softer[top:bottom, left:right]
            tried.append(changed)
    told = np.asarray(scores(np.stack(tried)), np.float64)
    return _from_0_to_1(np.maximum(told[1:] - told[0], 0.0).reshape(CELLS, CELLS))


def _from_0_to_1(heat: Heat) -> Heat:
    top = float(heat.max())
    return heat / top if top > 0.0 else np.zeros_like(heat)
