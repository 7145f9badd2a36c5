from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QTimer

from explorer.session.traverse import path_playback
from explorer.session.traverse.path_playback import PathPlayback


@pytest.fixture
def playback(qapp):
    playback = PathPlayback()
    playback.duration_s = 0.5
    yield playback
    playback.stop()


def test_the_next_frame_waits_until_the_last_was_shown(playback, qtbot):
    asked = []
    playback.moved.connect(asked.append)
    playback.start()
    qtbot.waitUntil(lambda: len(asked) == 1)
    qtbot.wait(1)
    assert len(asked) == 1
    playback.frame_shown()
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert asked[1] > asked[0]


@pytest.mark.parametrize("loops", [True, False])
def test_it_goes_on_past_the_end_and_never_leaves_the_path(playback, qtbot, loops):
    asked = []
    playback.loops = loops
    playback.moved.connect(asked.append)
    playback.moved.connect(lambda _time: playback.frame_shown())
    playback.go_to(0.95)
    playback.start()
    qtbot.waitUntil(lambda: len(asked) >= 12)
    assert all(0.0 <= time <= 1.0 for time in asked)
    turned = [later < earlier for earlier, later in pairwise(asked)]
    assert any(turned)


def test_starting_and_stopping_are_told_once(playback, qtbot):
    told = []
    playback.playing_changed.connect(told.append)
    playback.start()
    playback.start()
    playback.stop()
    playback.stop()
    assert told == [True, False]


def test_a_frame_that_failed_stops_it_and_it_can_be_started_again(playback, qtbot):
    told, asked = [], []
    playback.playing_changed.connect(told.append)
    playback.moved.connect(asked.append)
    playback.start()
    qtbot.waitUntil(lambda: len(asked) == 1)
    playback.frame_failed()
    assert told == [True, False]
    playback.start()
    qtbot.waitUntil(lambda: len(asked) == 2)


@pytest.fixture
def pass_s(playback, qtbot, monkeypatch):
    """Lets so many seconds pass before the next frame is shown; gives the time that is asked for then."""
    now_s = [5.0]
    monkeypatch.setattr(path_playback, "perf_counter", lambda: now_s[0])
    with qtbot.waitSignal(playback.moved):
        playback.start()

    def passed(seconds):
        now_s[0] += seconds
        with qtbot.waitSignal(playback.moved) as asked:
            playback.frame_shown()
        return asked.args[0]

    return passed


def test_the_path_takes_as_long_as_it_is_to_take(playback, pass_s):
    playback.duration_s = 2.0
    assert playback.is_playing
    assert [pass_s(0.05), pass_s(0.1), pass_s(0.02)] == pytest.approx([0.025, 0.075, 0.085])
    assert pass_s(30.0) == pytest.approx(0.135)  # a hiccup is no jump
    playback.duration_s = 0.001  # nothing is shorter than a tenth of a second
    assert pass_s(0.05) == pytest.approx(0.635)


def test_a_path_is_played_forth_and_back(playback, pass_s):
    playback.duration_s = 1.0
    playback.go_to(0.98)
    assert [pass_s(0.05), pass_s(0.05), pass_s(0.05)] == pytest.approx([1.0, 0.95, 0.90])
    playback.go_to(0.02)
    assert [pass_s(0.05), pass_s(0.05)] == pytest.approx([0.0, 0.05])


def test_a_path_that_loops_goes_on_from_its_beginning(playback, pass_s):
    playback.duration_s, playback.loops = 1.0, True
    playback.go_to(0.98)
    assert [pass_s(0.05), pass_s(0.05)] == pytest.approx([0.03, 0.08])


def test_a_frame_waits_for_the_rest_of_its_sixtieth_of_a_second(playback, qtbot, monkeypatch):
    now_s = [5.0]
    monkeypatch.setattr(path_playback, "perf_counter", lambda: now_s[0])
    with qtbot.waitSignal(playback.moved):
        playback.start()
    now_s[0] += 0.006
    playback.frame_shown()
    (timer,) = playback.findChildren(QTimer)
    assert timer.isActive()
    assert timer.interval() == 11
    timer.stop()
    now_s[0] += 1.0
    playback.frame_shown()
    assert timer.interval() == 0
    playback.stop()
    playback.frame_shown()  # it came late
    assert not timer.isActive()


def test_where_it_is_stays_on_the_path(playback):
    told = []
    playback.moved.connect(told.append)
    for time in (-0.5, 0.25, 1.5):
        playback.go_to(time)
        assert playback.time == told[-1]
    assert told == [0.0, 0.25, 1.0]
