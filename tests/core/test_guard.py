"""A file from outside runs first in a child process, which may fail in any way."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NoReturn

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper

from explorer.core.models import guard
from explorer.core.models.graph import parse_model
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.core.processes.child import EndedError
from explorer.paths import is_bundled, models_folder
from tests.models import hungry_model, port, tiny_generator, write_model

Z, PICTURE = [port("z", ["N", 4])], [port("picture", ["N", 4])]


@pytest.fixture(autouse=True)
def _memory_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with a guard that has tried nothing."""
    monkeypatch.setattr(guard, "cache_file", lambda: tmp_path / "cache" / "passed.json")


def _endless(path: Path) -> Path:
    scalar = [
        helper.make_tensor_value_info(name, kind, [])
        for name, kind in (("i", TensorProto.INT64), ("go", TensorProto.BOOL), ("go_on", TensorProto.BOOL))
    ]
    value = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("v", "w")]
    nodes = [helper.make_node("Identity", pair[:1], pair[1:]) for pair in (["go", "go_on"], ["v", "w"])]
    body = helper.make_graph(nodes, "body", [*scalar[:2], value[0]], [scalar[2], value[1]])
    loop = helper.make_node("Loop", ["", "yes", "z"], ["picture"], body=body)
    return write_model(path, [loop], Z, PICTURE, {"yes": np.array(True)})


def _huge_where(path: Path, place: str) -> Path:
    """Asks for 64 GB near z = 0, or far from it, and for next to nothing elsewhere."""
    many, squares = np.float32(2**34), ["squares"]
    nodes = [helper.make_node("ReduceSumSquare", ["z"], squares, keepdims=0)]
    if place == "near 0":
        nodes += [
            helper.make_node("Add", ["squares", "one"], ["more"]),
            helper.make_node("Pow", ["more", "steep"], ["powers"]),
            helper.make_node("Div", ["many", "powers"], ["size"]),
        ]
    else:
        nodes += [
            helper.make_node("Sub", ["squares", "far"], ["beyond"]),
            helper.make_node("Clip", ["beyond", "zero", "one"], ["share"]),
            helper.make_node("Mul", ["share", "many"], ["size"]),
        ]
    nodes += [
        helper.make_node("Cast", ["size"], ["whole"], to=TensorProto.INT64),
        helper.make_node("Reshape", ["whole", "row"], ["count"]),
        helper.make_node("ConstantOfShape", ["count"], ["huge"]),
        helper.make_node("ReduceSum", ["huge"], ["total"], keepdims=0),
        helper.make_node("Add", ["z", "total"], ["picture"]),
    ]
    numbers = {"one": 1.0, "zero": 0.0, "steep": 30.0, "far": 100.0}
    weights = {name: np.float32(value) for name, value in numbers.items()}
    return write_model(path, nodes, Z, PICTURE, {**weights, "many": many, "row": np.array([1])})


def test_a_trial_says_what_came_out(tmp_path: Path) -> None:
    file = read_model(tiny_generator(tmp_path / "g.onnx", card=False))
    trial = guard.tried(file)
    (seen,) = trial.outputs
    assert (seen.name, seen.shape, seen.finite, trial.dynamic) == ("picture", (1, 3, 8, 8), True, True)
    assert -1 <= seen.low < seen.high <= 1


def test_what_passed_is_not_tried_again(tmp_path: Path) -> None:
    file = read_model(tiny_generator(tmp_path / "g.onnx"))
    first = guard.tried(file)
    file.path.unlink()  # a child would find nothing
    assert guard.tried(file) == first


@pytest.mark.parametrize("damage", [b"", b"junk", b"[]", b'{"passed": 3}', b'{"passed": {"a": "b"}}'])
def test_a_damaged_memory_only_costs_another_trial(tmp_path: Path, damage: bytes) -> None:
    cache = tmp_path / "passed.json"
    cache.write_bytes(damage)
    file = read_model(tiny_generator(tmp_path / "g.onnx"))
    assert guard.tried(file, cache).outputs
    assert file.hash in cache.read_text()


def test_a_memory_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    file = read_model(tiny_generator(tmp_path / "g.onnx"))
    assert guard.tried(file, tmp_path / "file" / "passed.json").outputs


def test_an_endless_model_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"endless\.onnx did not finish a test run within 1\.5 seconds"):
        guard.try_in_child(parse_model(_endless(tmp_path / "endless.onnx")), timeout_s=1.5)


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
def test_a_memory_hog_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"hog\.onnx needs more memory"):
        guard.tried(read_model(hungry_model(tmp_path / "hog.onnx")))


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
@pytest.mark.parametrize("place", ["near 0", "far out"])
def test_a_model_that_is_huge_only_in_one_place_is_stopped(tmp_path: Path, place: str) -> None:
    with pytest.raises(Problem, match=r"huge\.onnx needs more memory"):
        guard.tried(read_model(_huge_where(tmp_path / "huge.onnx", place)))


def test_what_passed_an_easier_test_run_is_tried_again(tmp_path: Path) -> None:
    cache, file = tmp_path / "passed.json", read_model(tiny_generator(tmp_path / "g.onnx"))
    guard.remember(file.hash, guard.tried(file), cache)
    told = json.loads(cache.read_text())
    cache.write_text(json.dumps({**told, "onnxruntime": onnxruntime.__version__}))
    assert guard._passed(cache) == {}


def test_a_model_that_cannot_run_is_refused(tmp_path: Path) -> None:
    node = helper.make_node("MatMul", ["z", "k"], ["picture"])
    path = write_model(tmp_path / "bad.onnx", [node], Z, PICTURE, {"k": np.zeros((5, 4), np.float32)})
    with pytest.raises(Problem):
        guard.tried(read_model(path))


def test_a_file_that_changes_meanwhile_is_refused(tmp_path: Path) -> None:
    file = read_model(tiny_generator(tmp_path / "g.onnx"))
    tiny_generator(tmp_path / "g.onnx", seed=1)
    with pytest.raises(Problem, match="changed while it was being opened"):
        guard.tried(file)


def test_a_crash_is_put_into_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = read_model(tiny_generator(tmp_path / "g.onnx"))
    monkeypatch.setattr(guard, "ask", crashing)
    with pytest.raises(Problem, match=r"g\.onnx made onnxruntime crash in a test run, which ended with status -11"):
        guard.try_in_child(file)


def crashing(*_asked: object) -> NoReturn:
    raise EndedError("crash", -11)


def test_bundled_models_are_trusted_and_others_are_not(tmp_path: Path) -> None:
    assert is_bundled(models_folder() / "faces" / "generator.onnx")
    assert not is_bundled(models_folder() / ".." / "generator.onnx")
    assert not is_bundled(tmp_path / "generator.onnx")
