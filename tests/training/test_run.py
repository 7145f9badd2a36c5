"""A run keeps to what it was begun with, and says so when it cannot go on."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.core.problem import Problem
from explorer.session.train.run_summaries import rename
from explorer.training.learning.devices import memory_told
from explorer.training.runs.checkpoint import checkpoints
from explorer.training.runs.export import _without_folder
from explorer.training.runs.run import Run
from explorer.training.runs.run_folder import ask_to_keep, ask_to_stop, is_trained
from explorer.training.runs.spec import RunSpec

CPU = torch.device("cpu")
SMALL = {"width": 0.1, "batch_size": 4, "latent_size": 4}


def trained(folder: Path, pictures: Path, steps: int = 3, every_s: float = 60.0) -> Run:
    run = Run.create(folder, RunSpec("vae", str(pictures), 32, steps, settings=SMALL))
    list(run.train(run.pictures(cache=folder.parent / "cache"), CPU, every_s=every_s))
    return run


def go_on(run: Run) -> list[int]:
    return [p.step for p in run.train(run.pictures(cache=run.folder.parent / "cache"), CPU)]


def test_a_run_can_be_extended(tmp_path: Path, picture_folder: Path) -> None:
    trained(tmp_path / "run", picture_folder)
    run = Run.open(tmp_path / "run")
    assert go_on(run) == []
    run.extend(5)
    assert go_on(Run.open(tmp_path / "run")) == [4, 5]


def test_a_run_that_never_began_may_be_replaced(tmp_path: Path, picture_folder: Path) -> None:
    Run.create(tmp_path / "run", RunSpec("vae", "nowhere", 32, 3, settings=SMALL))
    assert trained(tmp_path / "run", picture_folder).done_steps() == 3
    with pytest.raises(Problem, match="holds a run already"):
        Run.create(tmp_path / "run", RunSpec("vae", str(picture_folder), 32, 3))


def test_changed_pictures_are_noticed(tmp_path: Path, picture_folder: Path) -> None:
    run = trained(tmp_path / "run", picture_folder)
    run.extend(5)
    shutil.copy(picture_folder / "00.png", picture_folder / "99.png")
    with pytest.raises(Problem, match="have changed since"):
        go_on(Run.open(run.folder))


def test_a_damaged_newest_checkpoint_is_passed_over(tmp_path: Path, picture_folder: Path) -> None:
    run = trained(tmp_path / "run", picture_folder, every_s=0.0)
    newest = checkpoints(run.folder / "checkpoints")[-1]
    (newest / "state.safetensors").write_bytes(b"cut")
    run.extend(4)
    again = Run.open(run.folder)
    assert go_on(again) == [3, 4]
    assert "step-00000003" in again.notes[0]


def test_two_trainings_of_one_run_do_not_mix(tmp_path: Path, picture_folder: Path) -> None:
    run = Run.create(tmp_path / "run", RunSpec("vae", str(picture_folder), 32, 9, settings=SMALL))
    found = run.pictures(cache=tmp_path / "cache")
    first = run.train(found, CPU)
    next(first)
    with pytest.raises(Problem, match="being trained already"):
        next(Run.open(run.folder).train(found, CPU))
    first.close()
    second = Run.open(run.folder).train(found, CPU)
    assert next(second).step == 2
    second.close()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seed": -1}, "seed -1"),
        ({"seed": 2**32}, "out of range"),
        ({"steps": 0}, "0 steps"),
        ({"size": 5000}, "5000 x 5000"),
        ({"hold_out": 0.95}, "0.95"),
        ({"family": "gna"}, "no family"),
        ({"settings": {"widht": 1}}, "widht"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    tmp_path: Path, change: dict[str, object], told: str
) -> None:
    values: dict[str, object] = {"family": "vae", "data": "portraits:8", "size": 32, "steps": 3} | change
    with pytest.raises(Problem, match=told):
        Run.create(tmp_path / "run", RunSpec(**values))  # type: ignore[arg-type]
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"size": "x"},
        {"steps": None},
        {"settings": []},
        {"seed": True},
        {"classes": "ab"},
        {"format": "other"},
        {"version": 2},
    ],
)
def test_a_damaged_run_json_is_told(tmp_path: Path, change: dict[str, object]) -> None:
    run = Run.create(tmp_path / "run", RunSpec("vae", "portraits:8", 32, 3))
    data = json.loads((run.folder / "run.json").read_text())
    (run.folder / "run.json").write_text(json.dumps(data | change))
    with pytest.raises(Problem, match="cannot be read"):
        Run.open(run.folder)


def test_a_spec_survives_its_file_to_the_last_digit(tmp_path: Path) -> None:
    spec = RunSpec("vae", "portraits:8", 32, 3, 7, {"width": 0.1}, 0.08, name="näme", classes=("a", "b"))
    assert Run.open(Run.create(tmp_path / "run", spec).folder).spec == spec


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (torch.OutOfMemoryError("CUDA out of memory."), "GPU memory ran out with batches of 64"),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:1] DefaultCPUAllocator: not enough"), "Memory ran out"),
    ],
)
def test_memory_that_runs_out_is_told_with_a_smaller_batch(error: Exception, told: str) -> None:
    with pytest.raises(Problem, match=told) as raised, memory_told(64):
        raise error
    assert "--set batch_size=32" in raised.value.hint


def test_other_errors_keep_their_own_words() -> None:
    with pytest.raises(RuntimeError, match="shapes"), memory_told(64):
        raise RuntimeError("shapes differ")


def test_a_batch_larger_than_the_set_is_noted(tmp_path: Path, picture_folder: Path) -> None:
    settings = SMALL | {"batch_size": 32}
    run = Run.create(tmp_path / "run", RunSpec("vae", str(picture_folder), 32, 1, settings=settings))
    list(run.train(run.pictures(cache=tmp_path / "cache"), CPU))
    assert "more than the 12 pictures" in run.notes[0]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@pytest.mark.parametrize(
    "place",
    [
        "losses.csv",
        "speed.csv",
        "checkpoints",
        "samples",
        "samples/index.json",
        "run.json",
        ".training.lock",
        ".stop",
        "tensorboard",
        "training.log",
        "checkpoints/step-00000003",
    ],
)
def test_links_in_a_foreign_run_are_not_followed(tmp_path: Path, picture_folder: Path, place: str) -> None:
    run = trained(tmp_path / "run", picture_folder)
    link, theirs = run.folder / place, tmp_path / "theirs"
    if link.exists():
        link.rename(theirs)
    else:
        theirs.write_text("of value")
    link.symlink_to(theirs)
    before = contents(theirs)

    assert not is_trained(run.folder)
    for act in (
        lambda: run.extend(9),
        lambda: go_on(Run.open(run.folder)),
        lambda: rename(run.folder, "other"),
        lambda: ask_to_stop(run.folder),
        lambda: ask_to_keep(run.folder),
    ):
        with pytest.raises(Problem, match=f"{place} in the run run is a link"):
            act()
    assert contents(theirs) == before


def contents(path: Path) -> dict[str, bytes]:
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return {str(file): file.read_bytes() for file in files if file.is_file()}


def test_a_run_notes_its_pictures_when_it_begins(tmp_path: Path, picture_folder: Path) -> None:
    spec = RunSpec("vae", str(picture_folder), 32, 3, settings={"width": 0.1, "batch_size": 4, "latent_size": 4})
    run = Run.create(tmp_path / "run", spec)
    found = run.pictures(cache=tmp_path / "cache")
    assert run.spec.pictures_hash == Run.open(run.folder).spec.pictures_hash == ""
    steps = run.train(found)
    next(steps)
    steps.close()
    kept = Run.open(run.folder)
    assert kept.spec.pictures_hash == run.spec.pictures_hash != ""
    assert (kept.spec.channels, kept.done_steps()) == (3, 1)
    fewer = found.subset(np.arange(11))
    with pytest.raises(Problem, match="have changed since this run began"):
        next(kept.train(fewer))


def test_a_run_that_does_not_say_its_channels_makes_no_networks(tmp_path):
    run = Run.create(tmp_path / "run", RunSpec("vae", "portraits:8", size=16, steps=3))
    with pytest.raises(Problem, match="does not say how many channels"):
        run.learner()


def test_a_card_names_a_model_that_was_learned_from_but_not_where_it_lay(tmp_path: Path) -> None:
    told = [_without_folder(value) for value in (str(tmp_path / "model"), "portraits-gan", 3)]
    assert told == ["model", "portraits-gan", 3]
