"""Jobs: what a new one overtakes, what is announced of them, and how far they are."""

from __future__ import annotations

import threading

import pytest

from explorer.core.problem import Problem
from explorer.core.sampling.abandoning import give_up_if_abandoned
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import REPORT_EVERY_S, part, throttled


@pytest.fixture
def runner(qapp):
    """Makes runners, and closes them when the test ends."""
    runners = []

    def make(overtakes):
        runners.append(JobRunner(overtakes=overtakes))
        return runners[-1]

    yield make
    for each in runners:
        each.close()


class Held:
    """Work that waits until it is let go."""

    def __init__(self, result=None):
        self.result = result
        self.entered, self.go = threading.Event(), threading.Event()

    def __call__(self, _report, cancelled):
        self.entered.set()
        assert self.go.wait(10)
        self.saw_cancelled = cancelled()
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


@pytest.mark.parametrize(
    ("overtakes", "announced"),
    [("everything", [3]), ("waiting", [1, 3]), ("nothing", [1, 2, 3])],
)
def test_a_new_job_takes_the_place_of_what_it_overtakes(runner, qtbot, overtakes, announced):
    jobs, results, first = runner(overtakes), [], Held(1)
    with qtbot.waitSignal(jobs.idle, timeout=10_000):
        jobs.begin(first, results.append)
        assert first.entered.wait(10)
        for number in (2, 3):
            jobs.begin(lambda *_, number=number: number, results.append)
        first.go.set()
    assert results == announced
    assert first.saw_cancelled == (overtakes == "everything")


@pytest.mark.parametrize("overtakes", ["everything", "waiting", "nothing"])
@pytest.mark.parametrize("result", [5, Problem("Too late.")])
def test_nothing_is_announced_of_what_was_cancelled(runner, qtbot, overtakes, result):
    jobs, told, held, dropped = runner(overtakes), [], Held(result), []
    jobs.failed.connect(told.append)
    with qtbot.waitSignal(jobs.idle, timeout=10_000):
        jobs.begin(held, told.append, failed=told.append, dropped=dropped.append)
        assert held.entered.wait(10)
        jobs.cancel()
        assert not jobs.is_wanted
        assert jobs.is_busy
        held.go.set()
    assert held.saw_cancelled
    assert told == []
    assert dropped == [5 if result == 5 else None]


def test_what_waits_is_not_begun_once_it_is_dropped(runner, qtbot):
    jobs, results, held, done = runner("nothing"), [], Held(1), []
    with qtbot.waitSignal(jobs.idle, timeout=10_000):
        jobs.begin(held, results.append, key="first")
        jobs.begin(lambda *_: done.append(2), results.append, key="second")
        jobs.begin(lambda *_: 3, results.append, key="third")
        jobs.drop(*(job for job in jobs.jobs if job.key == "second"))
        assert [job.key for job in jobs.jobs] == ["first", "third"]
        held.go.set()
    assert results == [1, 3]
    assert done == []


def test_each_job_in_turn_begins_and_ends_before_its_result_is_taken(runner, qtbot):
    jobs, told = runner("nothing"), []
    jobs.began.connect(lambda words: told.append(f"began {words}"))
    jobs.ended.connect(lambda: told.append("ended"))
    with qtbot.waitSignal(jobs.idle, timeout=10_000):
        for name in ("a", "b"):
            jobs.begin(lambda *_, name=name: name, told.append, words=name)
    assert told == ["began a", "ended", "began b", "a", "ended", "b"]


def test_of_what_is_done_at_once_no_beginning_is_told_and_no_end(runner):
    jobs, told, results = runner("waiting"), [], []
    jobs.began.connect(told.append)
    jobs.ended.connect(lambda: told.append("ended"))
    jobs.begin(lambda *_: 1, results.append, words="drawing", is_quick=True)
    assert results == [1]
    assert told == []


def test_a_failure_goes_to_who_asked_for_it_else_to_all(runner, qtbot):
    jobs, own, told = runner("nothing"), [], []
    jobs.failed.connect(told.append)

    def fail(*_):
        raise Problem("It is broken.")

    with qtbot.waitSignal(jobs.idle, timeout=10_000):
        jobs.begin(fail, failed=own.append)
        jobs.begin(fail)
    assert [len(own), len(told)] == [1, 1]


def test_closing_asks_to_stop_and_announces_nothing(runner, qapp):
    jobs, told, stopping = runner("everything"), [], threading.Event()

    def work(_report, cancelled):
        stopping.set()
        while not cancelled():
            threading.Event().wait(0.001)
        return 1

    jobs.begin(work, told.append, dropped=told.append)
    assert stopping.wait(10)
    jobs.close()
    qapp.processEvents()
    assert told == []


def test_a_share_and_a_count_are_progress_alike(runner, qtbot):
    jobs, shares, counts = runner("nothing"), [], []
    jobs.progressed.connect(shares.append)
    jobs.counted.connect(lambda done, total: counts.append((done, total)))
    with qtbot.waitSignal(jobs.idle, timeout=10_000):
        jobs.begin(lambda report, _cancelled: report(0.25))
        jobs.begin(lambda report, _cancelled: report(3, 4))
        jobs.begin(lambda report, _cancelled: report(0, 0))
    assert shares == [0.25, 0.75, 0.0]
    assert counts[1:] == [(3, 4), (0, 0)]


def test_late_progress_of_what_was_overtaken_is_not_told(runner, qtbot):
    jobs, shares, held = runner("everything"), [], Held()
    jobs.progressed.connect(shares.append)

    def late(report, cancelled):
        held(report, cancelled)
        report(0.5)

    with qtbot.waitSignal(jobs.idle, timeout=10_000):
        jobs.begin(late)
        assert held.entered.wait(10)
        jobs.begin(lambda *_: None)
        held.go.set()
    assert shares == []


def test_reports_are_seldom_but_the_end_is_told(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("explorer.session.jobs.report.monotonic", lambda: now[0])
    told = []
    report = throttled(lambda done, total: told.append((done, total)))
    for step in range(1, 10):
        report(step, 9)
        now[0] += REPORT_EVERY_S * 0.4
    assert told == [(1, 9), (4, 9), (7, 9), (9, 9)]


def test_a_part_of_the_work_reports_its_share_of_the_whole():
    told = []
    half = part(lambda share, _total=1.0: told.append(share), 0.5, 1.0)
    half(0.5)
    half(4, 4)
    assert told == [0.75, 1.0]


def test_nothing_is_begun_any_more_once_it_is_closed(runner):
    jobs, began = runner("everything"), []
    jobs.began.connect(began.append)
    jobs.close()
    jobs.begin(lambda *_: 1, words="late")
    assert (began, jobs.is_wanted) == ([], False)


def test_what_a_cancelled_job_paints_in_steps_is_given_up_and_nothing_is_announced(runner, qtbot):
    jobs, told, entered = runner("everything"), [], threading.Event()

    def work(_report, _cancelled):
        while True:
            entered.set()
            give_up_if_abandoned()

    jobs.failed.connect(told.append)
    with qtbot.waitSignal(jobs.idle, timeout=10_000):
        jobs.begin(work, told.append)
        assert entered.wait(10)
        jobs.cancel()
    assert told == []
