from __future__ import annotations

import threading
from unittest.mock import Mock

import numpy as np
import onnxruntime as ort
import pytest
from PySide6.QtCore import QCoreApplication

from explorer.core.inference.watchdog import watched
from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.session.jobs import worker
from explorer.session.jobs.latest import InTurn, LatestOnly
from explorer.session.jobs.saving import Saver
from explorer.session.jobs.worker import Worker
from explorer.session.notices import Notices
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


@pytest.fixture
def quick(qapp):
    quick = LatestOnly(lambda what: (what, threading.current_thread()), is_quick=lambda what: what >= 0)
    yield quick
    quick.close()


def test_what_is_quick_is_done_in_this_thread_and_at_once(quick, qtbot):
    done, idle = [], Mock()
    quick.done.connect(lambda _request, result: done.append(result))
    quick.idle.connect(idle)
    for request in range(3):
        quick.request(request)
    assert done == [(request, threading.main_thread()) for request in range(3)]
    assert not quick.is_busy
    assert idle.call_count == 3


def test_what_is_not_quick_goes_to_the_worker_and_so_does_what_follows_while_it_runs(quick, qtbot):
    done = []
    quick.done.connect(lambda _request, result: done.append(result))
    with qtbot.waitSignal(quick.idle):
        quick.request(-1)
        quick.request(1)
    assert [what for what, _ in done] == [-1, 1]
    assert threading.main_thread() not in [thread for _, thread in done]


def test_what_is_quick_can_fail(qapp):
    broken, failed, idle = LatestOnly(Mock(side_effect=ValueError), is_quick=lambda _: True), Mock(), Mock()
    broken.failed.connect(failed)
    broken.idle.connect(idle)
    broken.request(2)
    assert isinstance(failed.call_args.args[1], ValueError)
    idle.assert_called_once_with()
    broken.close()


def test_nothing_quick_is_done_once_it_is_closed(qapp):
    work = Mock()
    quick = LatestOnly(work, is_quick=lambda _: True)
    quick.close()
    quick.request(1)
    work.assert_not_called()


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


def test_closing_ends_a_run_that_goes_on(qapp, monkeypatch):
    monkeypatch.setattr(Worker.close, "__defaults__", (0.1,))
    options, entered = ort.RunOptions(), threading.Event()

    def run(_request):
        with watched(options, 1e9):
            entered.set()
            while not options.terminate:  # as onnxruntime looks between two nodes
                pass

    latest = LatestOnly(run)
    latest.request(1)
    assert entered.wait(10)
    latest.close()
    assert options.terminate
    assert not latest._worker._thread.is_alive()


def test_closing_leaves_a_run_behind_that_nothing_ends(gate, qapp, monkeypatch):
    monkeypatch.setattr(Worker.close, "__defaults__", (0.1,))
    monkeypatch.setattr(worker, "_PATIENCE_S", 0.1)

    def run(request):
        with watched(ort.RunOptions(), 1e9):
            return gate(request)

    latest = LatestOnly(run)
    latest.request(1)
    assert gate.entered.wait(10)
    latest.close()
    thread = latest._worker._thread
    assert thread.is_alive()
    assert thread.daemon
    gate.open()
    thread.join(10)


def test_closing_waits_for_other_work(gate, qapp, monkeypatch):
    monkeypatch.setattr(Worker.close, "__defaults__", (0.0,))
    monkeypatch.setattr(worker, "_PATIENCE_S", 0.0)
    latest = LatestOnly(gate)
    latest.request(1)
    assert gate.entered.wait(10)
    opener = threading.Timer(0.5, gate.open)
    opener.start()
    latest.close()
    assert not latest._worker._thread.is_alive()
    assert gate.seen == [1]
    opener.join()


def test_what_waits_is_begun_before_what_ended_is_announced(gate, latest, qtbot):
    begun = []
    gate.open()

    def on_done(request, _result):
        if request == 1:
            begun.append(gate.entered.wait(5))  # the GUI thread does nothing else meanwhile

    def ask_for_another():
        gate.entered.clear()
        latest.request(2)

    latest.done.connect(on_done)
    latest.request(1)
    assert gate.entered.wait(5)
    ask_for_another()
    qtbot.waitUntil(lambda: not latest.is_busy)
    assert begun == [True]


def test_closing_leaves_other_work_behind_that_does_not_end(gate, qapp, monkeypatch):
    monkeypatch.setattr(worker, "_LONGEST_S", 0.2)
    latest = LatestOnly(gate)
    latest.request(1)
    assert gate.entered.wait(10)
    latest.close()
    thread = latest._worker._thread
    assert thread.is_alive()
    gate.open()
    thread.join(10)


def test_what_fails_while_everything_is_finished_is_told(qapp, tmp_path):
    notices = Notices()
    saver = Saver(notices)
    renderer = Mock(render=Mock(side_effect=Problem("It cannot be drawn.")))
    for name in ("a.png", "b.png"):
        saver.save(renderer, Scene(), tmp_path / name)
    saver.close()
    assert [notice.what for notice in notices.unread()] == ["It cannot be drawn."] * 2


def test_the_thread_of_a_worker_that_nobody_has_any_more_ends():
    worker = Worker("forgotten")
    asked = worker.submit(lambda number: (threading.current_thread(), 2 * number), 21)
    thread, answer = asked.result(10)
    assert (thread.name, answer) == ("forgotten", 42)
    assert thread.is_alive()
    del worker
    thread.join(10)
    assert not thread.is_alive()
