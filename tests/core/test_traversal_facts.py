"""What is known of pictures, and the colours that show it."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.exports.legend_strip import legend
from explorer.core.problem import Problem
from explorer.core.traverse.map_facts import GRADIENT, OTHERS, PALETTE, UNKNOWN, Fact, coloured, fact_called, facts_of

NAN = float("nan")


def column(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def lightness(inks: np.ndarray) -> np.ndarray:
    """CIE L* of colours, (n, 3) 0 to 255."""
    linear = (((inks / 255.0 + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]
    return 116.0 * np.cbrt(linear) - 16.0


def test_columns_of_one_thing_become_one_fact() -> None:
    names = ("smile", "hat", "hair=black", "hair=grey", "gender=male")
    values = np.array([[0.25, 1, 1, 0, 1], [-0.5, NAN, 0, 1, 0], [0.0, 0, NAN, NAN, NAN]], np.float32)
    found = facts_of(names, values, [1, -1, 0], ("cat", "dog"))
    assert [(fact.name, fact.words) for fact in found] == [
        ("class", ("cat", "dog")),
        ("smile", ()),
        ("hat", ("no", "yes")),
        ("hair", ("black", "grey")),
        ("gender", ("not male", "male")),
    ]
    told = [[fact.told(index) for fact in found] for index in range(3)]
    assert told == [
        ["dog", "0.25", "yes", "black", "male"],
        ["unknown", "-0.5", "unknown", "grey", "not male"],
        ["cat", "0", "no", "unknown", "unknown"],
    ]


def test_a_number_and_words_of_one_name_do_not_mix() -> None:
    found = facts_of(("hair", "hair=grey"), np.array([[7.0, 1.0]], np.float32))
    assert [(fact.name, fact.words) for fact in found] == [("hair", ())]


def test_an_unknown_attribute_is_told_with_those_that_are_known() -> None:
    facts = (Fact("smile", column(1)), Fact("hat", column(1)))
    assert fact_called("hat", facts) is facts[1]
    with pytest.raises(Problem, match="no attribute called beard") as caught:
        fact_called("beard", facts)
    assert "smile, hat" in caught.value.hint


def test_numbers_lie_on_an_even_gradient_and_unknown_ones_are_grey() -> None:
    found = coloured(Fact("smile", column(-1.0, 3.0, NAN, 1.0)))
    assert [tuple(ink) for ink in found.colours.tolist()] == [GRADIENT[0], GRADIENT[-1], UNKNOWN, GRADIENT[4]]
    assert found.ends == (-1.0, 3.0)
    assert found.swatches == (("unknown", UNKNOWN),)
    steps = np.diff(lightness(np.array(GRADIENT, np.float64)))
    assert steps.min() > 0.6 * steps.max() > 0


def test_words_have_colours_far_apart_and_rare_ones_share_a_pale_grey() -> None:
    found = coloured(Fact("hat", column(0, 1, NAN), ("no", "yes")))
    assert found.swatches == (("no", PALETTE[0]), ("yes", PALETTE[1]), ("unknown", UNKNOWN))
    assert found.ends is None
    words = tuple(f"kind {index}" for index in range(12))
    many = coloured(Fact("kind", column(*range(12), *range(2, 12)), words))
    assert [word for word, _ in many.swatches] == [*words[2:], "2 others"]
    assert tuple(many.colours[0].tolist()) == OTHERS
    inks = np.array([*PALETTE, UNKNOWN, OTHERS], np.float64)
    apart = np.linalg.norm(inks[:, None] - inks[None], axis=2) + 1e9 * np.eye(len(inks))
    assert apart.min() > 50


def test_facts_of_which_nothing_is_known_or_that_never_change_have_colours_too() -> None:
    assert (coloured(Fact("smile", column(NAN, NAN))).colours == UNKNOWN).all()
    same = coloured(Fact("smile", column(2, 2)))
    assert (same.colours[0] == same.colours[1]).all()
    assert same.ends == (2.0, 2.0)


def test_a_legend_breaks_into_rows_and_shows_its_colours() -> None:
    words = tuple(f"a rather long word {index}" for index in range(9))
    found = coloured(Fact("kind", column(*range(9)), words))
    wide, narrow = legend(found, 4000), legend(found, 400)
    assert (wide.shape[1], narrow.shape[1]) == (4000, 400)
    assert narrow.shape[0] > wide.shape[0]
    for ink in PALETTE[:9]:
        assert (narrow == ink).all(axis=2).any()
    gradient = legend(coloured(Fact("smile", column(0, 1))), 800)
    assert (gradient == GRADIENT[0]).all(axis=2).any()
