"""Latent arithmetic: what slots add up to, and how boards are kept."""

from __future__ import annotations

import json

import numpy as np
import pytest

from explorer.core.arithmetic.board import Board, Slot, board_from_json, board_to_json
from explorer.core.problem import Problem
from explorer.core.rendering.latents import lerp, sample, slerp, typical_norm

D = 32
Z = [sample(seed, D) for seed in range(9)]
WOMAN = Board(
    (Slot(tuple(Z[:3]), 1, "smiling woman"), Slot(tuple(Z[3:6]), -1, "woman"), Slot(tuple(Z[6:]), 1, "man"))
)


def test_the_result_is_the_weighted_sum_of_means() -> None:
    expected = np.mean(Z[:3], 0) - np.mean(Z[3:6], 0) + np.mean(Z[6:], 0)
    assert WOMAN.result() == pytest.approx(expected, abs=1e-6)
    assert WOMAN.result().dtype == np.float32
    half = Board((Slot((Z[0],)), Slot((Z[1],), 0.5)))
    assert half.result() == pytest.approx(Z[0] + 0.5 * Z[1], abs=1e-6)


def test_empty_slots_count_for_nothing() -> None:
    assert (Board((Slot(), *WOMAN.slots, Slot((), -1))).result() == WOMAN.result()).all()


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_a_typical_result_is_as_long_as_a_sample(distribution: str) -> None:
    found = Board(WOMAN.slots, typical=True).result(distribution)
    assert np.linalg.norm(found) == pytest.approx(typical_norm(D, distribution)[0], rel=1e-5)
    cosine = found @ WOMAN.result() / np.linalg.norm(found) / np.linalg.norm(WOMAN.result())
    assert cosine == pytest.approx(1, abs=1e-6)


def test_nothing_stays_nothing() -> None:
    assert not Board((Slot((Z[0],)), Slot((Z[0],), -1)), typical=True).result().any()


@pytest.mark.parametrize("kind", ["lerp", "slerp"])
def test_a_strip_leads_from_the_first_slot_to_the_result(kind: str) -> None:
    strip = Board((Slot(), *WOMAN.slots)).strip(5, kind)
    start, end = WOMAN.slots[0].mean, WOMAN.result()
    assert strip.shape == (5, D)
    assert strip[0] == pytest.approx(start, abs=1e-6)
    assert strip[-1] == pytest.approx(end, abs=1e-5)
    assert strip[1] == pytest.approx({"lerp": lerp, "slerp": slerp}[kind](start, end, 0.25), abs=1e-6)


def test_both_ends_of_a_typical_strip_are_typical() -> None:
    strip = Board(WOMAN.slots, typical=True).strip(4, "norm-preserving")
    assert np.linalg.norm(strip, axis=1) == pytest.approx(typical_norm(D)[0], rel=1e-4)


def test_boards_are_restored_to_the_bit() -> None:
    board = Board((*WOMAN.slots, Slot((), 0.25, "empty")), typical=True)
    again = board_from_json(board_to_json(board))
    assert board_to_json(again) == board_to_json(board)
    assert again.result().tobytes() == board.result().tobytes()
    assert [(s.name, s.weight, len(s.exemplars)) for s in again.slots][2:] == [
        ("man", 1, 3),
        ("empty", 0.25, 0),
    ]


def test_exemplars_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        WOMAN.slots[0].exemplars[0][0] = 1


def test_what_cannot_be_calculated_is_a_problem() -> None:
    for board in (Board(), Board((Slot(),))):
        with pytest.raises(Problem, match="nothing to calculate"):
            board.result()
    with pytest.raises(Problem, match="latents of 3 and 32 numbers"):
        Board((Slot((Z[0],)), Slot((sample(0, 3),)))).result()
    with pytest.raises(Problem, match="cannot have 1 pictures"):
        WOMAN.strip(1)
    for weight in (np.nan, np.inf, 1e9):
        with pytest.raises(Problem, match="cannot have the weight"):
            Slot((Z[0],), weight)


def _changed(**changes: object) -> str:
    return json.dumps(json.loads(board_to_json(WOMAN)) | changes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a board"),
        ("[" * 100_000, "not a board"),
        ("[]", "not a board"),
        (_changed(format="other"), "not a board"),
        (_changed(version=2), "version 2"),
        (_changed(slots=3), "damaged"),
        (_changed(slots=[3]), "damaged"),
        (_changed(slots=[{"name": "a", "weight": 1, "exemplars": [["x"]]}]), "damaged"),
        (_changed(slots=[{"name": "a", "weight": 1, "exemplars": [[[1.0]]]}]), "damaged"),
        (_changed(slots=[{"name": "a", "weight": 1, "exemplars": [[1e99]]}]), "damaged"),
        (_changed(slots=[{"name": "a", "weight": 1e9, "exemplars": []}]), "weight"),
        (_changed(slots=[{"name": "a", "weight": 1, "exemplars": []}] * 101), "more than 100 slots"),
    ],
)
def test_texts_that_are_no_boards_are_a_problem(text: str, said: str) -> None:
    with pytest.raises(Problem, match=said):
        board_from_json(text)
