"""Confidence as evidence: the area under the ROC curve of ratings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from explorer.core.proportions import NORMAL_975, Interval
from explorer.core.quiz.answers import Answer

_HALVINGS = 60


@dataclass(frozen=True)
class Roc:
    """How ratings tell two kinds apart: the area under their ROC curve.

    Attributes
    ----------
    area : float
        Chance that a made picture is rated more made than a real one, ties counting half: 0.5 is chance.
    interval : (float, float)
        95 %, by the score method of Newcombe (2006).
    """

    area: float
    interval: Interval


def rating(answer: Answer) -> int:
    """How much was in favour of the signal: 1 to 5 for it, -1 to -5 against; the answer alone where nothing was
    asked about confidence. The signal is *made*, or *left* of a pair."""
    sure = 1 if answer.confidence is None else answer.confidence
    return sure if answer.said in ("made", "left") else -sure


def roc(answers: Iterable[Answer]) -> Roc | None:
    """The area of rated answers, all of one form; None while a kind is missing."""
    rows = list(answers)
    if len({answer.form for answer in rows}) != 1:
        return None
    signals = [rating(answer) for answer in rows if answer.truth in ("made", "left")]
    noises = [rating(answer) for answer in rows if answer.truth not in ("made", "left")]
    return roc_of(signals, noises) if signals and noises else None


def roc_of(signals: Sequence[float], noises: Sequence[float]) -> Roc:
    """The area of ratings of signals and of noises, at least one each (Hanley & McNeil, 1982)."""
    high, low = np.asarray(signals, np.float64), np.asarray(noises, np.float64)
    apart = high[:, None] - low[None, :]
    area = float((apart > 0).mean() + (apart == 0).mean() / 2.0)
    return Roc(area, area_interval(area, len(high), len(low)))


def area_interval(area: float, signals: int, noises: int) -> Interval:
    """The 95 % interval of an area (Newcombe, 2006, method 5): all A' with |A' - A| at most 1.96 standard errors
    at A', each kind counted as (s + n) / 2 in the error's bracket. Has a width even at 0 and 1."""
    return _limit(area, signals, noises, 0.0), _limit(area, signals, noises, 1.0)


def _limit(area: float, signals: int, noises: int, end: float) -> float:
    """Halve the way between the area, which is inside, and an end, which is not."""
    inside, outside = area, end
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2.0
        if abs(middle - area) <= NORMAL_975 * _mean_error(middle, signals, noises):
            inside = middle
        else:
            outside = middle
    return inside


def _mean_error(area: float, signals: int, noises: int) -> float:
    kind = (signals + noises) / 2.0 - 1.0
    bracket = 1.0 + kind * ((1.0 - area) / (2.0 - area) + area / (1.0 + area))
    return sqrt(area * (1.0 - area) * bracket / (signals * noises))
