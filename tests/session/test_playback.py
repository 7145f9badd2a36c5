from __future__ import annotations

from itertools import pairwise

import pytest

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
