"""A photo as a translator takes it: its lines traced, its colours, its detail or a part of it gone."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from explorer.core.drawing.given_words import SMALL, times_of
from explorer.core.drawing.lacking import by_night, with_hole, with_noise, without_colour, without_detail
from explorer.core.drawing.tracing import filtered_lines, with_dabs
from explorer.core.photos.resizing import Fit, fitted_picture, with_channels
from explorer.core.problem import Problem

Picture = NDArray[np.uint8]

_USUAL_TIMES, _HAND, _SECOND_HAND = 4, 1, 4


def given_picture(photo: Picture, given: str, height: int, width: int, fit: Fit = "crop", seed: int = 0) -> Picture:
    """What a translator that takes ``given`` would be given of a photo, (height, width, 3) uint8.

    Parameters
    ----------
    photo : (any height, any width, 1 or 3) uint8
    given : str
        A word of `explorer.core.drawing.given_words`; one that is not known leaves the photo as it is.
    height, width : int
        What the translator takes; 0 where it takes any.
    fit : {"crop", "whole"}
        See `fitted_picture`.
    seed : int
        Of what is left to chance: where the hole is, how steadily lines are drawn.

    Raises
    ------
    Problem
        It takes a map of segments, which no photo says.
    """
    if given == "segments":
        raise Problem("A photo does not say where its segments are.", "Draw them over it.")
    fitted = with_channels(fitted_picture(photo, height, width, fit).fed, 3)
    rows, columns = fitted.shape[:2]
    side = max(rows, columns)
    square = np.pad(fitted, ((0, side - rows), (0, side - columns), (0, 0)), "edge")  # as is learned from
    return np.ascontiguousarray(_spoilt(square, given, RandomState(seed))[:rows, :columns])


def ground_of(picture: Picture, given: str, height: int, width: int) -> Picture:
    """What is to be drawn upon for a translator that takes ``given``, (height, width, 3): lines, or a duller picture.

    Where the picture itself is to be worked on, as with a hole that a hand makes, or says nothing of what is drawn, it
    stays as it is. The same picture has the same lines.
    """
    words = given if given in ("lines", "lines+dabs", "grey") or given.partition(":")[0] == SMALL else ""
    found = given_picture(picture, words, height, width, seed=_HAND)
    if words != "lines+dabs":
        return found
    plain = given_picture(picture, "", height, width)  # a person would leave no part of a face without its colour
    blank = np.full(plain.shape[:2], 255, np.uint8)
    return np.minimum(found, with_dabs(blank, plain, RandomState(_SECOND_HAND)))


def _spoilt(picture: Picture, given: str, rng: RandomState) -> Picture:
    if given in ("lines", "lines+dabs"):
        lines = filtered_lines(picture, rng)
        return with_channels(lines[..., None], 3) if given == "lines" else with_dabs(lines, picture, rng)
    if given == "grey":
        return without_colour(picture)
    if given == "hole":
        return with_hole(picture, rng)
    if given == "noise":
        return with_noise(picture, rng)
    if given == "night":
        return by_night(picture)
    if given.partition(":")[0] == SMALL:
        return without_detail(picture, times_of(given) or _USUAL_TIMES)
    return picture
