"""Tensors of PyTorch files, and files that are refused."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
import torch

from explorer.core.directions.files.importing import import_directions
from explorer.core.problem import Problem
from explorer.core.processes.child import EndedError
from explorer.training.weight_import import tensors
from explorer.training.weight_import.tensors import read_tensors
from tests.without_a_child import readings


@pytest.fixture
def reads_here() -> Iterator[None]:
    """Tensors are read in this process."""
    with readings():
        yield


def saved(path: Path, content: Any, **how: Any) -> Path:
    torch.save(content, path, **how)
    return path


def test_tensors_are_found_however_they_are_nested(tmp_path: Path) -> None:
    content = {"a": torch.arange(3.0), "deep": {"b": [torch.ones(2, 2), 5]}, "step": 7, "word": "x"}
    found = read_tensors(saved(tmp_path / "x.pt", content))
    assert {name: array.tolist() for name, array in found.items()} == {
        "a": [0, 1, 2],
        "deep.b.1": [[1, 1], [1, 1]],
    }


@pytest.mark.usefixtures("reads_here")
def test_a_lone_tensor_is_called_as_its_file(tmp_path: Path) -> None:
    found = read_tensors(saved(tmp_path / "smile.pt", torch.ones(3, dtype=torch.bfloat16, requires_grad=True)))
    assert found["smile"].dtype == np.float32
    assert found["smile"].tolist() == [1, 1, 1]


@pytest.mark.usefixtures("reads_here")
def test_directions_are_imported_from_torch_files(tmp_path: Path) -> None:
    path = saved(tmp_path / "d.pt", {"smile": torch.tensor([[3.0, 4.0]])})
    (found,) = import_directions(path, 2, read_tensors)
    assert (found.name, found.vector.tolist()) == ("smile", pytest.approx([0.6, 0.8]))


class Trap:
    """Would run a command if it were unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.mark),)


def test_code_in_a_file_is_never_run(tmp_path: Path) -> None:
    mark = tmp_path / "it ran"
    path = saved(tmp_path / "x.pt", {"a": torch.ones(2), "b": Trap(mark)})
    with pytest.raises(Problem, match="code in it would have to run"):
        read_tensors(path)
    assert not mark.exists()


def test_packed_entries_are_refused(tmp_path: Path) -> None:
    whole = saved(tmp_path / "x.pt", torch.zeros(1000))
    with (
        zipfile.ZipFile(whole) as source,
        zipfile.ZipFile(tmp_path / "y.pt", "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for info in source.infolist():
            packed.writestr(info.filename, source.read(info))
    with pytest.raises(Problem, match="is packed"):
        read_tensors(tmp_path / "y.pt")


def test_much_that_is_claimed_by_little_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="too many numbers"):
        read_tensors(saved(tmp_path / "x.pt", torch.zeros(1).expand(1 << 20, 1 << 20)))


@pytest.mark.usefixtures("reads_here")
@pytest.mark.parametrize("content", [torch.eye(3).to_sparse(), torch.ones(2) * 1j], ids=["sparse", "complex"])
def test_odd_tensors_are_refused(tmp_path: Path, content: torch.Tensor) -> None:
    with pytest.raises(Problem, match="sparse, packed or complex"):
        read_tensors(saved(tmp_path / "x.pt", content))


@pytest.mark.usefixtures("reads_here")
def test_damaged_old_and_empty_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = saved(tmp_path / "x.pt", torch.zeros(1000))
    (tmp_path / "cut.pt").write_bytes(whole.read_bytes()[:-100])
    (tmp_path / "empty.pt").write_bytes(b"")
    saved(tmp_path / "old.pt", torch.zeros(3), _use_new_zipfile_serialization=False)
    for name in ("cut.pt", "empty.pt", "old.pt"):
        with pytest.raises(Problem, match=r"damaged, or of PyTorch's form before"):
            read_tensors(tmp_path / name)
    with pytest.raises(Problem, match="no tensors"):
        read_tensors(saved(tmp_path / "none.pt", {"a": 1}))
    with pytest.raises(Problem, match="There is no file"):
        read_tensors(tmp_path / "nothing.pt")
    with pytest.raises(Problem, match="not a file"):
        read_tensors(tmp_path)
    with zipfile.ZipFile(tmp_path / "other.pt", "w") as archive:
        archive.writestr("readme.txt", "no tensors")
    with pytest.raises(Problem, match="cannot be read"):
        read_tensors(tmp_path / "other.pt")
    monkeypatch.setattr(tensors, "LARGEST_FILE", 1000)
    with pytest.raises(Problem, match="larger than"):
        read_tensors(whole)


def test_lists_that_share_lists_are_given_up_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.training.weight_import.tensors._TIME_S", 4.0)
    nested: list[object] = [1]
    for _ in range(7):
        nested = [nested] * 60
    with pytest.raises(Problem, match=r"x\.pt could not be read within 4 seconds"):
        read_tensors(saved(tmp_path / "x.pt", nested))


def test_a_file_that_ends_its_reader_does_not_end_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.training.weight_import.tensors.ask", crashing)
    with pytest.raises(Problem, match=r"x\.pt made PyTorch crash in a process of its own"):
        read_tensors(saved(tmp_path / "x.pt", torch.zeros(3)))


def crashing(*_asked: object) -> NoReturn:
    raise EndedError("crash", -11)
