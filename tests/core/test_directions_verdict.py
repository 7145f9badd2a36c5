"""Strong, fair or weak: by what was measured, and by the worse end of its interval."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.core.directions.direction import EXAMPLES, JUDGED, PAIRS, Direction, HeldOut, unit
from explorer.core.directions.measured import SideEffects, figures
from explorer.core.directions.verdict import FAIR, STRONG, UNKNOWN, WEAK, Verdict, verdict, with_verdict

PLAIN = Direction("smile", unit(np.ones(4)), "mean", attribute="smile")
ALPHAS = (-3.0, 0.0, 3.0)


def told(hits: int, trials: int, what: str = EXAMPLES) -> Direction:
    return replace(PLAIN, held_out=HeldOut.counted(hits, trials, what))


def effects(slopes: dict[str, float], n: int = 400, names: tuple[str, ...] = ("smile",)) -> SideEffects:
    """A classifier whose chances move so far for each alpha, from a little under the border, with some noise."""
    noise = np.random.RandomState(0).uniform(-0.02, 0.02, (3, n, len(slopes)))
    values = 0.45 + noise + np.array(ALPHAS)[:, None, None] * np.array(list(slopes.values()))
    found = figures(values, ALPHAS, [True] * len(slopes))
    many = {key: np.stack([value] * len(names)) for key, value in found.items()}
    return SideEffects(names, tuple(slopes), (True,) * len(slopes), ALPHAS, n, **many)


@pytest.mark.parametrize(
    ("hits", "trials", "word"),
    [
        (380, 400, STRONG),
        (9, 9, FAIR),  # all right, and too few to be sure of
        (3, 3, WEAK),
        (300, 400, FAIR),
        (220, 400, WEAK),
    ],
)
def test_few_examples_never_make_a_strong_one(hits, trials, word):
    assert verdict(told(hits, trials)).word == word


def test_the_reason_is_in_plain_words():
    assert str(verdict(told(24, 25, PAIRS))) == "strong: right for 24 of 25 pairs it had not seen"
    chance = verdict(told(13, 25))
    assert chance.sentence == "Weak: right for 13 of 25 examples it had not seen, which could be chance."
    assert (verdict(PLAIN), verdict(PLAIN).sentence) == (UNKNOWN, "Not judged yet.")


def test_what_the_pictures_say_goes_before_what_the_fit_says():
    good = told(400, 400)
    assert verdict(good, effects({"smile": 0.1, "hat": 0.0})).word == STRONG
    silent = verdict(good, effects({"smile": 0.0, "hat": 0.0}))
    assert (silent.word, silent.reason) == (WEAK, "at +3, 0 of 400 pictures without “smile” gain it")
    assert verdict(good, effects({"smile": -0.1, "hat": 0.0})).word == WEAK  # the other way round


@pytest.mark.parametrize(("beside", "word"), [(0.04, STRONG), (0.08, FAIR), (-0.08, FAIR), (0.15, WEAK)])
def test_what_else_it_changes_counts(beside, word):
    judged = verdict(told(400, 400), effects({"smile": 0.1, "hat": beside}))
    assert judged.word == word
    assert word == STRONG or "“hat”" in judged.reason


def test_other_answers_to_the_same_question_are_no_side_effect():
    blond = replace(told(400, 400), name="blond", attribute="hair=blond")
    found = effects({"hair=blond": 0.1, "hair=black": -0.1, "hat": 0.0}, names=("blond",))
    assert verdict(blond, found).word == STRONG


def test_a_direction_that_bears_the_name_of_another_attribute_is_meant_to_change_that_too():
    smile = replace(told(400, 400), attribute="smiling")
    assert verdict(smile, effects({"smiling": 0.1, "smile": 0.12, "hat": 0.0})).word == STRONG


def test_a_number_is_judged_by_its_range():
    age = replace(told(400, 400), name="age", attribute="age")
    values = 30.0 + np.random.RandomState(0).randn(3, 50, 1) + np.array(ALPHAS)[:, None, None] * 4.0
    found = figures(values, ALPHAS, [False])
    measured = SideEffects(
        ("age",), ("Age",), (False,), ALPHAS, 50, **{key: value[None] for key, value in found.items()}
    )
    assert verdict(age, measured, [36.0]).word == STRONG
    assert verdict(age, measured, [80.0]).reason == "at +3, “Age” moves by 15% of its range"
    assert verdict(age, measured, [80.0]).word == FAIR
    assert verdict(age, measured, [500.0]).word == WEAK
    assert verdict(age, measured, [0.0]) == verdict(age)  # what its range is nobody knows


def test_an_encoder_that_sees_the_direction_itself_proves_nothing_of_it():
    values = np.array(ALPHAS)[:, None, None] * np.array([1.0, 0.1]) + np.random.RandomState(0).randn(3, 50, 2) / 50
    found = {key: np.stack([value] * 2) for key, value in figures(values, ALPHAS, [False, False]).items()}
    seen = SideEffects(("smile", "hat"), ("smile", "hat"), (False, False), ALPHAS, 50, **found)
    assert verdict(told(300, 400), seen, (1.0, 1.0)).reason.startswith("right for 300")
    dragging = replace(seen, slopes=seen.slopes * [1.0, 20.0])
    assert verdict(told(400, 400), dragging, (1.0, 1.0)).reason == "changes “hat” 2.0 times as much as itself"


def test_what_cannot_be_seen_is_weak_however_well_it_was_fitted():
    faint = replace(told(400, 400), details={"span": 6.0, "change at span": 0.05})
    assert str(verdict(faint)) == "weak: hardly changes a picture, even at ±6"
    assert verdict(replace(PLAIN, details=faint.details)).word == WEAK


def test_effects_of_others_say_nothing():
    assert verdict(told(400, 400), effects({"smile": 0.0}, names=("hat",))).word == STRONG


def test_a_verdict_is_remembered_with_its_direction_until_it_is_measured_anew():
    remembered = with_verdict(PLAIN, Verdict(FAIR, "seen before"))
    assert str(verdict(remembered)) == "fair: seen before"
    assert verdict(remembered, effects({"smile": 0.1, "hat": 0.0})).word == STRONG
    assert with_verdict(PLAIN, UNKNOWN) is PLAIN


@pytest.mark.parametrize("told", ["fair", {"word": "splendid", "reason": "so they say"}, {"word": "fair", "reason": 1}])
def test_what_a_file_says_that_is_no_verdict_is_passed_over(told):
    assert verdict(replace(PLAIN, details={JUDGED: told})) == UNKNOWN
