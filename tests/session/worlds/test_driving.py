"""Driving off the GUI thread: frames come in order, the drive is kept, and what goes wrong is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from explorer.core.problem import Problem
from explorer.core.worlds.journey import Move
from explorer.session.worlds.driving import Driving
from explorer.session.worlds.pace import Pace
from tests.worlds import FACTS, tiny_world

AHEAD = Move((0.0, 0.5))


@pytest.fixture
def driving(qtbot: QtBot) -> Iterator[Driving]:
    found = Driving()
    yield found
    found.close()


def open_at(driving: Driving, folder: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(driving.drove, timeout=10_000):
        driving.open(folder, "cpu", 3, trusted=True)


def drive(driving: Driving, qtbot: QtBot, *moves: Move, ghosts: bool = False) -> None:
    for move in moves:
        with qtbot.waitSignal(driving.drove, timeout=10_000):
            driving.go(move, ghosts=ghosts)
        qtbot.waitUntil(lambda: not driving.is_busy)


def test_a_drive_is_kept_move_by_move_and_begun_anew(driving: Driving, tmp_path: Path, qtbot: QtBot) -> None:
    open_at(driving, tiny_world(tmp_path) / "dream.onnx", qtbot)
    assert driving.world is not None
    assert driving.world.path == tmp_path
    assert driving.world.has_world
    seen = []
    driving.drove.connect(lambda driven: seen.append((driven.moment.number, len(driven.ghosts))))
    drive(driving, qtbot, AHEAD, replace(AHEAD, temperature=0.5), ghosts=True)
    assert seen == [(1, 1), (2, 1)]
    assert [move.temperature for move in driving.journey.moves] == [1.0, 0.5]
    scene = driving.scene()
    assert scene is not None
    assert scene.z.tolist() == driving.last.latent.tolist()  # type: ignore[union-attr]
    with qtbot.waitSignal(driving.drove):
        driving.restart(9)
    assert (driving.journey.seed, driving.journey.moves) == (9, ())


def test_a_frame_is_not_asked_for_while_another_is_worked_out(driving: Driving, tmp_path: Path, qtbot: QtBot) -> None:
    open_at(driving, tiny_world(tmp_path), qtbot)
    qtbot.waitUntil(lambda: not driving.is_busy)
    for _ in range(5):
        driving.go(AHEAD)
    qtbot.waitUntil(lambda: not driving.is_busy)
    assert len(driving.journey.moves) == 1


def test_a_dream_that_runs_away_halts_and_the_drive_up_to_there_is_kept(
    driving: Driving, tmp_path: Path, qtbot: QtBot
) -> None:
    open_at(driving, tiny_world(tmp_path, grows=1e30), qtbot)
    told: list[Exception] = []
    driving.halted.connect(told.append)
    for _ in range(4):
        qtbot.waitUntil(lambda: not driving.is_busy)
        driving.go(AHEAD)
    qtbot.waitUntil(lambda: bool(told))
    assert isinstance(told[0], Problem)
    assert len(driving.journey.moves) == driving.last.number  # type: ignore[union-attr]


def test_what_does_not_dream_is_refused_and_the_world_stays(driving: Driving, tmp_path: Path, qtbot: QtBot) -> None:
    open_at(driving, tiny_world(tmp_path / "one"), qtbot)
    other = tiny_world(tmp_path / "other", replace(FACTS, source=""))
    (other / "dream.onnx").unlink()
    with qtbot.waitSignal(driving.halted):
        driving.open(other, "cpu", 3, trusted=True)
    assert driving.world is not None
    assert driving.world.path == tmp_path / "one"


def test_a_beat_comes_at_once_when_somebody_hurries(qtbot: QtBot) -> None:
    pace = Pace()
    pace.rate = 0.5
    ticks: list[int] = []
    pace.ticked.connect(lambda: ticks.append(1))
    pace.hurry()
    assert not ticks
    pace.start()
    pace.hurry()
    pace.hurry()
    assert len(ticks) == 1
    qtbot.waitUntil(lambda: len(ticks) == 2)  # long before the next beat
    pace.stop()
    assert not pace.goes
