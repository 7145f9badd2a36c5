"""Signal detection theory: how well real and made are told apart, whatever somebody is inclined to say.

A made picture is the signal. A hit is a made picture called made, a false alarm a real one called made. Rates get the
log-linear correction (Hautus, 1995), (hits + 0.5) / (signals + 1), so that none is 0 or 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, pi, sqrt
from statistics import NormalDist

from explorer.core.proportions import NORMAL_975, Interval
from explorer.core.quiz.answers import Answer

_z = NormalDist().inv_cdf


@dataclass(frozen=True)
class Sensitivity:
    """d' and the criterion with their intervals.

    Attributes
    ----------
    d, d_interval :
        d': 0 is chance; in units of the standard deviation of what is perceived.
    c, c_interval :
        Criterion: 0 is no bias. With one picture, above 0 somebody is inclined to say *real*; of a pair, above 0
        to say *right*.
    """

    d: float
    d_interval: Interval
    c: float
    c_interval: Interval


def loglinear(hits: int, trials: int) -> float:
    """A rate kept away from 0 and 1: (hits + 1/2) / (trials + 1) (Hautus, 1995)."""
    return (hits + 0.5) / (trials + 1.0)


def yes_no(hits: int, signals: int, false_alarms: int, noises: int) -> Sensitivity:
    """d' and c of a yes/no task.

    d' = z(H) - z(F) and c = -(z(H) + z(F)) / 2. Variance (Gourevitch & Galanter, 1967):
    var d' = H (1 - H) / (n_s phi(z(H))^2) + F (1 - F) / (n_n phi(z(F))^2) and var c = var d' / 4, with the
    corrected rates. The intervals are d' and c plus and minus 1.96 standard errors.

    Parameters
    ----------
    hits, signals : int
        Made pictures called made, of how many.
    false_alarms, noises : int
        Real pictures called made, of how many.

    Raises
    ------
    ValueError
        There is no trial of one of the kinds, or more hits than trials.
    """
    _check(hits, signals)
    _check(false_alarms, noises)
    h, f = loglinear(hits, signals), loglinear(false_alarms, noises)
    error = sqrt(_variance(h, signals) + _variance(f, noises))
    d, c = _z(h) - _z(f), -(_z(h) + _z(f)) / 2.0
    return Sensitivity(d, _around(d, error), c, _around(c, error / 2.0))


def forced_choice(left_hits: int, lefts: int, right_hits: int, rights: int) -> Sensitivity:
    """d' and bias of a choice between two, of which one is real.

    Without a bias to a side d' = sqrt(2) z(PC) (Green & Swets, 1966; Macmillan & Creelman, 2005, eq. 7.2). With
    H the share of *left* where the real one is left, and F where it is right, d' = (z(H) - z(F)) / sqrt(2), the
    same where 1 - F = H, and c = -(z(H) + z(F)) / 2. Variances as for `yes_no`, that of d' halved.

    Parameters
    ----------
    left_hits, lefts : int
        Right answers where the real picture was on the left, of how many.
    right_hits, rights : int
        The same of the right.
    """
    told = yes_no(left_hits, lefts, rights - right_hits, rights)
    low, high = told.d_interval
    root = sqrt(2.0)
    return Sensitivity(told.d / root, (low / root, high / root), told.c, told.c_interval)


def sensitivity(answers: Iterable[Answer]) -> Sensitivity | None:
    """d' and criterion of answers, all of one form; None while a side or kind is missing, or where forms are mixed."""
    rows = list(answers)
    if len({answer.form for answer in rows}) != 1:
        return None
    signal, noise = ("left", "right") if rows[0].form == "pair" else ("made", "real")
    signals = [answer for answer in rows if answer.truth == signal]
    noises = [answer for answer in rows if answer.truth == noise]
    if not signals or not noises:
        return None
    hits, rejections = (sum(answer.correct for answer in part) for part in (signals, noises))
    if rows[0].form == "pair":
        return forced_choice(hits, len(signals), rejections, len(noises))
    return yes_no(hits, len(signals), len(noises) - rejections, len(noises))


def _variance(rate: float, trials: int) -> float:
    """Of z(rate), by the delta method."""
    density = exp(-(_z(rate) ** 2) / 2.0) / sqrt(2.0 * pi)
    return rate * (1.0 - rate) / (trials * density**2)


def _around(value: float, error: float) -> Interval:
    return value - NORMAL_975 * error, value + NORMAL_975 * error


def _check(hits: int, trials: int) -> None:
    if not 0 <= hits <= trials or trials < 1:
        raise ValueError(f"{hits} of {trials} cannot be")
