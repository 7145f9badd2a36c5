"""Plans are balanced, seeded and survive being written down."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.core.problem import Problem
from explorer.core.quiz.plan_json import plan_from_json, plan_to_json
from explorer.core.quiz.questions import MODES, Difficulty, QuizModel, QuizPlan
from explorer.core.quiz.staircase import Ladder


def models(count: int, classes: int = 0) -> tuple[QuizModel, ...]:
    return tuple(QuizModel(f"{number:064x}", f"model {number}", classes) for number in range(count))


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(("pair", "single")), st.integers(1, 90), st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_sides_kinds_and_models_are_balanced(mode: str, count: int, seed: int, number: int) -> None:
    questions = QuizPlan(mode, count, seed, models(number)).questions
    truths, asked = (Counter(getattr(q, name) for q in questions) for name in ("truth", "model"))
    assert [q.index for q in questions] == list(range(count))
    assert abs(2 * max(truths.values()) - count) <= count % 2
    assert max(asked.values()) - min(asked[m] for m in range(number)) <= 2
    if count % (2 * number) == 0:
        assert len(set(Counter((q.model, q.truth) for q in questions).values())) == 1


def test_exactly_half_of_the_reals_lie_left_in_every_block_of_eight() -> None:
    questions = QuizPlan("pair", 80, 3, models(1)).questions
    for start in range(0, 80, 8):
        assert sum(q.truth == "left" for q in questions[start : start + 8]) == 4


def test_the_order_cannot_be_foretold_from_the_last_answer() -> None:
    same = [
        first.truth == second.truth
        for seed in range(100)
        for first, second in zip(*[QuizPlan("pair", 40, seed, models(1)).questions[n:] for n in (0, 1)], strict=False)
    ]
    assert 0.38 < np.mean(same) < 0.5


@pytest.mark.parametrize("mode", MODES)
def test_equal_plans_ask_the_same_and_others_something_else(mode: str) -> None:
    plan = QuizPlan(mode, 30, 7, models(2, classes=10))
    again = plan_from_json(plan_to_json(plan))
    assert again == plan
    assert again.questions == plan.questions
    assert QuizPlan(mode, 30, 8, models(2, classes=10)).questions != plan.questions


def test_a_known_plan_asks_what_it_always_asked() -> None:
    told = [(q.truth[0], q.seed) for q in QuizPlan("pair", 4, 1, models(1)).questions]
    assert told == [("r", 491263), ("l", 550290313), ("l", 1298508491), ("r", 4290846341)]


def test_no_picture_is_used_twice() -> None:
    for mode in ("pair", "single"):
        plan = QuizPlan(mode, 500, 11, models(3))
        seeds = [q.seed for q in plan.questions if q.seed is not None]
        reals = [q.real for q in plan.questions if q.real is not None]
        assert len(set(seeds)) == len(seeds)
        assert reals == list(range(plan.reals))
        assert plan.reals == (500 if mode == "pair" else 250)


def test_a_single_question_shows_one_picture() -> None:
    for question in QuizPlan("single", 20, 0, models(1, classes=3)).questions:
        assert (question.real is None) == (question.truth == "made") == (question.seed is not None)
        assert (question.label is not None) == (question.truth == "made")


def test_a_flash_begins_at_the_exposure_that_was_asked_for() -> None:
    assert QuizPlan("flash", 60, 0, models(1)).ladder == Ladder()
    for asked in (10.0, 300.0, 9000.0):
        plan = QuizPlan("flash", 60, 0, models(1), Difficulty(exposure_ms=asked))
        assert plan.ladder is not None
        assert plan.ladder.start == asked
    assert QuizPlan("pair", 60, 0, models(1), ladder=Ladder()).ladder is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"mode": "odd"}, "no quiz called odd"),
        ({"count": 0}, "0 questions"),
        ({"count": 10_001}, "10001 questions"),
        ({"seed": -1}, "seed -1"),
        ({"models": ()}, "No model"),
        ({"form": "single"}, "cannot show single"),
        ({"difficulty": Difficulty(psi=float("nan"))}, "truncation"),
        ({"difficulty": Difficulty(blur=-1.0)}, "blur"),
        ({"difficulty": Difficulty(size=10_000)}, "size"),
        ({"difficulty": Difficulty(exposure_ms=1e9)}, "exposure"),
    ],
)
def test_what_cannot_be_asked_is_refused(words: dict[str, object], said: str) -> None:
    with pytest.raises(Problem, match=said):
        QuizPlan(**({"mode": "pair", "count": 10, "seed": 0, "models": models(1)} | words))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "latent-explorer/quiz", "version": 2}', "[" * 99999])
def test_a_damaged_plan_is_refused(text: str) -> None:
    with pytest.raises(Problem, match="not a plan of a quiz"):
        plan_from_json(text)


def test_classes_are_among_those_of_their_model_and_all_of_them_come() -> None:
    two = (QuizModel("a" * 64, "ten", 10), QuizModel("b" * 64, "none", 0))
    for mode, made in (("pair", 400), ("single", 200)):
        asked = QuizPlan(mode, 400, 5, two).questions
        labels = Counter(q.label for q in asked if q.model == 0 and q.seed is not None)
        assert set(labels) == set(range(10))
        assert sum(labels.values()) == made // 2
        assert all(q.label is None for q in asked if q.model == 1 or q.seed is None)


@pytest.mark.parametrize(
    ("what", "low", "high"),
    [("psi", -10.0, 10.0), ("size", 0, 4096), ("blur", 0.0, 100.0), ("exposure_ms", 0.0, 60_000.0)],
)
def test_the_ends_of_what_may_be_asked_are_allowed(what: str, low: float, high: float) -> None:
    for allowed in (low, high):
        assert QuizPlan("single", 1, 0, models(1), Difficulty(**{what: allowed})).questions
    for beyond in (low - 1, high + 1):
        with pytest.raises(Problem):
            QuizPlan("single", 1, 0, models(1), Difficulty(**{what: beyond}))
    assert len(QuizPlan("single", 10_000, 2**32 - 1, models(1)).questions) == 10_000
