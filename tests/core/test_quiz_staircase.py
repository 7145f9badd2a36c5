"""Staircases settle where they should: 70.7 % and 79.4 % right."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.core.quiz.staircase import Ladder, Staircase, Threshold


def observer(threshold: float, target: float, slope: float = 3.0) -> object:
    """Chance of a right answer in a choice of two: a logistic curve in log exposure, `target` at the threshold."""
    shift = math.log((target - 0.5) / (1.0 - target))
    return lambda level: 0.5 + 0.5 / (1.0 + math.exp(-(slope * math.log(level / threshold) + shift)))


def climbed(ladder: Ladder, threshold: float, seed: int) -> Threshold:
    draw, chance = np.random.RandomState(seed), observer(threshold, ladder.target)
    staircase = Staircase(ladder)
    while not staircase.done:
        staircase.answer(bool(draw.uniform() < chance(staircase.level)))  # type: ignore[operator]
    found = staircase.threshold()
    assert found is not None
    return found


@pytest.mark.parametrize(("down", "target"), [(1, 0.5), (2, 0.7071), (3, 0.7937), (4, 0.8409)])
def test_targets_agree_with_levitt_1971_table_1(down: int, target: float) -> None:
    assert Ladder(down=down).target == pytest.approx(target, abs=5e-5)


@pytest.mark.parametrize("down", [2, 3])
@pytest.mark.parametrize("threshold", [60.0, 250.0])
def test_it_converges_on_observers_of_known_threshold(down: int, threshold: float) -> None:
    ladder = Ladder(1000.0, 4.0, 16_000.0, down=down, coarse=1.5, fine=1.1, refine=4, reversals=24, counted=20)
    found = np.log([climbed(ladder, threshold, seed).level for seed in range(150)])
    assert abs(found.mean() - math.log(threshold)) < 0.1  # ten per cent of the threshold
    assert found.std() < 0.35


def test_the_levels_follow_the_rule() -> None:
    ladder = Ladder(100.0, 10.0, 200.0, down=2, coarse=2.0, fine=1.5, refine=1, reversals=4, counted=2)
    staircase = Staircase(ladder)
    for correct in (True, True, True, False, True, True, True, True, False):
        staircase.answer(correct)
    # two right: down by 2; a wrong one turns it, and steps are fine from there on
    assert staircase.levels == pytest.approx([100, 100, 50, 50, 75, 75, 50, 50, 100 / 3])
    assert staircase.reversals == pytest.approx([50, 75, 100 / 3])
    assert staircase.level == pytest.approx(50.0)
    assert not staircase.done
    found = staircase.threshold()
    assert found is not None
    assert found.level == pytest.approx(50.0)  # the geometric mean of 75 and 100/3
    assert found.reversals == 2


def test_it_never_leaves_its_ends_and_says_when_it_got_there() -> None:
    staircase = Staircase(Ladder(20.0, 16.0, 4000.0, down=2, refine=1, reversals=6, counted=4))
    for number in range(60):
        staircase.answer(number % 9 != 8)
    assert min(staircase.levels) == 16.0
    found = staircase.threshold()
    assert found is not None
    assert found.at_limit


def test_a_replayed_staircase_goes_on_where_it_was() -> None:
    answers = [bool(bit) for bit in np.random.RandomState(5).randint(0, 4, 40)]
    whole, part = Staircase(Ladder()), Staircase.replayed(Ladder(), answers[:23])
    for answer in answers:
        whole.answer(answer)
    for answer in answers[23:]:
        part.answer(answer)
    assert (part.levels, part.reversals, part.level) == (whole.levels, whole.reversals, whole.level)


def test_too_few_reversals_give_no_estimate() -> None:
    assert Staircase.replayed(Ladder(), [True, False]).threshold() is None


@pytest.mark.parametrize(
    "wrong", [{"start": 5.0}, {"fine": 1.0}, {"down": 0}, {"counted": 7}, {"refine": 9}, {"start": math.nan}]
)
def test_a_ladder_that_leads_nowhere_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(Problem, match="cannot be climbed"):
        Ladder(**wrong)  # type: ignore[arg-type]


def test_an_even_number_of_reversals_is_counted() -> None:
    ladder = Ladder(100.0, 1.0, 10_000.0, down=1, coarse=2.0, fine=2.0, refine=1, reversals=5, counted=4)
    staircase = Staircase.replayed(ladder, [True, True, False, True, True, True, False])
    assert staircase.reversals == pytest.approx([25.0, 50.0, 6.25])
    found = staircase.threshold()
    assert found is not None
    assert found.reversals == 2  # a peak and a valley
    assert found.level == pytest.approx(math.sqrt(50.0 * 6.25))
    assert (found.low, found.high) == pytest.approx((6.25, 50.0))
