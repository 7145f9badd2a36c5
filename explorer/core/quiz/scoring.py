"""What follows from answers: shares with their intervals, response times, who is fooled by what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import comb
from typing import TypeVar

import numpy as np

from explorer.core.proportions import Interval, difference, wilson
from explorer.core.quiz.answers import Answer

_DRAWS = 10_000
_Row = TypeVar("_Row")
_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Share:
    """So many of so many, with the 95 % Wilson interval. It takes the trials for independent of each other."""

    hits: int
    trials: int

    @property
    def value(self) -> float:
        """The share; NaN of none."""
        return self.hits / self.trials if self.trials else float("nan")

    @property
    def interval(self) -> Interval:
        """From where to where the share may be."""
        return wilson(self.hits, self.trials)


@dataclass(frozen=True)
class Median:
    """A median, with the 95 % interval where there are values enough for one (six), else None."""

    value: float
    interval: Interval | None
    count: int


def accuracy(answers: Iterable[Answer]) -> Share:
    """The share of right answers."""
    return _share([answer.correct for answer in answers])


def critic_accuracy(answers: Iterable[Answer]) -> Share:
    """The share of right answers of the critic, where it was asked."""
    return _share([bool(answer.critic_correct) for answer in answers if answer.critic])


def _share(hits: Sequence[bool]) -> Share:
    return Share(sum(hits), len(hits))


def median(values: Iterable[float]) -> Median | None:
    """The median of values, such as response times; None of none.

    Its interval lies between two of the ordered values, x(l) and x(n + 1 - l) with the largest l for which
    P(Binomial(n, 1/2) < l) is at most 2.5 %: no assumption about their distribution.
    """
    ordered = np.sort(np.asarray(list(values), np.float64))
    count = len(ordered)
    if not count:
        return None
    below = _ranks_below(count)
    interval = (float(ordered[below - 1]), float(ordered[count - below])) if below else None
    return Median(float(np.median(ordered)), interval, count)


def _ranks_below(count: int) -> int:
    """The largest l with P(Binomial(count, 1/2) <= l - 1) at most 2.5 %."""
    total, rank = 0, 0
    while (total := total + comb(count, rank)) * 40 <= 2**count:
        rank += 1
    return rank


def response_time(answers: Iterable[Answer]) -> Median | None:
    """The median response time in milliseconds."""
    return median(answer.response_ms for answer in answers)


def grouped(rows: Iterable[_Row], key: Callable[[_Row], str]) -> dict[str, list[_Row]]:
    """Answers, or rows of them, by what ``key`` says of them, in the order in which each first occurs."""
    groups: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)


@dataclass(frozen=True)
class Standing:
    """A model's place.

    Attributes
    ----------
    model_hash, model_name : str
    fooled : Share
        How many of its pictures were taken for real, of those that were shown.
    rank : int
        1 is the one that fools most; equal shares have equal ranks.
    apart : bool
        Whether it fools measurably less than the model before it: the 95 % interval of the difference (Newcombe,
        1998b) lies below 0. False for the first.
    """

    model_hash: str
    model_name: str
    fooled: Share
    rank: int
    apart: bool


def ranking(answers: Iterable[Answer]) -> tuple[Standing, ...]:
    """Models by the share of their pictures that fooled somebody, over all sessions that are given.

    Every question sets a model against real pictures, never against another model; a Bradley-Terry model of such
    contests orders them as their shares do, so the shares are told, with intervals. One person's answers depend on
    each other: with few people the intervals are too narrow.
    """
    made = grouped((answer for answer in answers if answer.shows_made), lambda answer: answer.model_hash)
    shares = {key: _share([answer.fooled for answer in rows]) for key, rows in made.items()}
    order = sorted(shares, key=lambda key: (-shares[key].value, made[key][0].model_name, key))
    standings: list[Standing] = []
    for place, key in enumerate(order, start=1):
        before = standings[-1] if standings else None
        equal = before is not None and before.fooled.value == shares[key].value
        apart = before is not None and _below(shares[key], before.fooled)
        rank = before.rank if before is not None and equal else place
        standings.append(Standing(key, made[key][0].model_name, shares[key], rank, apart))
    return tuple(standings)


def _below(share: Share, other: Share) -> bool:
    return difference((share.hits, share.trials), (other.hits, other.trials))[1] < 0.0


def fooled_by(answers: Iterable[Answer]) -> dict[tuple[str, int, float, int | None], Share]:
    """How often each made picture was taken for real, by (model hash, seed, psi, class), most fooling first."""
    made = [(each, each.made_seed) for each in answers if each.made_seed is not None]
    psis = [1.0 if each.made_psi is None else each.made_psi for each, _ in made]
    return _ranked(
        ((each.model_hash, seed, psi, each.made_label), each.fooled)
        for (each, seed), psi in zip(made, psis, strict=True)
    )


def doubted(answers: Iterable[Answer]) -> dict[str, Share]:
    """How often each real picture was taken for made, by the hash of its pixels, most doubted first."""
    return _ranked((each.real_hash, not each.correct) for each in answers if each.real_hash)


def _ranked(told: Iterable[tuple[_Key, bool]]) -> dict[_Key, Share]:
    hits: dict[_Key, list[bool]] = defaultdict(list)
    for key, hit in told:
        hits[key].append(hit)
    shares = {key: _share(each) for key, each in hits.items()}
    return dict(sorted(shares.items(), key=lambda item: (-item[1].value, -item[1].trials, str(item[0]))))


@dataclass(frozen=True)
class Hype:
    """A score over people, after HYPE (Zhou et al., 2019).

    Attributes
    ----------
    value : float
    interval : (float, float)
        95 %, percentiles of a bootstrap over people: (value, value) of one person says nothing.
    people : int
    """

    value: float
    interval: Interval
    people: int


def hype_infinity(people: Iterable[Sequence[Answer]]) -> Hype | None:
    """Unlimited time: the mean over people of their share of wrong answers, real and made alike, in per cent.

    50 is a model that cannot be told from the real pictures; above, its pictures look more real than those.
    Each person's answers should be balanced, as every plan is. None of nobody.
    """
    rates = [100.0 * (1.0 - accuracy(answers).value) for answers in people if answers]
    return _over_people(rates)


def _over_people(values: Sequence[float]) -> Hype | None:
    if not values:
        return None
    numbers = np.asarray(values, np.float64)
    chosen = np.random.RandomState(0).randint(len(numbers), size=(_DRAWS, len(numbers)))
    low, high = np.percentile(numbers[chosen].mean(axis=1), [2.5, 97.5])
    return Hype(float(numbers.mean()), (float(low), float(high)), len(numbers))
