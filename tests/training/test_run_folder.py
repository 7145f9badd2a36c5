"""What a run's folder tells to whoever only looks."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from explorer.core.problem import Problem
from explorer.training.runs.run_folder import (
    RunFacts,
    alone,
    ask_to_keep,
    ask_to_stop,
    is_asked_to_stop,
    is_trained,
    kept_steps,
    last_step,
    read_spec,
    run_facts,
    sheets,
    tail,
    take_keep_request,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    for name in (
        "checkpoints/step-00000009",
        "checkpoints/step-00000100",
        "checkpoints/step-00000200.partial",
    ):
        (folder / name).mkdir(parents=True)
    (folder / "samples").mkdir()
    for name in ("step-00000100.png", "step-00000020.png", "step-x.png", "step-00000300.txt"):
        (folder / "samples" / name).touch()
    (folder / "losses.csv").write_text("step,loss,value\n149,a,1\n150,a,1\n150,b,2\n15")
    (folder / "run.json").write_text(json.dumps({"family": "vae", "data": "here", "size": 32, "steps": 150}))
    return folder


def facts(folder: Path) -> RunFacts:
    found = run_facts(folder)
    assert found is not None
    return found


def test_a_run_that_nobody_trains_is_as_far_as_its_newest_whole_checkpoint(folder: Path) -> None:
    found = facts(folder)
    assert kept_steps(folder) == [9, 100]
    assert (found.done_steps, found.kept_step, found.steps, found.is_trained) == (100, 100, 150, False)
    assert (found.name, found.family, found.data, found.size) == ("mine", "vae", "here", 32)
    assert [sheet.name for sheet in sheets(folder)] == ["step-00000020.png", "step-00000100.png"]
    assert found.sheet == folder / "samples" / "step-00000100.png"


def test_a_run_that_is_trained_is_as_far_as_its_losses(folder: Path) -> None:
    with alone(folder):
        assert is_trained(folder)
        assert (facts(folder).done_steps, facts(folder).kept_step) == (150, 100)
        with pytest.raises(Problem, match="being trained already"), alone(folder):
            pass
        (folder / "losses.csv").unlink()
        assert facts(folder).done_steps == 100
    assert not is_trained(folder)


@pytest.mark.parametrize(("kept", "steps", "is_done"), [(149, 150, False), (150, 150, True), (151, 150, True)])
def test_a_run_is_done_when_all_steps_are_kept(folder: Path, kept: int, steps: int, is_done: bool) -> None:
    (folder / "checkpoints" / f"step-{kept:08d}").mkdir()
    assert facts(folder).is_done is is_done


def test_wishes_are_heard_once_and_not_by_the_next(folder: Path) -> None:
    with alone(folder):
        assert not take_keep_request(folder)
        ask_to_keep(folder)
        ask_to_stop(folder)
        assert [take_keep_request(folder), take_keep_request(folder)] == [True, False]
        assert is_asked_to_stop(folder)
    ask_to_keep(folder)
    with alone(folder):
        assert not is_asked_to_stop(folder)
        assert not take_keep_request(folder)


def test_only_whole_lines_are_read_and_only_the_last(folder: Path) -> None:
    assert tail(folder / "losses.csv").endswith("150,b,2\n")
    assert last_step(folder) == 150
    (folder / "losses.csv").write_text("1,a,1\n" * 5000 + "7,a,1\n8,a\n")
    assert len(tail(folder / "losses.csv")) <= 4096
    assert last_step(folder) == 7
    assert (tail(folder / "none"), last_step(folder.parent)) == ("", 0)


@pytest.mark.parametrize("content", ["[]", "{", '{"size": []}', "[" * 100_000, " " * (17 << 20) + "{}"])
def test_what_is_no_run_is_none(folder: Path, content: Any) -> None:
    (folder / "run.json").write_text(content)
    assert run_facts(folder) is None
    assert run_facts(folder.parent) is None


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"\xff\x00\xfe{", "it is not text|not valid JSON"), (b" " * (17 << 20), "larger than 16 MB")],
)
def test_why_a_run_cannot_be_read_is_said_in_words(folder: Path, content: bytes, words: str) -> None:
    (folder / "run.json").write_bytes(content)
    with pytest.raises(Problem, match=words):
        read_spec(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_pipes_and_devices_in_a_run_are_not_waited_for(folder: Path) -> None:
    for name in ("run.json", "losses.csv", "samples/step-00000001.png"):
        (folder / name).unlink(missing_ok=True)
        (folder / name).parent.mkdir(exist_ok=True)
    (folder / "losses.csv").symlink_to("/dev/zero")
    os.mkfifo(folder / "samples/step-00000001.png")
    assert last_step(folder) == 0
    assert folder / "samples/step-00000001.png" not in sheets(folder)
    os.mkfifo(folder / "run.json")
    with pytest.raises(Problem, match="a pipe or a device"):
        read_spec(folder)
