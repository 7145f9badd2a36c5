from __future__ import annotations

import logging
import sys
import threading

import pytest
from PySide6.QtCore import QCoreApplication

from explorer.core.problem import Problem
from explorer.session.notices import BUG, DONE, PROBLEM, Notice, Notices, install_hooks, notice_of
from explorer.session.reports import LogTail, report


@pytest.fixture
def notices(qapp) -> Notices:
    return Notices()


def test_a_problem_is_told_in_its_own_words():
    assert notice_of(Problem("It is empty.", "Try another.")) == Notice(PROBLEM, "It is empty.", "Try another.")


def test_anything_else_is_a_bug_with_its_traceback():
    try:
        raise ValueError("seven")
    except ValueError as error:
        notice = notice_of(error)
    assert notice.kind == BUG
    assert "seven" in notice.what
    assert "test_notices" in notice.details


def test_what_comes_before_the_window_is_kept(notices, qtbot):
    notices.say("first")
    notices.say("second")
    QCoreApplication.sendPostedEvents()
    said = []
    notices.report(said.append)
    notices.say("third")
    qtbot.waitUntil(lambda: len(said) == 3)
    assert [notice.what for notice in said] == ["first", "second", "third"]
    assert said[0].kind == DONE


def test_notices_from_other_threads_arrive_in_this_one(notices, qtbot):
    said = []
    notices.report(lambda notice: said.append(threading.current_thread()))
    thread = threading.Thread(target=notices.say, args=("from afar",))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(said))
    assert said == [threading.main_thread()]


def test_what_is_shown_once_is_not_shown_again(notices, qtbot):
    said = []
    notices.report(said.append)
    for _ in range(3):
        notices.show_error_once(Problem("The same."))
    notices.show_error_once(Problem("Another."))
    qtbot.waitUntil(lambda: len(said) == 2)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_exceptions_that_nobody_caught_are_told(notices, qtbot):
    said = []
    notices.report(said.append)
    restore = install_hooks(notices)
    try:
        sys.excepthook(ValueError, ValueError("in the main thread"), None)
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: len(said) == 2)
    finally:
        restore()
    assert "in the main thread" in said[0].what
    assert "ZeroDivisionError" in said[1].what


def test_a_report_holds_what_a_developer_needs():
    tail = LogTail()
    tail.handle(logging.LogRecord("explorer", logging.WARNING, "", 0, "before the fall", (), None))
    text = report(Notice(BUG, "It fell.", details="Traceback ..."), "CPU", tuple(tail.lines))
    for part in ("Latent explorer", "Python", "PySide6", "CPU", "It fell.", "Traceback", "before the fall"):
        assert part in text
