"""Modules that lie beside weights, in a run folder or where somebody stands never run; a full disk is told in words."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import NoReturn

import pytest
import torch
from torch import nn

from explorer.core.problem import Problem
from explorer.training.runs.export import export_run
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
from explorer.training.weight_import.converting import convert
from tests.core.test_child import planted


def weights(path: Path) -> Path:
    torch.save(nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 64), nn.Tanh()).state_dict(), path)
    return path


def test_nothing_beside_weights_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, marker = tmp_path / "theirs", tmp_path / "ran"
    planted(theirs, marker)
    monkeypatch.chdir(theirs)
    monkeypatch.setenv("PYTHONPATH", "")
    weights(theirs / "digits.pt")
    assert convert(Path("digits.pt"), Path("made")).generator.is_file()
    assert not marker.exists()
    assert not list(theirs.glob(".convert-*"))


def test_nothing_in_a_run_folder_runs(tmp_path: Path, picture_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, marker = tmp_path / "run", tmp_path / "ran"
    run = Run.create(theirs, RunSpec("gan", str(picture_folder), 32, 1, settings={"batch_size": 4}))
    list(run.train(run.pictures(), torch.device("cpu")))
    planted(theirs, marker)
    monkeypatch.chdir(theirs)
    monkeypatch.setenv("PYTHONPATH", "")
    assert export_run(Path("."), Path("model"), only="generator")
    assert not marker.exists()


def full(*_asked: object) -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_told_as_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.training.weight_import.converting.ask", full)
    with pytest.raises(Problem, match=r"out was not saved: the disk is full"):
        convert(weights(tmp_path / "digits.pt"), tmp_path / "out")
