from __future__ import annotations

import threading
from itertools import count

import pytest

from explorer.session.train.training_thread import TrainingThread


class Run:
    """An endless run that counts its steps and says in which thread it was closed."""

    def __init__(self) -> None:
        self.steps = 0
        self.closed_in = ""

    def __call__(self):
        try:
            for self.steps in count(1):
                yield self.steps
        finally:
            self.closed_in = threading.current_thread().name


@pytest.fixture
def run() -> Run:
    return Run()


@pytest.fixture
def thread(run, qapp):
    thread = TrainingThread(run)
    yield thread
    thread.stop()
    assert thread.wait(10_000)


def stop(thread, qtbot):
    with qtbot.waitSignal(thread.finished):
        thread.stop()


def test_every_step_is_reported_once_and_in_order(run, thread, qtbot):
    seen = []
    thread.progressed.connect(seen.extend)
    with qtbot.waitSignal(thread.progressed):
        thread.start()
    stop(thread, qtbot)
    qtbot.waitUntil(lambda: len(seen) == run.steps)
    assert seen == list(range(1, run.steps + 1))


def test_a_run_is_closed_in_its_own_thread(run, thread, qtbot):
    with qtbot.waitSignal(thread.progressed):
        thread.start()
    stop(thread, qtbot)
    assert run.closed_in not in ("", threading.current_thread().name)


def test_a_paused_run_takes_single_steps(run, thread, qtbot):
    seen = []
    thread.progressed.connect(seen.extend)
    thread.pause()
    thread.start()
    for step in (1, 2, 3):
        with qtbot.waitSignal(thread.progressed):
            thread.step_once()
        qtbot.waitUntil(lambda: thread.is_paused)
        assert seen == list(range(1, step + 1))
        assert run.steps == step


def test_a_paused_run_can_go_on(run, thread, qtbot):
    thread.pause()
    thread.start()
    assert run.steps == 0
    with qtbot.waitSignal(thread.progressed):
        thread.resume()
    assert not thread.is_paused


def test_a_paused_run_can_be_stopped(run, thread, qtbot):
    thread.pause()
    thread.start()
    stop(thread, qtbot)
    assert run.steps == 0


def test_a_run_that_ends_by_itself_reports_all_of_it(qtbot):
    thread = TrainingThread(lambda: iter_of(3))
    seen = []
    thread.progressed.connect(seen.extend)
    with qtbot.waitSignal(thread.finished):
        thread.start()
    qtbot.waitUntil(lambda: seen == [0, 1, 2])
    assert thread.wait(10_000)


def test_a_run_that_raises_says_so_after_its_last_step(qtbot):
    def failing():
        yield 1
        raise ValueError("out of memory")

    thread = TrainingThread(failing)
    seen = []
    thread.progressed.connect(seen.extend)
    thread.failed.connect(seen.append)
    with qtbot.waitSignals([thread.failed, thread.finished]):
        thread.start()
    assert thread.wait(10_000)
    assert seen[0] == 1
    assert isinstance(seen[1], ValueError)


def iter_of(steps):
    yield from range(steps)
