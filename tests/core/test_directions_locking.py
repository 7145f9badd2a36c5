"""A locked direction leaves the others alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.core.directions.direction import LONGEST_NAME, Direction, HeldOut, unit
from explorer.core.directions.files.naming import free_name
from explorer.core.directions.locking import conditional, locked, locked_all
from explorer.core.problem import Problem


def direction(name: str, vector: np.ndarray, **facts: object) -> Direction:
    return Direction(name, unit(vector), "mean", **facts)  # type: ignore[arg-type]


def some(count: int, size: int, seed: int = 0) -> np.ndarray:
    return np.random.RandomState(seed).randn(count, size)


def normalised(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


@given(st.integers(0, 10_000), st.integers(3, 80))
@settings(max_examples=50, deadline=None)
def test_against_one_it_is_the_closed_form(seed: int, size: int) -> None:
    first, second = (normalised(row) for row in some(2, size, seed))
    found, left = conditional(first, second[None])
    closed = first - (first @ second) * second
    assert np.abs(found - normalised(closed)).max() < 1e-12 / max(np.linalg.norm(closed), 1e-3)
    assert left == pytest.approx(np.linalg.norm(closed), abs=1e-12)


@given(st.integers(0, 10_000), st.integers(1, 6))
@settings(max_examples=50, deadline=None)
def test_against_many_it_is_what_least_squares_leave(seed: int, count: int) -> None:
    rows = some(count + 1, 24, seed)
    found, _ = conditional(rows[0], rows[1:])
    first, others = rows[0], rows[1:].T
    closed = normalised(first - others @ np.linalg.solve(others.T @ others, others.T @ first))
    assert np.abs(found - closed).max() < 1e-12
    assert np.abs(rows[1:] @ found).max() < 1e-12
    assert np.linalg.norm(found) == pytest.approx(1.0, abs=1e-12)


def test_others_that_nearly_coincide_count_once() -> None:
    first, second = some(2, 32)
    twin = second * (1 + 1e-9)
    twin[0] += 1e-9
    found, _ = conditional(first, np.stack([second, twin, second, -second]))
    closed = normalised(first - (first @ second) / (second @ second) * second)
    assert np.abs(found - closed).max() < 1e-8
    assert abs(found @ normalised(second)) < 1e-8


def test_others_that_differ_a_little_are_both_left_alone() -> None:
    first, second, away = some(3, 32)
    near = second + 1e-3 * away
    found, _ = conditional(first, np.stack([second, near]))
    assert np.abs(np.stack([normalised(second), normalised(near)]) @ found).max() < 1e-12


def test_what_is_orthogonal_already_stays() -> None:
    found, left = conditional(np.eye(4)[0], np.eye(4)[1:3])
    assert found == pytest.approx(np.eye(4)[0], abs=1e-15)
    assert left == 1.0
    found, _ = conditional(np.eye(4)[0], np.zeros((2, 4)))
    assert found == pytest.approx(np.eye(4)[0])


def test_a_locked_direction_tells_against_what() -> None:
    rows = some(3, 16)
    smile = direction(
        "smile",
        rows[0],
        attribute="smile",
        source="portraits",
        examples=(7, 8),
        held_out=HeldOut(0.9, 0.8, 1.0, 9),
    )
    age, hat = direction("age", rows[1]), direction("hat", rows[2])
    found = locked(smile, [age, hat])
    assert (found.name, found.method, found.attribute) == ("smile, independent", "locked", "smile")
    assert (found.source, found.examples, found.held_out) == ("portraits", (7, 8), None)
    assert found.details["locked"] == "smile"
    assert found.details["against"] == ["age", "hat"]
    assert found.details["left"] == pytest.approx(float(found.vector @ smile.vector), abs=1e-6)
    assert np.abs([found.vector @ age.vector, found.vector @ hat.vector]).max() < 1e-6
    assert np.linalg.norm(found.vector) == pytest.approx(1.0, abs=1e-6)
    assert locked(smile, [age], "grin").name == "grin"


def test_little_left_is_warned_of() -> None:
    first, second = np.eye(5)[:2]
    found = locked(direction("a", first + 0.1 * second), [direction("b", first)])
    assert found.notes == ("Only 10% of the length of a is left: it lies almost along b.",)
    assert found.vector == pytest.approx(second, abs=1e-6)


def test_nothing_left_is_a_problem() -> None:
    one, two = some(2, 8)
    with pytest.raises(Problem, match="Nothing is left of c when it is made independent of a and b"):
        locked(direction("c", one - 3 * two), [direction("a", one), direction("b", two)])
    with pytest.raises(Problem, match="Nothing is left of b when it is made independent of a"):
        locked(direction("b", -one), [direction("a", one)])


def test_bad_wishes_are_told() -> None:
    a, b = direction("a", np.ones(4)), direction("b", np.ones(5))
    with pytest.raises(Problem, match="different sizes"):
        locked(a, [b])
    with pytest.raises(Problem, match="a has no other direction"):
        locked(a, [])
    with pytest.raises(Problem, match="of itself"):
        locked(a, [a])
    with pytest.raises(Problem, match="at least two directions"):
        locked_all([a])


def test_all_are_locked_against_all_others_at_once() -> None:
    found = [direction(name, row) for name, row in zip("abcd", some(4, 12), strict=True)]
    apart = locked_all(found)
    assert [one.name for one in apart] == ["a, independent", "b, independent", "c, independent", "d, independent"]
    products = np.stack([one.vector for one in apart]) @ np.stack([one.vector for one in found]).T
    assert np.abs(products - np.diag(np.diag(products))).max() < 1e-6
    assert (np.diag(products) > 0).all()
    turned = locked_all(found[::-1])[::-1]
    for one, other in zip(apart, turned, strict=True):
        assert one.vector == pytest.approx(other.vector, abs=1e-6)


@given(st.text(max_size=80), st.integers(0, 30))
def test_a_free_name_is_free_and_fits(request: str, others: int) -> None:
    taken: list[str] = []
    for _ in range(others):
        taken.append(free_name(request, taken, ", independent"))
    assert len(set(taken)) == len(taken)
    assert all(len(name) <= LONGEST_NAME and name == name.strip() for name in taken)
    for name in taken:
        Direction(name, unit(np.ones(2)), "locked")
