"""Whether a classifier finds what was asked."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.directions.confirming import Confirmation, confirmations
from explorer.core.rendering.dimensions import Dimension

AGE = Dimension("age", 0, 1, "uniform", 20.0, 70.0, "factor")
HAT = Dimension("hat", 1, 1, "choices", 0.0, 1.0, "factor", ("no", "yes"), (0.75, 0.25))
STYLE = Dimension("style", 2, 3, "choices", 0.0, 1.0, "one-hot", ("cap", "beret", "fez"))
NAMES = ("style=fez", "style=cap", "hat", "age", "style=beret")


def asked(count: int = 200) -> np.ndarray:
    rng = np.random.RandomState(0)
    hat, style = rng.rand(count, 1) < 0.25, np.eye(3)[rng.randint(0, 3, count)]
    return np.concatenate([rng.uniform(20, 70, (count, 1)), hat, style], 1).astype(np.float32)


def told(z: np.ndarray) -> np.ndarray:
    return z[:, [4, 2, 1, 0, 3]].copy()


def test_a_classifier_that_sees_it_all_confirms_it_all() -> None:
    z = asked()

    found = confirmations((AGE, HAT, STYLE), z, told(z), NAMES)

    assert [(one.name, one.kind, one.figure, one.verdict) for one in found] == [
        ("age", "number", 1.0, "confirmed"),
        ("hat", "yes/no", 1.0, "confirmed"),
        ("style", "choice", 1.0, "confirmed"),
    ]
    assert found[1].by_chance == pytest.approx(0.75, abs=0.06)


def test_what_belongs_to_other_pictures_is_not_confirmed() -> None:
    z = asked()

    found = confirmations((AGE, HAT, STYLE), z, told(np.roll(z, 1, axis=0)), NAMES)

    assert [one.verdict for one in found] == ["not confirmed"] * 3
    assert found[0].figure is not None
    assert found[0].figure < 0.0


def test_a_style_that_the_classifier_was_not_taught_is_not_told() -> None:
    z = asked()

    found = confirmations((STYLE,), z, told(z)[:, 2:4], NAMES[2:4])

    assert (found[0].figure, found[0].verdict) == (None, "not told")


def test_pictures_of_which_something_is_unknown_are_left_out_for_that() -> None:
    z = asked()
    wrong = told(np.roll(z, 1, axis=0))
    wrong[:100] = told(z)[:100]
    z[100:, 1] = np.nan

    age, hat = confirmations((AGE, HAT), z, wrong, NAMES)

    assert hat.figure == 1.0
    assert age.figure is not None
    assert age.figure < 0.8


def test_what_cannot_be_seen_in_real_pictures_is_not_held_against_the_model() -> None:
    assert Confirmation("lines", "number", 0.1, 0.0, of_real=0.15).verdict == "not seen"
    assert Confirmation("lines", "number", 0.1, 0.0, of_real=0.95).verdict == "not confirmed"


def test_a_style_is_asked_of_those_who_wear_it() -> None:
    style, z = Dimension("hat_style", 2, 3, "choices", 0.0, 1.0, "one-hot", STYLE.choices), asked()
    names = tuple(name.replace("style=", "hat_style=") for name in NAMES)
    seen = told(z)
    seen[z[:, 1] == 0, :2] = 0.5  # without a hat there is nothing to tell it by

    assert confirmations((style,), z, seen, names)[0].verdict == "not confirmed"
    assert confirmations((HAT, style), z, seen, names)[1].figure == 1.0
