from __future__ import annotations

import shutil
import sys

import pytest

from explorer.core.problem import Problem
from explorer.session.notices import Notices
from explorer.session.settings import Settings
from explorer.session.train.checks import default_name, remarks_on
from explorer.session.train.runs import TrainingRuns
from explorer.session.train.training_pictures import DataRequest, TrainingPictures
from explorer.training.families import family_called
from explorer.training.runs.run import Run
from explorer.training.runs.run_folder import ask_to_keep, ask_to_stop, is_trained, run_facts, sheets
from explorer.training.runs.spec import RunSpec
from tests.pictures import labelled_folder

TINY = {"width": 0.1, "batch_size": 4, "latent_size": 4}
PATIENCE_MS = 60_000


@pytest.fixture
def pictures(tmp_path):
    return labelled_folder(tmp_path / "pictures", count=12, size=32)


@pytest.fixture
def build(tmp_path, qapp, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    built = []

    def build_one():
        settings = Settings(tmp_path / "settings.ini")
        trainings = TrainingRuns(tmp_path / "runs", settings, Notices())
        built.append(trainings)
        return trainings

    yield build_one
    for trainings in built:
        trainings.close()


@pytest.fixture
def trainings(build):
    return build()


def spec(pictures, **changes):
    settings = {"family": "dcgan", "data": str(pictures), "size": 32, "steps": 100_000, "settings": TINY}
    return RunSpec(**(settings | {"name": "mine"} | changes))


def wait_for_state(trainings, folder, state, qtbot):
    qtbot.waitUntil(lambda: trainings.of(folder).state == state, timeout=PATIENCE_MS)


def wait_for_step(trainings, folder, step, qtbot):
    qtbot.waitUntil(lambda: trainings.of(folder).facts.done_steps >= step, timeout=PATIENCE_MS)


def test_a_run_trains_to_its_last_step_and_is_done(trainings, pictures, qtbot):
    folder = trainings.begin(spec(pictures, steps=3))
    wait_for_state(trainings, folder, "done", qtbot)
    facts = trainings.of(folder).facts
    assert (facts.name, facts.done_steps, facts.kept_step) == ("mine", 3, 3)
    assert facts.sheet is not None
    assert not is_trained(folder)


def test_a_run_is_paused_stepped_and_resumed(trainings, pictures, qtbot):
    folder = trainings.begin(spec(pictures))
    wait_for_step(trainings, folder, 1, qtbot)
    trainings.pause(folder)
    assert trainings.of(folder).state == "paused"
    with qtbot.waitSignal(trainings.changed, timeout=PATIENCE_MS):
        trainings.step_once(folder)
    before = trainings.of(folder).facts.done_steps
    with qtbot.waitSignal(trainings.changed, timeout=PATIENCE_MS):
        trainings.step_once(folder)
    assert trainings.of(folder).facts.done_steps in (before, before + 1)
    trainings.resume(folder)
    wait_for_step(trainings, folder, before + 3, qtbot)
    assert trainings.of(folder).state == "training"


def test_a_step_beside_another_run_is_refused_in_words(trainings, pictures, qtbot):
    stopped = trainings.begin(spec(pictures, steps=2))
    wait_for_state(trainings, stopped, "done", qtbot)
    folder = trainings.begin(spec(pictures))
    wait_for_step(trainings, folder, 1, qtbot)
    with pytest.raises(Problem, match="one run at a time"):
        trainings.step_once(stopped)


def test_a_stopped_run_keeps_its_checkpoint_and_goes_on_from_it(trainings, pictures, qtbot):
    folder = trainings.begin(spec(pictures))
    wait_for_step(trainings, folder, 2, qtbot)
    trainings.stop(folder)
    wait_for_state(trainings, folder, "stopped", qtbot)
    kept = trainings.of(folder).facts.kept_step
    assert kept >= 2
    trainings.resume(folder)
    wait_for_step(trainings, folder, kept + 1, qtbot)


def test_a_second_run_waits_for_its_turn(trainings, pictures, qtbot):
    first = trainings.begin(spec(pictures))
    second = trainings.begin(spec(pictures, steps=2))
    assert second.name == "mine-2"
    assert trainings.of(second).state == "waiting"
    wait_for_step(trainings, first, 1, qtbot)
    trainings.stop(first)
    wait_for_state(trainings, second, "done", qtbot)
    assert trainings.of(first).state == "stopped"


def test_a_run_that_waits_can_be_called_off(trainings, pictures, qtbot):
    trainings.begin(spec(pictures))
    second = trainings.begin(spec(pictures))
    trainings.stop(second)
    assert trainings.of(second).state == "stopped"


def test_closing_during_a_run_keeps_a_checkpoint_and_the_next_start_knows(build, pictures, qtbot):
    trainings = build()
    folder = trainings.begin(spec(pictures))
    wait_for_step(trainings, folder, 2, qtbot)
    trainings.close()
    assert run_facts(folder).kept_step >= 2

    again = build()
    assert again.interrupted == folder
    again.resume(folder)
    assert again.interrupted is None


def test_a_run_that_was_killed_with_the_program_is_known_at_the_next_start(build, pictures, qtbot, tmp_path):
    trainings = build()
    folder = trainings.begin(spec(pictures))
    wait_for_step(trainings, folder, 1, qtbot)
    told = (tmp_path / "settings.ini").read_text()  # while it still trains
    trainings.stop(folder)
    wait_for_state(trainings, folder, "stopped", qtbot)
    assert str(folder) in told
    assert build().interrupted is None


def test_the_switch_interval_is_put_back(trainings, pictures, qtbot):
    before = sys.getswitchinterval()
    folder = trainings.begin(spec(pictures, steps=2))
    assert sys.getswitchinterval() < before
    wait_for_state(trainings, folder, "done", qtbot)
    assert sys.getswitchinterval() == before


def test_a_run_whose_pictures_are_gone_fails_in_words(trainings, pictures, tmp_path, qtbot):
    folder = trainings.begin(spec(tmp_path / "nowhere"))
    wait_for_state(trainings, folder, "failed", qtbot)
    assert isinstance(trainings.of(folder).problem, Problem)


@pytest.mark.parametrize("processes", [1, 2])
def test_processes_of_their_own_are_followed_and_stopped_through_the_folder(trainings, pictures, qtbot, processes):
    trainings.processes = processes
    folder = trainings.begin(spec(pictures), in_process=True)
    trainings.watch(True)
    wait_for_state(trainings, folder, "elsewhere", qtbot)
    ask_to_keep(folder)
    qtbot.waitUntil(lambda: bool(sheets(folder)), timeout=PATIENCE_MS)
    trainings.stop(folder)
    wait_for_state(trainings, folder, "stopped", qtbot)
    assert trainings.of(folder).facts.kept_step > 0


@pytest.mark.parametrize("processes", [1, 2])
def test_a_process_that_cannot_train_says_why(trainings, tmp_path, qtbot, processes):
    trainings.processes = processes
    folder = trainings.begin(spec(tmp_path / "nowhere"), in_process=True)
    trainings.watch(True)
    wait_for_state(trainings, folder, "failed", qtbot)
    assert "nowhere" in trainings.of(folder).problem.what


def test_a_run_that_was_begun_elsewhere_is_found_after_the_window_was_closed(build, pictures, qtbot):
    first = build()
    folder = first.begin(spec(pictures), in_process=True)
    first.watch(True)
    wait_for_state(first, folder, "elsewhere", qtbot)
    first.close()

    second = build()
    with qtbot.waitSignal(second.listed, timeout=PATIENCE_MS):
        second.look()
    assert second.of(folder).state == "elsewhere"
    ask_to_stop(folder)
    second.watch(True)
    wait_for_state(second, folder, "stopped", qtbot)


def test_runs_are_renamed_deleted_and_put_back(trainings, pictures, tmp_path):
    folder = tmp_path / "runs" / "mine"
    Run.create(folder, spec(pictures))
    trainings.open(folder)
    trainings.rename(folder, "Yours")
    assert trainings.of(folder).facts.name == "Yours"
    place = trainings.delete(folder)
    assert not folder.exists()
    assert not trainings.has(folder)
    trainings.restore(place, folder)
    assert trainings.of(folder).facts.name == "Yours"


def test_runs_from_elsewhere_stay_listed(build, pictures, tmp_path, qtbot):
    folder = tmp_path / "elsewhere"
    Run.create(folder, spec(pictures))
    build().open(folder)
    again = build()
    with qtbot.waitSignal(again.listed, timeout=PATIENCE_MS):
        again.look()
    assert [training.folder for training in again.all] == [folder]


def test_a_folder_without_a_run_is_refused(trainings, tmp_path):
    with pytest.raises(Problem, match="not a training run"):
        trainings.open(tmp_path)


@pytest.fixture
def data(qapp):
    data = TrainingPictures()
    yield data
    data.close()


def opened(data, source, qtbot, size=32):
    with qtbot.waitSignal(data.opened, timeout=PATIENCE_MS) as found:
        data.open(DataRequest(str(source), size))
    return found.args[0]


def test_a_source_is_summed_up(data, pictures, qtbot):
    (pictures / "broken.png").write_bytes(b"no picture")
    summary = opened(data, pictures, qtbot)
    assert (summary.count, summary.labelled, summary.classes) == (12, 12, ("cat", "dog"))
    assert summary.shown.shape == (12, 32, 32, 3)
    assert sum(summary.report.skipped.values()) == 1


@pytest.mark.parametrize("content", [[], [b"broken"]])
def test_an_empty_or_broken_folder_is_refused_in_words(data, tmp_path, content, qtbot):
    folder = tmp_path / "bad"
    folder.mkdir()
    for number, bytes_ in enumerate(content):
        (folder / f"{number}.png").write_bytes(bytes_)
    with qtbot.waitSignal(data.failed, timeout=PATIENCE_MS) as failed:
        data.open(DataRequest(str(folder), 32))
    assert isinstance(failed.args[0], Problem)


def test_what_stands_in_the_way_is_said_before_the_run(data, tmp_path, qtbot):
    folder = labelled_folder(tmp_path / "plain", count=4, size=32)
    (folder / "labels.csv").unlink()
    summary = opened(data, folder, qtbot)
    cvae = family_called("cvae")
    remarks = remarks_on(cvae, cvae.config(), summary, 0.0)
    assert remarks[0].stops
    assert "classes" in remarks[0].what
    assert any("some come twice" in remark.what for remark in remarks)


def test_one_picture_is_too_little(data, tmp_path, qtbot):
    summary = opened(data, labelled_folder(tmp_path / "one", count=1, size=32), qtbot)
    dcgan = family_called("dcgan")
    (remark,) = remarks_on(dcgan, dcgan.config(), summary, 0.0)
    assert remark.stops


def test_the_default_name_is_free(data, pictures, qtbot, trainings, tmp_path):
    summary = opened(data, pictures, qtbot)
    assert default_name("DCGAN", summary, ()) == "pictures DCGAN"
    folder = tmp_path / "runs" / "one"
    Run.create(folder, spec(pictures, name="pictures DCGAN"))
    assert default_name("DCGAN", summary, (run_facts(folder),)) == "pictures DCGAN 2"


def test_a_batch_that_processes_cannot_share_evenly_is_told(data, pictures, qtbot):
    summary = opened(data, pictures, qtbot)
    dcgan = family_called("dcgan")
    shared = [remarks_on(dcgan, dcgan.config(batch_size=8), summary, 0.0, count) for count in (1, 2, 3)]
    told = [[r for r in remarks if "cannot share" in r.what] for remarks in shared]
    assert told[:2] == [[], []]
    (remark,) = told[2]
    assert not remark.stops
    assert remark.changes == {"batch_size": 6}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"size": Infinity}', "the number Infinity, which is not finite"),
        ('{"steps": 1e999}', "the number 1e999, which is not finite"),
        ('{"size": 1' + "0" * 5000 + "}", "a number of 5001 digits"),
        ('{"size": []}', "its size or its steps are not numbers"),
        ('{"size": 32 "steps": 3}', "line 1 of it is not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "it holds something else"),
    ],
    ids=["infinite", "overflow", "long", "list", "no comma", "deep", "no object"],
)
def test_a_damaged_run_is_told_and_the_others_are_listed(trainings, qtbot, text, why):
    good = trainings.folders.free("good")
    Run.create(good, RunSpec("vae", "portraits:8", 32, 5))
    odd = good / "checkpoints" / "step-\u00b3"
    odd.mkdir(parents=True)
    bad = trainings.folders.free("bad")
    bad.mkdir()
    (bad / "run.json").write_text(text)
    told = []
    trainings._notices.report(told.append)

    trainings.look()
    qtbot.waitUntil(lambda: not trainings.is_looking and bool(told))

    assert [training.folder for training in trainings.all] == [good]
    assert [notice.what for notice in told] == [told[0].what]
    assert why in told[0].what
    with pytest.raises(Problem, match="cannot be read"):
        Run.open(bad)


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use cannot be deleted there")
@pytest.mark.parametrize("is_made_again", [False, True], ids=["deleted", "made again"])
def test_a_run_whose_folder_is_deleted_ends_in_a_sentence(tmp_path, trainings, pictures, qtbot, is_made_again):
    folder = trainings.begin(spec(pictures))
    told, listed = [], []
    trainings._notices.report(told.append)
    trainings.listed.connect(lambda: listed.append([training.folder for training in trainings.all]))
    wait_for_step(trainings, folder, 1, qtbot)
    with qtbot.waitSignal(trainings.ended, timeout=PATIENCE_MS):
        folder.rename(tmp_path / "away")
        if is_made_again:
            Run.create(folder, spec(pictures, name="another"))
        trainings.look()

    qtbot.waitUntil(lambda: bool(told))
    assert [notice.what for notice in told] == [
        f"The folder of this run is gone: {folder} was moved or deleted while it was trained."
    ]
    if is_made_again:
        assert [path.name for path in folder.iterdir()] == ["run.json"]
        assert trainings.of(folder).state == "failed"
    else:
        assert not folder.exists()
        assert listed[-1] == []


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use cannot be deleted there")
def test_a_deleted_folder_is_not_made_again_by_stopping(tmp_path, pictures):
    run = Run.create(tmp_path / "run", spec(pictures))
    steps = run.train(run.pictures(cache=tmp_path / "cache"))
    next(steps)
    shutil.rmtree(run.folder)
    with pytest.raises(Problem, match="is gone"):
        steps.close()
    assert not run.folder.exists()
