"""Settings describe themselves and refuse what cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from explorer.core.problem import Problem
from explorer.training.learning.knobs import choice, configured, knob, knobs, switch


@dataclass(frozen=True)
class Config:
    rate: float = knob(0.001, 1e-6, 1.0, "How far one step goes.", "per step")
    batch: int = knob(32, 1, 512, "Pictures a step.", "pictures")
    augment: bool = switch(True, "Whether the critic sees changed pictures.")
    loss: str = choice("hinge", ("hinge", "logistic"), "What is minimised.")
    note: str = choice("", (), "Anything.")
    hidden: int = 3


def test_settings_come_in_the_order_they_were_written() -> None:
    assert list(knobs(Config)) == ["rate", "batch", "augment", "loss", "note"]
    assert knobs(Config)["batch"].unit == "pictures"
    assert knobs(Config)["loss"].choices == ("hinge", "logistic")


def test_no_settings_give_the_defaults() -> None:
    assert configured(Config, {}) == Config()


def test_words_become_values() -> None:
    words = {"rate": "0.5", "batch": "8", "augment": "No", "loss": "logistic", "note": "mine"}
    assert configured(Config, words) == Config(0.5, 8, False, "logistic", "mine")


def test_values_stay_values() -> None:
    values = {"rate": 0.5, "batch": 8, "augment": False}
    assert configured(Config, values) == Config(0.5, 8, False)


@pytest.mark.parametrize(("word", "value"), [("yes", True), ("TRUE", True), ("1", True), ("false", False)])
def test_a_switch_reads_the_usual_words(word: str, value: bool) -> None:
    assert configured(Config, {"augment": word}).augment is value


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"speed": 1}, "There is no setting called speed"),
        ({"hidden": 1}, "There is no setting called hidden"),
        ({"rate": "fast"}, "rate must be a number, not 'fast'"),
        ({"rate": None}, "rate must be a number"),
        ({"rate": 2}, r"rate = 2 is out of range"),
        ({"rate": "nan"}, "rate = nan is out of range"),
        ({"rate": "inf"}, "rate = inf is out of range"),
        ({"batch": "2.5"}, "batch must be a whole number"),
        ({"batch": 0}, "batch = 0 is out of range"),
        ({"batch": float("inf")}, "batch must be a whole number"),
        ({"augment": "maybe"}, "augment is a switch and cannot be maybe"),
        ({"loss": "mine"}, "loss cannot be mine"),
    ],
)
def test_what_cannot_be_is_refused_in_words(settings: dict[str, Any], what: str) -> None:
    with pytest.raises(Problem, match=what):
        configured(Config, settings)


def test_a_refusal_says_what_would_do() -> None:
    with pytest.raises(Problem) as caught:
        configured(Config, {"batch": 1000})
    assert caught.value.hint == "It runs from 1 to 512."
