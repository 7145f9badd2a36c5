"""A model that more than calculates is refused before anything of it runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from explorer.core.models.graph import parse_model
from explorer.core.models.policy import check_sizes, read_model
from explorer.core.problem import Problem
from tests.models import port, tiny_generator, write_model

Z, PICTURE = [port("z", ["N", 4])], [port("picture", ["N", 4])]


def _with_node(path: Path, *nodes: onnx.NodeProto, opset: int = 17) -> Path:
    return write_model(path, nodes, Z, PICTURE, {"k": np.array([2**33])}, opset)


def _changed(path: Path, change: str) -> Path:
    model = onnx.load_model_from_string(tiny_generator(path, card=False).read_bytes())
    tensor = model.graph.initializer[0]
    if change == "external":
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="../../etc/passwd")
    path.write_bytes(model.SerializeToString())
    return path


def test_an_ordinary_model_passes(tmp_path: Path) -> None:
    assert read_model(tiny_generator(tmp_path / "g.onnx")).path.name == "g.onnx"


def test_weights_in_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"not in its own folder|not there"):
        read_model(_changed(tmp_path / "g.onnx", "external"))


def test_an_external_constant_of_a_node_is_refused(tmp_path: Path) -> None:
    tensor = TensorProto(name="t", data_type=TensorProto.FLOAT, dims=[4], data_location=TensorProto.EXTERNAL)
    node = helper.make_node("Constant", [], ["picture"], value=tensor)
    with pytest.raises(Problem, match=r"not in its own folder|not there"):
        read_model(_with_node(tmp_path / "g.onnx", node))


def test_operators_of_unknown_origin_are_refused(tmp_path: Path) -> None:
    node = helper.make_node("Evil", ["z"], ["picture"], domain="custom.ops")
    with pytest.raises(Problem, match=r"needs the operator Evil of custom\.ops"):
        read_model(_with_node(tmp_path / "g.onnx", node))


def test_compiled_parts_are_refused(tmp_path: Path) -> None:
    node = helper.make_node("EPContext", ["z"], ["picture"], domain="com.microsoft")
    with pytest.raises(Problem, match="holds compiled code"):
        read_model(_with_node(tmp_path / "g.onnx", node))


@pytest.mark.parametrize("kind", ["If", "Loop", "Scan"])
def test_loops_and_branches_are_refused(tmp_path: Path, kind: str) -> None:
    body = helper.make_graph([helper.make_node("Relu", ["z"], ["y"])], "body", [], PICTURE)
    node = helper.make_node(kind, ["z"], ["picture"], body=body)
    with pytest.raises(Problem, match=rf"holds a loop or a branch \({kind}\)"):
        read_model(_with_node(tmp_path / "g.onnx", node))


def test_very_old_operators_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="uses operators of version 6"):
        read_model(_with_node(tmp_path / "g.onnx", helper.make_node("Relu", ["z"], ["picture"]), opset=6))


def test_a_small_file_that_asks_for_a_huge_result_is_refused(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("ConstantOfShape", ["k"], ["huge"]),
        helper.make_node("Add", ["z", "huge"], ["picture"]),
    ]
    file = parse_model(_with_node(tmp_path / "g.onnx", *nodes))
    with pytest.raises(Problem, match="8,589,934,592 numbers at once"):
        check_sizes(file)
