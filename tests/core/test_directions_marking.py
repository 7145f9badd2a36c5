"""A handful of marks gives a direction, and more marks a better one."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.directions.direction import Direction
from explorer.core.directions.fitting.marking import marked_direction
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latents

SIZE = 24


def planted(seed: int) -> np.ndarray:
    vector = np.random.RandomState(seed).randn(SIZE)
    return vector / np.linalg.norm(vector)


def marks(seed: int, count: int) -> tuple[Latents, Latents]:
    """What a user marks who sees random pictures, errs a little, and skips those that could be either."""
    draw, along = np.random.RandomState(seed + 1000), planted(seed)
    sides: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    while min(len(side) for side in sides) < count:
        z = draw.randn(SIZE)
        seen = z @ along + 0.3 * draw.randn()
        side = sides[0] if seen > 0 else sides[1]
        if abs(seen) > 0.7 and len(side) < count:
            side.append(z)
    return np.array(sides[0], np.float32), np.array(sides[1], np.float32)


def found(seed: int, count: int) -> Direction:
    return marked_direction(*marks(seed, count), "marked")


def test_the_direction_nears_the_planted_one_as_marks_are_added() -> None:
    cosines = [
        float(np.mean([found(seed, count).vector @ planted(seed) for seed in range(10)]))
        for count in (1, 2, 4, 8, 16, 32, 96)
    ]
    assert cosines == sorted(cosines)
    assert cosines[0] > 0.25
    assert cosines[4] > 0.8
    assert cosines[-1] > 0.95


def test_one_mark_a_side_gives_their_difference() -> None:
    yes, no = marks(0, 1)
    step = (yes - no)[0]
    one = marked_direction(yes, no, "a", "marked by hand")
    assert one.vector == pytest.approx(step / np.linalg.norm(step), abs=1e-5)
    assert one.details["threshold"] == pytest.approx(float(one.vector @ (yes + no)[0] / 2), abs=1e-4)
    assert (one.method, one.examples, one.held_out) == ("marked", (1, 1), None)
    assert one.source == "marked by hand"
    assert "Only 1 example on one side" in one.notes[0]


def test_the_mean_difference_is_bettered_where_there_are_many_marks() -> None:
    gains = []
    for seed in range(10):
        yes, no = marks(seed, 64)
        step = yes.mean(axis=0) - no.mean(axis=0)
        plain = step @ planted(seed) / np.linalg.norm(step)
        gains.append(marked_direction(yes, no, "a").vector @ planted(seed) - plain)
    assert min(gains) > 0.0


def test_the_estimate_is_what_leaving_one_out_gives() -> None:
    yes, no = marks(3, 12)
    one = marked_direction(yes, no, "a")
    assert one.held_out is not None
    hits = 0
    for index in range(12):
        rest = marked_direction(np.delete(yes, index, 0), no, "a")
        hits += int(yes[index] @ rest.vector > rest.details["threshold"])
        rest = marked_direction(yes, np.delete(no, index, 0), "a")
        hits += int(no[index] @ rest.vector < rest.details["threshold"])
    assert (one.held_out.accuracy, one.held_out.examples) == (hits / 24, 24)
    assert one.held_out.low < hits / 24 < one.held_out.high


def test_the_estimate_comes_near_to_how_well_new_pictures_are_told_apart() -> None:
    claimed, true = [], []
    for seed in range(10):
        one = found(seed, 24)
        assert one.held_out is not None
        yes, no = marks(seed + 0, 400)
        right = (yes @ one.vector > one.details["threshold"]).mean()
        right += (no @ one.vector < one.details["threshold"]).mean()
        claimed.append(one.held_out.accuracy)
        true.append(right / 2)
    assert np.mean(claimed) == pytest.approx(np.mean(true), abs=0.05)


def test_marks_of_nothing_in_particular_are_told_as_chance() -> None:
    draw = np.random.RandomState(0)
    one = marked_direction(draw.randn(20, SIZE), draw.randn(20, SIZE), "a")
    assert "On examples it had not seen, it does no better than chance." in one.notes
    assert any(note.startswith("Too few examples (20 with it, 20 without)") for note in one.notes)


def test_marks_that_give_nothing_are_problems() -> None:
    yes, no = marks(0, 2)
    with pytest.raises(Problem, match="No picture is marked as with it"):
        marked_direction(yes[:0], no, "a")
    with pytest.raises(Problem, match="No picture is marked as without it"):
        marked_direction(yes, no[:0], "a")
    with pytest.raises(Problem, match="different models"):
        marked_direction(yes, no[:, :3], "a")
    with pytest.raises(Problem, match="nothing that tells the examples apart"):
        marked_direction(yes, yes, "a")
    with pytest.raises(Problem, match="not finite"):
        marked_direction(yes * np.nan, no, "a")
