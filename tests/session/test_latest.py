from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from explorer.core.rendering.scene import Scene
from explorer.session.jobs.latest import InTurn, LatestOnly
from tests.session.gate import Gate


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def latest(gate, qapp):
    latest = LatestOnly(gate)
    yield latest
    gate.open()
    latest.close()


def test_only_the_newest_request_waits(gate, latest, qtbot):
    shown = []
    latest.done.connect(lambda _request, result: shown.append(result))
    for request in range(100):
        latest.request(request)
    assert latest.is_busy
    with qtbot.waitSignal(latest.idle):
        gate.open()
    assert gate.seen == [0, 99]
    assert shown == [0, 99]
    assert not latest.is_busy


def test_what_failed_does_not_stop_what_follows(gate, latest, qtbot):
    gate.open()
    with qtbot.waitSignal(latest.failed) as failed:
        latest.request(ValueError("bad"))
    assert isinstance(failed.args[1], ValueError)
    with qtbot.waitSignal(latest.done) as done:
        latest.request("good")
    assert done.args == ["good", "good"]


def test_what_waits_can_be_dropped(gate, latest, qtbot):
    latest.request(1)
    latest.request(2)
    latest.drop_waiting()
    with qtbot.waitSignal(latest.idle):
        gate.open()
    assert gate.seen == [1]


def test_an_answer_can_ask_again(latest, gate, qtbot):
    gate.open()
    latest.done.connect(lambda request, _result: request < 3 and latest.request(request + 1))
    with qtbot.waitSignal(latest.idle, check_params_cb=None):
        latest.request(1)
    qtbot.waitUntil(lambda: gate.seen == [1, 2, 3] and not latest.is_busy)


def test_arrays_and_scenes_pass_through_unchanged(qtbot):
    latest = LatestOnly(lambda scene: np.ones((64, 64, 3), np.uint8))
    scene = Scene(z=np.zeros(4, np.float32))
    with qtbot.waitSignal(latest.done) as done:
        latest.request(scene)
    assert done.args[0] is scene
    assert done.args[1].shape == (64, 64, 3)
    latest.close()


def test_closing_waits_for_what_runs_and_announces_nothing(gate, qtbot):
    latest = LatestOnly(gate)
    with qtbot.assertNotEmitted(latest.done):
        latest.request(1)
        latest.request(2)
        assert gate.entered.wait(10)
        gate.open()
        latest.close()
        latest.request(3)
        QCoreApplication.sendPostedEvents()  # what the worker had still to say
    assert gate.seen == [1]


def test_work_in_turn_forgets_nothing(gate, qtbot):
    in_turn = InTurn(gate)
    for request in range(5):
        in_turn.request(request)
    with qtbot.waitSignal(in_turn.idle):
        gate.open()
    assert gate.seen == [0, 1, 2, 3, 4]
    in_turn.close()


def test_finishing_does_what_still_waits(gate, qapp):
    in_turn = InTurn(gate)
    for request in range(3):
        in_turn.request(request)
    opener = threading.Timer(0.0, gate.open)
    opener.start()
    in_turn.finish()
    opener.join()
    assert gate.seen == [0, 1, 2]
