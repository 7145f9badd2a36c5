"""A session says truthfully where it runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from explorer.core.inference import providers
from explorer.core.inference.engine import Engine
from explorer.core.inference.providers import cuda_problem, off_pinned_cores, open_session
from explorer.core.problem import Problem
from tests.models import hungry_model, tiny_generator

works = not cuda_problem()


@pytest.fixture
def model(tmp_path: Path) -> bytes:
    return tiny_generator(tmp_path / "g.onnx").read_bytes()


def test_the_cpu_needs_no_reason(model: bytes) -> None:
    placed = open_session(model, "cpu")
    assert (placed.provider, placed.reason) == ("CPU", "")
    assert placed.session.get_providers() == ["CPUExecutionProvider"]


@pytest.mark.skipif(works, reason="CUDA works here")
@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_without_cuda_the_cpu_is_taken_and_the_reason_given(
    model: bytes, device: str, capfd: pytest.CaptureFixture[str]
) -> None:
    placed = open_session(model, device)  # type: ignore[arg-type]
    assert placed.provider == "CPU"
    assert placed.reason == cuda_problem()
    assert placed.reason.endswith(".")
    assert capfd.readouterr() == ("", "")


@pytest.mark.gpu
@pytest.mark.skipif(not works, reason="CUDA does not work here")
def test_with_cuda_the_session_runs_there(model: bytes) -> None:
    placed = open_session(model, "auto")
    assert (placed.provider, placed.reason) == ("CUDA", "")


def test_a_frozen_batch_takes_no_other(model: bytes) -> None:
    session = open_session(model, "cpu", batch=1).session
    assert session.get_inputs()[0].shape == [1, 4]
    (one,) = session.run(None, {"z": np.zeros((1, 4), np.float32)})
    assert one.shape == (1, 3, 8, 8)


def test_settings_that_a_model_brings_are_not_asked(model: bytes) -> None:
    proto = onnx.load_model_from_string(model)
    helper.set_model_props(proto, {"ort_config": '{"session_options": {"intra_op_num_threads": "many"}}'})
    assert open_session(proto.SerializeToString(), "cpu").provider == "CPU"


def test_what_onnxruntime_cannot_load_is_put_into_words(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Problem, match="onnxruntime cannot load this model"):
        open_session(b"nonsense", "cpu")
    assert capfd.readouterr() == ("", "")


_SMALL = """
import sys
from pathlib import Path
from explorer.core import problem
from explorer.core.inference import engine, providers
import numpy as np

providers._most_memory = lambda: 64 * 2**20
hungry = engine.Engine(providers.open_session(Path(sys.argv[1]).read_bytes(), "cpu"), "hungry")
try:
    hungry.run({"z": np.ones((1, 4), np.float32)})
except problem.Problem as found:
    print(found)
"""


def test_all_sessions_together_take_no_more_memory_than_they_may(tmp_path: Path) -> None:
    path = hungry_model(tmp_path / "hungry.onnx", numbers=2**26)  # 256 MB
    said = subprocess.run([sys.executable, "-c", _SMALL, str(path)], capture_output=True, text=True)
    assert said.stdout == "There is not enough memory to run hungry.\n"


@pytest.mark.parametrize(("form", "words"), [("ir", r"IR version 99\) than"), ("opset", r"opset 99\) than")])
def test_a_model_of_a_newer_onnx_is_told_in_words(model: bytes, form: str, words: str) -> None:
    proto = onnx.load_model_from_string(model)
    if form == "ir":
        proto.ir_version = 99
    else:
        proto.opset_import[0].version = 99
    with pytest.raises(Problem, match=words):
        open_session(proto.SerializeToString(), "cpu")


pins = pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="threads cannot be pinned here")


@pytest.fixture
def pinned(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """Four cores, all of them ours; gives those that threads of the test were put on, in turn."""
    cores: list[tuple[int, ...]] = []
    monkeypatch.setattr(providers, "_pins_threads", lambda: True)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _thread: {0, 1, 2, 3})
    monkeypatch.setattr(os, "sched_setaffinity", lambda _thread, where: cores.append(tuple(sorted(where))))
    return cores


@pins
def test_who_runs_a_model_lies_beside_its_pinned_threads_while_it_runs(
    model: bytes, pinned: list[tuple[int, ...]]
) -> None:
    engine = Engine(open_session(model, "cpu"), "g")
    assert not pinned
    engine.run({"z": np.zeros((1, 4), np.float32)})
    assert pinned == [(0,), (0, 1, 2, 3)]
    with pytest.raises(Problem):
        engine.run({"z": np.zeros((1, 5), np.float32)})
    assert pinned[2:] == [(0,), (0, 1, 2, 3)]
    engine.close()


@pins
def test_of_two_runs_at_a_time_one_has_the_first_core(pinned: list[tuple[int, ...]]) -> None:
    with off_pinned_cores(), off_pinned_cores():
        assert pinned == [(0,)]
    assert pinned == [(0,), (0, 1, 2, 3)]


@pins
def test_nobody_is_moved_where_nothing_is_pinned(
    pinned: list[tuple[int, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers, "_pins_threads", lambda: False)
    with off_pinned_cores():
        pass
    assert not pinned


@pins
def test_a_core_that_was_taken_away_stops_nothing(
    pinned: list[tuple[int, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_thread: int, _where: object) -> None:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    with off_pinned_cores():
        pass
    with off_pinned_cores():  # the first core was given back
        assert providers._FIRST_CORE.locked()


@pins
@pytest.mark.parametrize(
    ("machine", "allowed", "pinned"), [("x86_64", 2, True), ("x86_64", 1, False), ("aarch64", 2, False)]
)
def test_threads_are_pinned_where_every_core_is_ours_and_as_fast(
    monkeypatch: pytest.MonkeyPatch, machine: str, allowed: int, pinned: bool
) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _thread: set(range(allowed)))
    assert providers._pins_threads.__wrapped__() is pinned
