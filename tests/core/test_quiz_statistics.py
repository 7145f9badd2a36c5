"""Figures agree with closed forms and published examples, and intervals hold what they promise."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from explorer.core.quiz.answers import Answer
from explorer.core.quiz.critic import chosen_side, fair_limit, said_of
from explorer.core.quiz.detection import forced_choice, loglinear, sensitivity, yes_no
from explorer.core.quiz.ratings import area_interval, roc, roc_of
from explorer.core.quiz.scoring import (
    accuracy,
    critic_accuracy,
    doubted,
    fooled_by,
    hype_infinity,
    median,
    ranking,
    response_time,
)

Z = NormalDist().inv_cdf


def answer(index: int, truth: str, said: str, **more: object) -> Answer:
    return Answer(index, truth, said, 500.0 + index, **more)  # type: ignore[arg-type]


def test_d_prime_agrees_with_the_standard_example_for_large_counts() -> None:
    # Macmillan & Creelman (2005), chapter 1: H = 0.8 and F = 0.4 are d' = 1.095, c = -0.294
    told = yes_no(800_000, 1_000_000, 400_000, 1_000_000)
    assert told.d == pytest.approx(1.095, abs=5e-4)
    assert told.c == pytest.approx(-0.294, abs=5e-4)


def test_the_variance_is_that_of_gourevitch_and_galanter() -> None:
    told, (h, f) = yes_no(20, 25, 10, 25), (20.5 / 26, 10.5 / 26)
    density = NormalDist().pdf
    variance = sum(rate * (1 - rate) / (25 * density(Z(rate)) ** 2) for rate in (h, f))
    assert told.d == pytest.approx(Z(h) - Z(f))
    assert told.c == pytest.approx(-(Z(h) + Z(f)) / 2)
    reach = 1.959963984540054 * math.sqrt(variance)
    assert told.d_interval == pytest.approx((told.d - reach, told.d + reach))
    assert told.c_interval == pytest.approx((told.c - reach / 2, told.c + reach / 2))


def test_all_right_and_all_wrong_stay_finite() -> None:
    assert loglinear(0, 20) == pytest.approx(0.5 / 21)
    best, worst = yes_no(20, 20, 0, 20), yes_no(0, 20, 20, 20)
    assert math.isfinite(best.d)
    assert best.d == pytest.approx(-worst.d)
    with pytest.raises(ValueError, match="cannot be"):
        yes_no(0, 0, 1, 2)


@pytest.mark.parametrize(("share", "d"), [(0.55, 0.18), (0.76, 1.00), (0.92, 1.99), (0.98, 2.90)])
def test_forced_choice_agrees_with_hacker_and_ratcliff_1979(share: float, d: float) -> None:
    count = 10_000_000
    told = forced_choice(round(share * count), count, round(share * count), count)
    assert told.d == pytest.approx(d, abs=6e-3)
    assert told.c == pytest.approx(0.0, abs=1e-9)


def test_a_bias_to_a_side_is_told_and_does_not_hide_what_is_seen() -> None:
    told = forced_choice(40, 100, 95, 100)
    assert told.c > 0.5
    assert told.d > np.sqrt(2.0) * Z(loglinear(135, 200))


def test_d_prime_intervals_hold_what_they_promise() -> None:
    draw, true = np.random.RandomState(0), 1.2
    hits = draw.binomial(50, NormalDist().cdf(true / 2), 1000)
    alarms = draw.binomial(50, NormalDist().cdf(-true / 2), 1000)
    intervals = [yes_no(int(h), 50, int(f), 50).d_interval for h, f in zip(hits, alarms, strict=True)]
    assert 0.93 <= np.mean([low <= true <= high for low, high in intervals]) <= 0.985


def test_sensitivity_needs_both_kinds_and_one_form() -> None:
    made, real, pair = answer(0, "made", "made"), answer(1, "real", "made"), answer(2, "left", "right")
    assert sensitivity([made]) is None
    assert sensitivity([made, real, pair]) is None
    assert sensitivity([made, real]) == yes_no(1, 1, 1, 1)
    assert sensitivity([pair, answer(3, "right", "right")]) == forced_choice(0, 1, 1, 1)


def test_forty_questions_give_a_guesser_an_interval_that_holds_one_half() -> None:
    # exactly 96.2 % with 40 questions; 50 and 100 fall below 95 %, because answers are counted in whole ones
    draw, holds = np.random.RandomState(4), 0
    for _ in range(1000):
        guesses = draw.randint(0, 2, (40, 2))
        sides = ("left", "right")
        told = accuracy(answer(n, sides[truth], sides[said]) for n, (truth, said) in enumerate(guesses))
        low, high = told.interval
        holds += low <= 0.5 <= high
    assert holds >= 950


def test_the_median_has_an_interval_of_its_order_statistics() -> None:
    # n = 10 gives x(2) and x(9), n = 20 gives x(6) and x(15): Conover (1999), table A3
    assert median(range(1, 11)).interval == (2.0, 9.0)  # type: ignore[union-attr]
    assert median(range(1, 21)).interval == (6.0, 15.0)  # type: ignore[union-attr]
    assert median(range(1, 7)).interval == (1.0, 6.0)  # type: ignore[union-attr]
    assert median([3.0, 1.0, 2.0]) is not None
    assert median([3.0, 1.0, 2.0]).interval is None  # type: ignore[union-attr]
    assert median([]) is None
    told = response_time([answer(n, "left", "left") for n in range(9)])
    assert told is not None
    assert (told.value, told.count) == (504.0, 9)


def test_the_area_agrees_with_hanley_and_mcneil_1982() -> None:
    # their table of 109 CT readings, in five ratings
    normal = np.repeat([1, 2, 3, 4, 5], [33, 6, 6, 11, 2])
    abnormal = np.repeat([1, 2, 3, 4, 5], [3, 2, 2, 11, 33])
    told = roc_of(abnormal.tolist(), normal.tolist())
    assert told.area == pytest.approx(0.893, abs=5e-4)
    assert told.interval[0] < told.area < told.interval[1]


def test_an_area_of_one_has_an_interval_all_the_same() -> None:
    low, high = area_interval(1.0, 20, 20)
    assert 0.8 < low < 0.95
    assert high == 1.0
    assert area_interval(0.0, 20, 20) == pytest.approx((0.0, 1.0 - low))


def test_area_intervals_hold_what_they_promise() -> None:
    draw, holds = np.random.RandomState(1), 0
    for _ in range(500):
        told = roc_of(draw.randint(1, 6, 20).tolist(), draw.randint(1, 6, 20).tolist())
        holds += told.interval[0] <= 0.5 <= told.interval[1]
    assert holds >= 0.94 * 500


def test_confidence_makes_a_curve() -> None:
    rows = [answer(n, "made", "made", confidence=5) for n in range(5)]
    rows += [answer(n, "real", "made", confidence=2) for n in range(5)]
    told = roc(rows)
    assert told is not None
    assert told.area == 1.0
    assert roc(rows[:5]) is None


def test_models_are_ranked_by_how_often_they_fool() -> None:
    rows = [answer(n, "left", "right" if n < 30 else "left", model_hash="a", model_name="A") for n in range(50)]
    rows += [answer(n, "left", "right" if n < 5 else "left", model_hash="b", model_name="B") for n in range(50)]
    rows += [answer(n, "made", "real" if n < 30 else "made", model_hash="c", model_name="C") for n in range(50)]
    rows += [answer(n, "real", "made", model_hash="c", model_name="C") for n in range(50)]  # shows none of C's
    told = ranking(rows)
    assert [(place.model_name, place.rank, place.apart) for place in told] == [
        ("A", 1, False),
        ("C", 1, False),
        ("B", 3, True),
    ]
    assert (told[0].fooled.hits, told[0].fooled.trials) == (30, 50)
    assert ranking([]) == ()


def test_pictures_that_fool_and_reals_that_are_doubted_are_counted() -> None:
    seen = {"model_hash": "a", "real_hash": "r", "made_seed": 7, "made_psi": 0.7}
    rows = [answer(0, "left", "right", **seen), answer(1, "right", "right", **seen)]
    rows.append(answer(2, "made", "made", model_hash="a", made_seed=8))
    told = fooled_by(rows)
    assert list(told) == [("a", 7, 0.7, None), ("a", 8, 1.0, None)]
    assert (told["a", 7, 0.7, None].hits, told["a", 7, 0.7, None].trials) == (1, 2)
    assert {key: (share.hits, share.trials) for key, share in doubted(rows).items()} == {"r": (1, 2)}


def test_hype_scores_are_means_over_people() -> None:
    people = [[answer(n, "real", "made" if n < wrong else "real") for n in range(20)] for wrong in (4, 8, 12)]
    told = hype_infinity(people)
    assert told is not None
    assert told.value == pytest.approx(40.0)
    assert told.interval == pytest.approx((20.0, 60.0))
    assert hype_infinity([[]]) is None


def test_the_critic_is_judged_as_a_player() -> None:
    assert (chosen_side(1.0, 0.0), chosen_side(0.0, 1.0)) == ("left", "right")
    limit = fair_limit([2.0, 3.0, 4.0], [0.0, 1.0, 2.5])
    assert [said_of(score, limit) for score in (4.0, 3.0, 1.0)] == ["real", "real", "made"]
    assert said_of(1.0, fair_limit([1.0], [0.0])) == "real"
    rows = [
        answer(0, "left", "left", critic="right"),
        answer(1, "left", "left", critic="left"),
        answer(2, "left", "left"),
    ]
    told = critic_accuracy(rows)
    assert (told.hits, told.trials) == (1, 2)
