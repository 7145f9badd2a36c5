"""No run of a model lasts for ever, and what it gives keeps nothing of the session."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper

from explorer.core.inference import engine as engines
from explorer.core.inference import watchdog
from explorer.core.inference.engine import Engine
from explorer.core.inference.providers import open_session
from explorer.core.problem import Problem
from tests.models import port, write_model

FEW = np.full((1, 4), 0.5, np.float32)  # a sum of squares of 1: one turn, which is over at once
MANY = np.full((1, 4), 1e6, np.float32)  # turns for minutes, many small nodes


def _turning(tmp_path: Path, longest_s: float = watchdog.LONGEST_RUN_S) -> Engine:
    """An engine that turns in a loop as often as the sum of the squares of its latent says."""
    scalar = [
        helper.make_tensor_value_info(name, kind, [])
        for name, kind in (("i", TensorProto.INT64), ("go", TensorProto.BOOL), ("go_on", TensorProto.BOOL))
    ]
    value = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("v", "w")]
    nodes = [helper.make_node("Identity", ["go"], ["go_on"]), helper.make_node("Relu", ["v"], ["w"])]
    body = helper.make_graph(nodes, "body", [*scalar[:2], value[0]], [scalar[2], value[1]])
    graph = [
        helper.make_node("ReduceSumSquare", ["z"], ["sum"], keepdims=0),
        helper.make_node("Cast", ["sum"], ["turns"], to=TensorProto.INT64),
        helper.make_node("Loop", ["turns", "yes", "z"], ["picture"], body=body),
    ]
    ports = [port("z", ["N", 4])], [port("picture", ["N", 4])]
    path = write_model(tmp_path / "turning.onnx", graph, *ports, {"yes": np.array(True)})
    return Engine(open_session(path.read_bytes(), "cpu"), path.name, longest_s)


def _begun(engine: Engine) -> tuple[threading.Thread, list[Problem]]:
    """A thread that is in a run without end, and the problem that it will get."""
    got: list[Problem] = []

    def run() -> None:
        try:
            engine.run({"z": MANY})
        except Problem as problem:
            got.append(problem)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while not watchdog.run_lasts_s(thread):
        time.sleep(0.01)
    return thread, got


def test_a_result_owns_its_memory(tmp_path: Path) -> None:
    result = _turning(tmp_path).run({"z": FEW})
    assert result.base is None
    assert result.flags.owndata


def test_a_run_that_takes_too_long_is_ended_in_a_sentence(tmp_path: Path) -> None:
    engine = _turning(tmp_path, longest_s=0.2)
    with pytest.raises(Problem, match=r"turning\.onnx was stopped, as one run took longer than 0\.2 seconds"):
        engine.run({"z": MANY})
    assert np.array_equal(engine.run({"z": FEW}), FEW)  # the next is not


def test_closing_ends_what_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_PATIENCE_S", 0.2)
    engine = _turning(tmp_path)
    thread, got = _begun(engine)
    engine.close()
    thread.join(10)
    assert "has been closed" in got[0].what


def test_whoever_waits_for_a_closed_engine_waits_no_longer(tmp_path: Path) -> None:
    engine = _turning(tmp_path)
    with engine._lock:  # as a run would that nothing can end
        thread, got = _begun(engine)
        engine._session = None
        thread.join(10)
    assert "has been closed" in got[0].what


def test_a_thread_that_is_given_up_runs_nothing_more(tmp_path: Path) -> None:
    engine = _turning(tmp_path)
    thread, got = _begun(engine)
    watchdog.give_up(thread)
    thread.join(10)
    assert got
    assert not watchdog.run_lasts_s(thread)
    watchdog.give_up(threading.current_thread())
    try:
        with pytest.raises(Problem):
            engine.run({"z": MANY})
    finally:
        watchdog._given_up.clear()
