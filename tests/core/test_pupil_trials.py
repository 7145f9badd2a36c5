from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from explorer.core.photos.pupil_finder import FoundPupils
from explorer.core.photos.pupil_trials import SCALES, TURNS, judged, trials

PUPILS = ((0.3, 0.4), (0.7, 0.4))


@pytest.fixture(scope="module")
def faces():
    """Black squares with a red and a green spot for pupils."""
    pixels = np.zeros((2, 64, 64, 3), np.uint8)
    for channel, (x, y) in enumerate(PUPILS):
        row, column = round(y * 64), round(x * 64)
        pixels[:, row - 3 : row + 3, column - 3 : column + 3, channel] = 255
    return pixels


def test_the_pupils_of_a_trial_are_where_it_says(faces):
    for trial in trials(faces, PUPILS, 6, 0, seed=4):
        assert SCALES[0][0] <= trial.scale <= SCALES[-1][1]
        assert abs(trial.turn) <= TURNS[-1][1]
        (x1, y1), (x2, y2) = trial.points
        assert math.degrees(math.atan2(y2 - y1, x2 - x1)) == pytest.approx(trial.turn)
        for channel, (x, y) in enumerate(trial.points):
            seen = trial.photo[int(y), int(x)].astype(int)
            assert seen[channel] >= seen.max() - 20  # or it is grey


class Fake:
    """Finds what it is told to."""

    def __init__(self, faces, off: float | None, sure: float = 0.9, count: int = 5) -> None:
        told = list(trials(faces, PUPILS, count, count // 5, seed=0))
        self._answers = iter([self._answer(trial.points, off, sure) for trial in told])

    @staticmethod
    def _answer(points, off, sure):
        if points is None or off is None:
            return None
        (x1, y1), second = points
        return FoundPupils(((x1 + off * math.dist(*points), y1), second), sure)

    def find(self, _photo):
        return next(self._answers)


def test_an_exact_finder_has_no_error_and_one_that_is_off_has_that(faces):
    exact = judged(Fake(faces, 0.0), faces, PUPILS, count=5)
    assert (exact.errors[0].at(99), exact.errors[0].within, exact.sure, exact.alarms) == (0, 1, 1, 0)
    off = judged(Fake(faces, 0.05, sure=0.6), faces, PUPILS, count=5)
    assert off.errors[0].at(50) == pytest.approx(0.05)
    assert (off.errors[0].within, off.sure, off.sure_errors.values) == (0, 0, ())


def test_a_face_that_is_not_found_counts_as_the_worst(faces):
    none = judged(Fake(faces, None), faces, PUPILS, count=5)
    assert none.errors[0].told() == {
        "faces": 5, "within": 0.0, "p50": None, "p90": None, "p95": None, "p99": None,
    }  # fmt: skip
    assert sum(len(errors.values) for errors in none.errors[1:4]) == 5
    assert sum(len(errors.values) for errors in none.errors[4:]) == 5


def test_a_finder_that_is_sure_of_nothing_there_gives_alarms(faces):
    everywhere = SimpleNamespace(find=lambda _photo: FoundPupils(((1.0, 1.0), (9.0, 1.0)), 0.9))
    assert judged(everywhere, faces, PUPILS, count=5).alarms == 1


def test_what_a_finder_always_finds_elsewhere_is_no_difference_between_its_answers(faces):
    told = list(trials(faces, PUPILS, 8, 1, seed=0))

    def off(trial, turn):
        if trial.points is None:
            return None
        by, angle = 0.1 * math.dist(*trial.points), math.radians(turn)
        (x, y), second = trial.points
        return FoundPupils(((x + by * math.cos(angle), y + by * math.sin(angle)), second), 0.9)

    with_the_face = iter([off(trial, trial.turn) for trial in told])
    steady = judged(SimpleNamespace(find=lambda _photo: next(with_the_face)), faces, PUPILS, count=8)
    assert steady.errors[0].at(50) == pytest.approx(0.1)
    assert steady.differences.values == pytest.approx([0] * 6, abs=1e-9)
    upright = iter([off(trial, 0) for trial in told])
    wandering = judged(SimpleNamespace(find=lambda _photo: next(upright)), faces, PUPILS, count=8)
    assert wandering.differences.at(50) > 0.01
