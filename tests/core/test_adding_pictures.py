from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from explorer.core.arithmetic.board import Board, Exemplar, Slot, board_facts, board_from, exemplar_of, new_board
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample, typical_norm
from explorer.core.rendering.scene import Scene


def exemplar(*values: float, name: str = "") -> Exemplar:
    return Exemplar(Scene("model", "Model", np.array(values, np.float32)), name)


def filled() -> Board:
    board = new_board().with_exemplars(0, exemplar(1, 0), exemplar(3, 2))
    return board.with_exemplars(1, exemplar(1, 1)).with_exemplars(2, exemplar(0, 5))


def test_the_result_is_the_weighted_sum_of_the_means():
    assert np.allclose(filled().result(), [2 - 1 + 0, 1 - 1 + 5])
    half = filled()
    half = half.with_slot(2, replace(half.slots[2], weight=0.5))
    assert np.allclose(half.result(), [1, 2.5])


def test_empty_slots_count_for_nothing_and_an_empty_board_has_no_result():
    board = new_board()
    assert board.result() is None
    assert board.strip(7) is None
    assert np.allclose(board.with_exemplars(1, exemplar(1, 2)).result(), [-1, -2])


def test_a_board_that_keeps_the_norm_only_changes_the_length():
    slots = (Slot((Exemplar(Scene("m", "M", sample(1, 64))),), 2.0),)
    plain, kept = Board(slots), Board(slots, keeps_norm=True)
    assert np.linalg.norm(kept.result()) == pytest.approx(typical_norm(64)[0], rel=1e-5)
    cosine = plain.result() @ kept.result() / np.linalg.norm(plain.result()) / np.linalg.norm(kept.result())
    assert cosine == pytest.approx(1.0, abs=1e-6)


def test_what_adds_up_to_nothing_stays_nothing():
    board = Board((Slot((exemplar(1, 2),)), Slot((exemplar(1, 2),), -1.0)), keeps_norm=True)
    assert np.array_equal(board.result(), [0, 0])


@pytest.mark.parametrize("around", [False, True])
def test_the_strip_goes_from_the_slot_that_is_added_last_to_the_result(around):
    strip = filled().strip(7, around=around)
    assert strip.shape == (7, 2)
    assert np.allclose(strip[0], filled().slots[2].mean, atol=1e-5)
    assert np.allclose(strip[-1], filled().result(), atol=1e-5)


def test_an_exemplar_moves_between_slots():
    board = filled().moved(0, 1, 2)
    assert [len(slot.exemplars) for slot in board.slots] == [1, 1, 2]
    assert board.slots[2].exemplars[1] is not board.slots[0].exemplars[0]


def test_an_exemplar_has_the_latent_that_was_drawn():
    scene = Scene("m", "M", np.ones(2, np.float32), seed=4, truncation=0.5, directions=(("up", 2.0),))
    found = exemplar_of(scene, {"up": np.array([0, 1], np.float32)}, "normal").scene
    assert np.allclose(found.z, [0.5, 2.5])
    assert (found.truncation, found.directions, found.seed) == (1.0, (), None)


def test_a_plain_sample_stays_the_very_scene():
    scene = Scene("m", "M", np.ones(2, np.float32), seed=4)
    assert exemplar_of(scene, {}, "normal").scene is scene


def test_a_board_survives_its_serial_form():
    before = replace(filled(), keeps_norm=True, label=2)
    before = before.with_slot(1, Slot((exemplar(0.1, 0.2, name="me.png"),), -0.3, "man"))
    after = board_from(json.loads(json.dumps(board_facts(before))))
    assert (after.keeps_norm, after.label) == (True, 2)
    assert [(slot.name, slot.weight) for slot in after.slots] == [("", 1.0), ("man", -0.3), ("", 1.0)]
    assert after.slots[1].exemplars[0].name == "me.png"
    assert np.array_equal(after.result(), before.result())


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "[]",
        "{}",
        '{"format": "latent-explorer/board", "version": 2}',
        json.dumps(board_facts(new_board())).replace("-1.0", "-7"),
        json.dumps(board_facts(new_board())).replace("-1.0", "NaN"),
    ],
)
def test_what_is_no_board_is_a_problem(text):
    with pytest.raises(Problem):
        board_from(json.loads(text))
