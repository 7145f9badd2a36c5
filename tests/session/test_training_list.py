"""The list of runs, with jobs that the test moves in the place of those that train."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal

from explorer.core.problem import Problem
from explorer.core.processes import child
from explorer.session.notices import Notices
from explorer.session.settings import Settings
from explorer.session.train import runs as runs_module
from explorer.session.train import training_process
from explorer.session.train.run_summaries import Training
from explorer.session.train.runs import TrainingRuns
from explorer.training.runs.run import Run
from explorer.training.runs.run_folder import RunFacts, run_facts
from explorer.training.runs.spec import RunSpec


class Job(QObject):
    """Says what it is told to say, and keeps what it was asked for."""

    changed, ended = Signal(), Signal()

    def __init__(self, folder: Path, device: str, parent: QObject) -> None:
        super().__init__(parent)
        self.folder, self.state, self.asked = folder, "preparing", list[str]()
        self.step, self.share, self.error = 0, 0.0, None

    def start(self, *, paused: bool) -> None:
        self.asked.append("start paused" if paused else "start")

    def __getattr__(self, name: str):
        return lambda: self.asked.append(name)

    def at(self, step: int) -> None:
        self.step, self.state = step, "training"
        self.changed.emit()


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(now_s=0.0)
    monkeypatch.setattr(runs_module, "time", SimpleNamespace(monotonic=lambda: clock.now_s))
    monkeypatch.setattr(runs_module, "TrainingJob", Job)
    return clock


@pytest.fixture
def told():
    return []


@pytest.fixture
def runs(tmp_path, qapp, clock, told):
    notices = Notices()
    notices.report(told.append)
    runs = TrainingRuns(tmp_path / "runs", Settings(tmp_path / "settings.ini"), notices)
    yield runs
    runs.close()


def begun(runs: TrainingRuns, name: str = "mine", steps: int = 50) -> tuple[Path, Job | None]:
    folder = runs.begin(RunSpec("vae", "portraits:8", 32, steps, name=name))
    return folder, runs._job


def seen(signal) -> list:
    kept = []
    signal.connect(lambda *arguments: kept.append(arguments[0] if arguments else None))
    return kept


def facts(name: str, **changes) -> RunFacts:
    told = {"family": "vae", "data": "", "size": 32, "steps": 100, "done_steps": 0, "kept_step": 0, "sheet": None}
    return RunFacts(folder=Path("/runs") / name, name=name, **(told | {"is_trained": False} | changes))


def look(runs: TrainingRuns, qtbot, *found: RunFacts) -> None:
    runs.folders.facts = lambda: (list(found), [])  # type: ignore[method-assign]
    runs.look()
    qtbot.waitUntil(lambda: not runs.is_looking)


def test_the_rate_of_a_run_is_that_of_its_steps_and_begins_anew_after_a_pause(runs, clock):
    folder, job = begun(runs)
    job.at(10)
    clock.now_s = 2.0
    job.at(30)
    assert runs.of(folder).rate_per_s == 10.0
    assert runs.of(folder).facts.done_steps == 30
    assert runs.of(folder).seconds_left == 2.0
    assert runs.of(folder).is_active
    runs.pause(folder)
    assert job.asked == ["start", "pause"]
    clock.now_s = 60.0
    job.at(31)
    assert runs.of(folder).rate_per_s == 0.0
    assert runs.of(folder).seconds_left is None


def test_a_run_is_told_to_be_new_with_each_change_and_only_then(runs):
    changed = seen(runs.changed)
    folder, job = begun(runs)
    assert changed == [folder, folder]  # it waits, and it begins
    job.share = 0.5
    job.changed.emit()
    assert changed == [folder] * 3
    assert runs.of(folder).share == 0.5
    assert runs.of(folder).facts.done_steps == 0
    assert not runs.of(folder).facts.is_trained


def test_the_next_run_begins_when_one_has_ended_and_the_job_of_that_is_gone(runs, told, tmp_path):
    first, job = begun(runs)
    second, _ = begun(runs, "other")
    assert (runs.current, runs.of(second).state) == (first, "waiting")
    listed, ended = seen(runs.listed), seen(runs.ended)
    job.ended.emit()
    assert (runs.current, ended) == (second, [first])
    assert listed == [None]
    assert runs.of(first).state == "stopped"
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert runs.findChildren(Job) == [runs._job]
    assert str(second) in (tmp_path / "settings.ini").read_text()
    runs._job.ended.emit()
    assert str(second) not in (tmp_path / "settings.ini").read_text()
    assert (runs.current, told) == (None, [])


@pytest.mark.parametrize("error", [Problem("There are no pictures.", ""), ValueError("five")], ids=["problem", "bug"])
def test_why_a_run_failed_is_told_until_it_goes_on(runs, told, error, qtbot):
    folder, job = begun(runs)
    job.error = error
    job.ended.emit()
    qtbot.waitUntil(lambda: len(told) == 1)
    assert runs.of(folder).state == "failed"
    what = runs.of(folder).problem.what
    assert what == (error.what if isinstance(error, Problem) else "Training stopped: five")
    runs.resume(folder)
    assert runs.of(folder).state == "preparing"
    assert runs.of(folder).problem is None
    runs._job.ended.emit()
    assert runs.of(folder).state == "stopped"


def test_a_stopped_run_takes_one_step_and_stands_still(runs):
    folder, job = begun(runs)
    job.ended.emit()
    runs.step_once(folder)
    assert runs._job.asked == ["start paused", "step_once"]
    runs.resume(folder)
    runs.step_once(folder)
    runs.stop(folder)
    assert runs._job.asked[2:] == ["resume", "step_once", "stop"]
    runs._job.ended.emit()
    runs.resume(folder)
    assert runs._job.asked == ["start"]


def test_a_run_can_be_given_more_steps(runs):
    folder, job = begun(runs, steps=50)
    job.ended.emit()
    runs.resume(folder, steps=80)
    assert runs.of(folder).facts.steps == run_facts(folder).steps == 80


def test_a_run_waits_but_once(runs):
    _, job = begun(runs)
    second, _ = begun(runs, "other")
    runs.resume(second)
    job.ended.emit()
    runs._job.ended.emit()
    assert runs.current is None


def test_the_newest_run_comes_first_and_a_deleted_one_is_told(runs):
    first, job = begun(runs, "a")
    job.ended.emit()
    second, job = begun(runs, "b")
    job.ended.emit()
    assert [training.folder for training in runs.all] == [second, first]
    listed, changed = seen(runs.listed), seen(runs.changed)
    runs.rename(first, "c")
    assert [training.folder for training in runs.all] == [second, first]
    assert (listed, changed) == ([None], [first])
    place = runs.delete(first)
    assert listed == [None, None]
    runs.restore(place, first)
    assert listed == [None] * 3
    assert [training.folder for training in runs.all] == [first, second]


def test_runs_that_others_train_are_followed_through_their_folders(runs, clock, told, qtbot):
    listed, changed, ended = seen(runs.listed), seen(runs.changed), seen(runs.ended)
    one, other = facts("one"), facts("other", is_trained=True, done_steps=10)
    look(runs, qtbot, one, other)
    assert (len(listed), changed, ended) == (1, [], [])
    assert [runs.of(each.folder).state for each in (one, other)] == ["stopped", "elsewhere"]
    clock.now_s = 4.0
    other = replace(other, done_steps=50)
    look(runs, qtbot, one, other)
    assert (len(listed), changed) == (1, [other.folder])
    assert runs.of(other.folder).rate_per_s == 10.0
    look(runs, qtbot, one, replace(other, done_steps=100, kept_step=100, is_trained=False))
    assert ended == [other.folder]
    assert runs.of(other.folder).state == "done"
    assert runs.of(other.folder).rate_per_s == 0.0
    assert [notice.what for notice in told] == ["other has been trained for 100 steps."]
    look(runs, qtbot, one)
    assert len(listed) == 2


def test_of_the_run_that_is_trained_here_the_job_knows_better_than_the_folder(runs, qtbot):
    folder, job = begun(runs)
    job.at(30)
    ended = seen(runs.ended)
    look(runs, qtbot, facts("one"), replace(facts("mine"), folder=folder, done_steps=20))
    assert runs.of(folder).facts.done_steps == 30
    assert runs.of(folder).facts.is_trained
    look(runs, qtbot, facts("one"))  # its folder has been deleted
    assert [training.folder for training in runs.all] == [folder, Path("/runs/one")]
    assert ended == []


def test_what_was_read_before_the_list_was_edited_is_read_again(runs, qtbot, tmp_path):
    Run.create(tmp_path / "far", RunSpec("vae", "portraits:8", 32, 5))
    looks = []

    def read():
        looks.append(len(runs.all))
        return [facts("one")], []

    runs.folders.facts = read
    runs.look()
    runs.look()  # not twice at once
    runs.open(tmp_path / "far")
    qtbot.waitUntil(lambda: not runs.is_looking)
    assert looks == [0, 1] or looks == [1, 1]
    assert runs.all[0].folder == Path("/runs/one")


def test_a_watched_list_is_read_at_once_and_again_until_it_is_not(runs, qtbot, monkeypatch):
    looks = []
    runs.folders.facts = lambda: looks.append(1) or ([], [])
    runs._timer.setInterval(1)
    runs.watch(True)
    qtbot.waitUntil(lambda: len(looks) > 2)
    runs.watch(False)
    assert not runs._timer.isActive()


def test_the_number_of_processes_is_kept_and_within_what_the_machine_has(runs, monkeypatch):
    monkeypatch.setattr(runs_module, "most_processes", lambda: 4)
    told = []
    for asked in (3, 9, 0, 2):
        runs.processes = asked
        told.append(runs.processes)
    assert told == [3, 4, 1, 2]


@pytest.mark.parametrize(
    ("cores", "processes", "threads"), [(8, 1, 7), (8, 2, 3), (8, 7, 1), (8, 8, 1), (1, 1, 1), (None, 1, 1)]
)
def test_a_training_leaves_one_core_to_the_window_and_shares_the_others(
    tmp_path, monkeypatch, cores, processes, threads
):
    started = []
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    monkeypatch.setattr(child, "start_apart", lambda words, log: started.append(words))
    training_process.start_process(replace(facts("mine"), folder=tmp_path), "cpu", processes)
    (words,) = started
    assert words[-4:] == ["--device", "cpu", "--threads", str(threads)]
    assert ("torch.distributed.run" in words) == (processes > 1)
    assert processes == 1 or words[words.index("--nproc-per-node") + 1] == str(processes)


def test_how_long_a_run_still_takes_is_known_only_of_one_that_goes() -> None:
    of = facts("mine", done_steps=40)
    assert Training(of, "training", 20.0).seconds_left == 3.0
    assert Training(of, "stopped").seconds_left is None
    assert Training(replace(of, done_steps=100), "training", 20.0).seconds_left == 0.0
    assert Training(replace(of, done_steps=101), "training", 20.0).seconds_left is None
    assert [Training(of, state).is_active for state in ("waiting", "elsewhere", "done", "failed")] == [
        True,
        True,
        False,
        False,
    ]


def test_what_the_last_process_said_is_told(tmp_path):
    log = tmp_path / "training.log"
    assert training_process.complaint(tmp_path) is None
    for said, what in (
        ("one\n\nlatent-explorer: No pictures.\nlatent-explorer: Nothing.\ntorchrun failed\n", "Nothing."),
        (
            "one\nTraceback (most recent call last):\nValueError: five\n\n",
            "The training stopped early: ValueError: five.",
        ),
        ("one\ntwo\n", None),
    ):
        log.write_text(said)
        problem = training_process.complaint(tmp_path)
        assert (problem.what if problem else None) == what


@pytest.mark.parametrize(
    ("code", "said", "state"), [(0, "", "stopped"), (1, "latent-explorer: No pictures.", "failed")]
)
def test_a_process_that_starts_is_followed_until_it_ends(runs, monkeypatch, qtbot, told, code, said, state):
    process = SimpleNamespace(returncode=None, poll=lambda: process.returncode)
    monkeypatch.setattr(runs_module, "start_process", lambda _facts, _device, _count: process)
    folder = runs.begin(RunSpec("vae", "portraits:8", 32, 50, name="mine"), in_process=True)
    assert runs.of(folder).state == "preparing"
    assert runs.current is None
    look(runs, qtbot, run_facts(folder))
    assert runs.of(folder).state == "preparing"
    (folder / "training.log").write_text(f"{said}\n")
    process.returncode = code
    changed = seen(runs.changed)
    look(runs, qtbot, run_facts(folder))
    assert runs.of(folder).state == state
    assert changed == [folder]
    assert len(told) == (state == "failed")
