from __future__ import annotations

import threading

import pytest

from explorer.core.problem import Problem
from explorer.session.jobs.export_queue import Exporter


@pytest.fixture
def exporter(qapp):
    exporter = Exporter()
    yield exporter
    exporter.close()


def test_exports_are_written_in_turn_and_tell_how_far_they_are(exporter, qtbot, tmp_path):
    told, written = [], []
    exporter.progressed.connect(lambda share: told.append((exporter.job.words, share)))
    exporter.written.connect(lambda path: written.append(path.name))

    def write(path, progress, _cancelled):
        progress(0.5)
        path.write_bytes(b"x")

    with qtbot.waitSignal(exporter.idle):
        for name in ("a.png", "b.png"):
            exporter.write(tmp_path / name, write)
        assert exporter.job.words == "Saving a.png"
    assert written == ["a.png", "b.png"]
    assert told == [("Saving a.png", 0.5), ("Saving b.png", 0.5)]
    assert not exporter.is_busy


def test_cancelling_stops_what_runs_and_what_waits(exporter, qtbot, tmp_path):
    begun, stopped = threading.Event(), []

    def write(_path, _progress, cancelled):
        begun.set()
        while not cancelled():
            threading.Event().wait(0.001)
        raise RuntimeError("stopped half way")

    exporter.stopped.connect(lambda path: stopped.append(path.name))
    with qtbot.assertNotEmitted(exporter.failed), qtbot.waitSignal(exporter.idle):
        exporter.write(tmp_path / "a", write)
        exporter.write(tmp_path / "b", write)
        assert begun.wait(10)
        exporter.cancel()
    assert stopped == ["a", "b"]


def test_a_failure_is_told_and_the_next_is_written(exporter, qtbot, tmp_path):
    def fail(_path, _progress, _cancelled):
        raise Problem("The disk is full.", "Make room.")

    failures, written = [], []
    exporter.failed.connect(lambda error: failures.append(error.what))
    exporter.written.connect(written.append)
    with qtbot.waitSignal(exporter.idle):
        exporter.write(tmp_path / "a", fail)
        exporter.write(tmp_path / "b", lambda *_: None)
    assert failures == ["The disk is full."]
    assert len(written) == 1
