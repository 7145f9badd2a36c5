"""The rate of a run is its steps a second over the last ten."""

from __future__ import annotations

import pytest

from explorer.session.train.step_rate import Rate


def noted(*pairs: tuple[float, int]) -> float:
    rate = Rate()
    for at_s, step in pairs:
        rate.note(step, at_s)
    return rate.per_s


def test_a_rate_is_steps_over_seconds() -> None:
    assert noted((100.0, 10), (102.0, 20), (104.0, 22)) == pytest.approx(3.0)


def test_before_two_looks_at_different_times_there_is_no_rate() -> None:
    assert noted() == noted((5.0, 3)) == noted((5.0, 3), (5.0, 4)) == 0.0


def test_what_was_longer_ago_than_ten_seconds_does_not_count() -> None:
    assert noted((0.0, 0), (5.0, 1000), (10.0, 1010), (15.1, 1020)) == pytest.approx(20 / 10.1)
    assert noted((0.0, 0), (5.0, 1000), (10.0, 1010), (15.0, 1020)) == pytest.approx(1020 / 15)
    assert noted((0.0, 0), (60.0, 30)) == pytest.approx(0.5)  # of slow runs two looks are kept


def test_a_run_that_goes_back_begins_anew() -> None:
    assert noted((0.0, 50), (1.0, 60), (2.0, 40)) == 0.0
    assert noted((0.0, 50), (1.0, 60), (2.0, 40), (4.0, 48)) == pytest.approx(4.0)
