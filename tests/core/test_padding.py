"""Models that are large because of what nothing in them uses are refused before they are read."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from onnx import ModelProto, helper, numpy_helper

from explorer.core.models import graph
from explorer.core.models.graph import parse_model
from explorer.core.models.padding import used_bytes
from explorer.core.problem import Problem
from tests.models import tiny_generator

_PADDING = 80 << 20  # bytes


@pytest.mark.parametrize("number", [6, 500])  # a doc string, and what no version of the format knows
def test_a_padded_model_is_refused_with_what_it_uses(tmp_path: Path, number: int) -> None:
    path = tiny_generator(tmp_path / "g.onnx")
    with path.open("ab") as file:
        file.write(_varint(number << 3 | 2) + _varint(_PADDING))
        file.truncate(file.tell() + _PADDING)
    with pytest.raises(Problem, match=r"g\.onnx is 80 MB, of which its graph uses 0 MB"):
        parse_model(path)


def _varint(value: int) -> bytes:
    return b"" if not value else bytes([value & 0x7F | (0x80 if value > 0x7F else 0)]) + _varint(value >> 7)


def test_weights_count_where_an_output_depends_on_them(tmp_path: Path) -> None:
    model = ModelProto.FromString(tiny_generator(tmp_path / "g.onnx").read_bytes())
    before = _used(model)
    more = numpy_helper.from_array(np.zeros(10_000, np.float32), "more")
    model.graph.initializer.append(more)
    assert _used(model) == before
    model.graph.node.append(helper.make_node("Neg", ["more"], ["less"]))
    assert _used(model) == before
    model.graph.node.append(helper.make_node("Constant", [], ["kept"], value=more))
    model.graph.output.append(helper.make_tensor_value_info("less", 1, [10_000]))
    model.graph.output.append(helper.make_tensor_value_info("kept", 1, [10_000]))
    assert _used(model) == before + 80_000
    more.raw_data = bytes(1_000_000)  # which its shape cannot have
    model.graph.initializer[-1].CopyFrom(more)
    assert _used(model) == before + 40_000 + 16 * 10_000


def _used(model: ModelProto) -> int:
    data = model.SerializeToString()
    return used_bytes(io.BufferedReader(io.BytesIO(data)), len(data))


def test_a_model_that_does_not_fit_into_memory_says_so_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tiny_generator(tmp_path / "g.onnx")
    monkeypatch.setattr(graph, "_LARGEST_REST", 1000)
    monkeypatch.setattr(graph, "available_memory", lambda: 2000)
    with pytest.raises(Problem, match="would need about"):
        parse_model(path)
