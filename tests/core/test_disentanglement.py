"""Measures of disentanglement, held against codes of which it is known how good they are."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.disentanglement.known_factors import KnownFactors, factors_from
from explorer.core.disentanglement.scores import (
    completeness_of,
    dci,
    disentanglement_of,
    factor_vae_score,
    information,
    modularity,
    mutual_information_gap,
    separated_predictability,
)
from explorer.core.problem import Problem


@pytest.fixture(scope="module")
def factors() -> KnownFactors:
    rng = np.random.RandomState(0)
    values = np.stack([rng.rand(1500), rng.rand(1500), rng.randint(0, 2, 1500), rng.randint(0, 4, 1500)], axis=1)
    return KnownFactors(("size", "turn", "hat", "shape"), values, (False, False, True, True))


def all_of(codes: np.ndarray, factors: KnownFactors) -> dict[str, float]:
    found, by_trees = information(codes, factors), dci(codes, factors)
    return {
        "MIG": mutual_information_gap(found, factors),
        "D": by_trees.disentanglement,
        "C": by_trees.completeness,
        "I": by_trees.informativeness,
        "FactorVAE": factor_vae_score(codes, factors),
        "SAP": separated_predictability(codes, factors),
        "modularity": modularity(found),
    }


def test_the_factors_themselves_score_near_one_by_every_measure(factors):
    assert min(all_of(factors.values.astype(np.float32), factors).values()) > 0.9


def test_codes_that_say_nothing_score_next_to_nothing(factors):
    assert max(all_of(np.zeros((1500, 4), np.float32), factors).values()) <= 0.2


def test_a_code_that_is_there_twice_leaves_no_gap_but_stays_modular(factors):
    twice = np.repeat(factors.values, 2, axis=1).astype(np.float32)
    scores = all_of(twice, factors)
    assert max(scores["MIG"], scores["SAP"]) < 0.02
    assert min(scores["modularity"], scores["D"]) > 0.9
    assert scores["C"] < 0.7


def test_factors_that_are_mixed_score_below_the_same_ones_apart(factors):
    turned = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2  # each as much of every other
    mixed = ((factors.values - factors.values.mean(0)) / factors.values.std(0) @ turned).astype(np.float32)
    scores = all_of(mixed, factors)
    assert scores["I"] > 0.4  # all is told, but by all codes together
    assert max(scores["MIG"], scores["D"], scores["SAP"]) < 0.4


def test_the_closed_form_of_one_code_for_two_of_ten_factors():
    weights = np.zeros((1, 10))
    weights[0, :2] = 0.5
    assert disentanglement_of(weights) == pytest.approx(1 - np.log(2) / np.log(10))
    assert completeness_of(np.vstack([weights, np.zeros((9, 10))])) == pytest.approx(1.0)


def test_columns_of_choices_are_one_factor_and_what_never_differs_is_left_out():
    names = ("smile", "hat=cap", "hat=beret", "hat=none", "beard")
    values = np.array([[0.1, 1, 0, 0, 0], [0.9, 0, 0, 1, 0], [0.4, 0, 1, 0, 0]])
    found = factors_from(names, values)
    assert found.names == ("smile", "hat")
    assert found.left_out == ("beard",)
    assert found.values[:, 1].tolist() == [0, 2, 1]
    assert found.are_kinds == (False, True)
    with pytest.raises(Problem, match="known about nose"):
        factors_from(names, values, ["nose"])
    with pytest.raises(Problem, match="do not differ"):
        factors_from(names, values, ["beard"])


def test_a_yes_or_no_that_a_number_tells_is_no_factor_of_its_own():
    smile = np.linspace(-1, 1, 40)
    found = factors_from(("smile", "smiling", "hat"), np.stack([smile, smile > 0, np.arange(40) % 2], axis=1))
    assert (found.names, found.left_out) == (("smile", "hat"), ("smiling",))
