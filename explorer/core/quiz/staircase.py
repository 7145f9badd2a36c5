"""An adaptive staircase: right answers make the exposure shorter, wrong ones longer, until it hovers at a threshold.

The transformed up-down method of Levitt (1971): after ``down`` right answers in a row the level goes one step down,
after one wrong answer one step up. It settles where going down is as likely as going up, p^down = 1/2: at 70.7 %
right for 2-down-1-up, at 79.4 % for 3-down-1-up. Steps are ratios, since thresholds of exposure are spread evenly on
a logarithmic scale. The exposure as a measure of how real pictures look follows HYPE (Zhou et al., 2019).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log, sqrt

from explorer.core.problem import Problem

_MOST_LEVEL = 60_000.0


@dataclass(frozen=True)
class Ladder:
    """The rule of a staircase.

    Attributes
    ----------
    start, lowest, highest : float
        Levels, such as exposures in milliseconds.
    down : {1, 2, 3, 4}
        Right answers in a row that lead down.
    coarse, fine : float
        Ratio of one step, before and from the reversal called ``refine`` on.
    refine : int
        Reversals after which steps become fine.
    reversals : int
        After so many it is done.
    counted : int
        Of those, the last so many make the estimate; an even number, so that peaks and valleys weigh the same.
    """

    start: float = 1000.0
    lowest: float = 16.0
    highest: float = 4000.0
    down: int = 3
    coarse: float = 1.6
    fine: float = 1.2
    refine: int = 3
    reversals: int = 12
    counted: int = 8

    def __post_init__(self) -> None:
        sound = (
            0.0 < self.lowest <= self.start <= self.highest <= _MOST_LEVEL
            and self.down in (1, 2, 3, 4)
            and 1.0 < self.fine <= self.coarse <= 10.0
            and 0 <= self.refine <= self.reversals - self.counted
            and self.counted >= 2
            and self.counted % 2 == 0
        )
        if not sound:
            raise Problem(
                "This staircase cannot be climbed.",
                "Its start must lie between its ends, and its counted reversals be even and fine.",
            )

    @property
    def target(self) -> float:
        """The share of right answers that it settles at: (1/2)^(1/down)."""
        return float(0.5 ** (1.0 / self.down))


@dataclass(frozen=True)
class Threshold:
    """Where a staircase settled.

    Attributes
    ----------
    level : float
        Geometric mean of the counted reversals.
    low, high : float
        The level one standard error of their logarithms down and up. Reversals depend on each other, so this
        is a measure of the spread, not an interval.
    reversals : int
        How many were counted.
    at_limit : bool
        One of them lies at an end of the ladder, beyond which the true threshold may be.
    """

    level: float
    low: float
    high: float
    reversals: int
    at_limit: bool


class Staircase:
    """A staircase that is being climbed.

    Attributes
    ----------
    ladder : Ladder
    level : float
        What to show next.
    levels : list of float
        What was shown, a level an answer.
    reversals : list of float
        The levels at which it turned.
    """

    def __init__(self, ladder: Ladder) -> None:
        self.ladder, self.level = ladder, float(ladder.start)
        self.levels: list[float] = []
        self.reversals: list[float] = []
        self._in_a_row = 0
        self._way = 0

    @classmethod
    def replayed(cls, ladder: Ladder, answers: Iterable[bool]) -> Staircase:
        """The staircase after these answers, as when a quiz is resumed."""
        staircase = cls(ladder)
        for correct in answers:
            staircase.answer(correct)
        return staircase

    @property
    def done(self) -> bool:
        """Whether it has turned often enough."""
        return len(self.reversals) >= self.ladder.reversals

    def answer(self, correct: bool) -> None:
        """Take the answer at the present level, and choose the next level."""
        self.levels.append(self.level)
        self._in_a_row = self._in_a_row + 1 if correct else 0
        if not correct:
            self._step(+1)
        elif self._in_a_row == self.ladder.down:
            self._in_a_row = 0
            self._step(-1)

    def _step(self, way: int) -> None:
        ladder = self.ladder
        if self._way == -way:
            self.reversals.append(self.level)
        self._way = way
        ratio = ladder.fine if len(self.reversals) >= ladder.refine else ladder.coarse
        self.level = float(min(max(self.level * ratio**way, ladder.lowest), ladder.highest))

    def threshold(self) -> Threshold | None:
        """The estimate from the reversals there are; None before there are enough."""
        ladder = self.ladder
        turned = self.reversals[-ladder.counted :]
        if len(self.reversals) < ladder.refine + 2 or len(turned) < 2:
            return None
        turned = turned[len(turned) % 2 :]
        logs = [log(level) for level in turned]
        middle = sum(logs) / len(logs)
        spread = sqrt(sum((value - middle) ** 2 for value in logs) / (len(logs) - 1) / len(logs))
        ends = any(level <= ladder.lowest or level >= ladder.highest for level in turned)
        return Threshold(exp(middle), exp(middle - spread), exp(middle + spread), len(turned), ends)
