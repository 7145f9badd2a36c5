"""Models that name millions of parts in a few bytes are refused before any is built."""

from __future__ import annotations

from pathlib import Path

import pytest
from onnx import GraphProto, ModelProto, NodeProto

from explorer.core.models.graph import parse_model
from explorer.core.models.wire import MOST_PARTS, has_too_many_parts
from explorer.core.problem import Problem
from tests.models import tiny_generator


@pytest.mark.parametrize("number", [GraphProto.NODE_FIELD_NUMBER, 5, 11, 13])  # 5, 11, 13: weights, inputs, shapes
def test_millions_of_empty_parts_are_refused(tmp_path: Path, number: int) -> None:
    parts = bytes([number << 3 | 2, 0]) * (MOST_PARTS + 1)
    length = ModelProto(doc_string="x" * len(parts)).SerializeToString()[1 : -len(parts)]
    path = tmp_path / "many.onnx"
    path.write_bytes(bytes([ModelProto.GRAPH_FIELD_NUMBER << 3 | 2]) + length + parts)
    with pytest.raises(Problem, match=r"many\.onnx has more than 1,000,000 parts"):
        parse_model(path)


def test_parts_within_parts_are_counted_and_bytes_of_weights_are_not(tmp_path: Path) -> None:
    node = NodeProto(input=[""] * 50)
    model = ModelProto(graph=GraphProto(node=[node] * 4)).SerializeToString()
    assert has_too_many_parts(model, 200)
    assert not has_too_many_parts(model, 210)
    assert not has_too_many_parts(tiny_generator(tmp_path / "g.onnx").read_bytes(), 200)
