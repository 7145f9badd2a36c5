"""The sheet of an ONNX model: what its graph does, layer by layer, counted to the last number."""

from __future__ import annotations

import json
import subprocess
import sys
from math import prod
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from explorer.core.explain.graph_layers import graph_network
from explorer.core.explain.markdown import markdown
from explorer.core.explain.model_sheet import model_sheet
from explorer.paths import models_folder
from tests.models import tiny_generator


def small_critic() -> onnx.ModelProto:
    weights = {
        "w": np.zeros((6, 3, 4, 4), np.float32),
        "b": np.zeros(6, np.float32),
        "scale": np.ones(6, np.float32),
        "shift": np.zeros(6, np.float32),
        "mean": np.zeros(6, np.float32),
        "var": np.ones(6, np.float32),
        "row": np.zeros((1, 96), np.float32),
    }
    nodes = [
        helper.make_node("Conv", ["picture", "w", "b"], ["c"], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("BatchNormalization", ["c", "scale", "shift", "mean", "var"], ["n"]),
        helper.make_node("LeakyRelu", ["n"], ["a"], alpha=0.2),
        helper.make_node("Add", ["a", "c"], ["s"]),
        helper.make_node("Flatten", ["s"], ["f"]),
        helper.make_node("Gemm", ["f", "row"], ["score"], transB=1),
    ]
    graph = helper.make_graph(
        nodes,
        "critic",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["N", 3, 8, 8])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["N", 1])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def test_blocks_say_what_nodes_do_and_what_they_know() -> None:
    network = graph_network(small_critic(), "critic")
    assert network.entrances == (("picture", (3, 8, 8)),)
    assert [block.parts for block in network.blocks] == [
        ("convolution 4 × 4, stride 2", "batch norm", "leaky ReLU 0.2", "added to an earlier one"),
        ("flatten",),
        ("dense",),
    ]
    assert [block.sides for block in network.blocks] == [(6, 4, 4), (96,), (1,)]
    assert (network.parameters, network.statistics) == (6 * 48 + 6 + 12 + 96, 12)
    assert network.weight_bytes == 4 * (network.parameters + network.statistics)
    # Batch norm's input is kept for the sum: with input and output of the leaky ReLU three maps of 6 x 4 x 4 are alive.
    assert network.peak_bytes == 4 * 3 * 96


def test_weights_that_reach_a_layer_through_constants_are_counted_once() -> None:
    proto = small_critic()
    proto.graph.node.insert(0, helper.make_node("Identity", ["w"], ["same"]))
    proto.graph.node[1].input[1] = "same"
    assert graph_network(proto, "critic").parameters == graph_network(small_critic(), "critic").parameters


def test_the_numbers_of_a_bundled_model_are_those_in_its_file() -> None:
    sheet = model_sheet(models_folder() / "portraits-gan")
    generator = next(network for network in sheet.networks if network.name == "generator")
    proto = onnx.load(str(models_folder() / "portraits-gan" / "generator.onnx"))
    scales = {name for node in proto.graph.node if node.op_type == "Resize" for name in node.input[1:]}
    held = [t for t in proto.graph.initializer if t.data_type == TensorProto.FLOAT and t.name not in scales]
    assert generator.parameters + generator.statistics == sum(prod(tensor.dims) for tensor in held)
    assert generator.blocks[-1].sides == (3, 64, 64)
    assert ("Latent", "64 dimensions, normal") in sheet.facts
    assert "### Critic" in markdown(sheet)


def test_a_foreign_model_is_explained_as_far_as_its_graph_tells(tmp_path: Path) -> None:
    path = tiny_generator(tmp_path / "mine.onnx", card=False)
    sheet = model_sheet(path)
    assert sheet.title == "mine"
    assert sheet.networks[0].blocks[0].parts[0] == "dense"
    assert any("objective" in words for words in sheet.remarks)


def test_explaining_a_model_needs_neither_torch_nor_qt(tmp_path: Path) -> None:
    path = tiny_generator(tmp_path / "mine.onnx")
    code = (
        "import sys, json; from pathlib import Path; from explorer.core.explain.model_sheet import model_sheet;"
        f"model_sheet(Path({str(path)!r}), trusted=True);"
        "print(json.dumps([name for name in ('torch', 'PySide6') if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(done.stdout.splitlines()[-1]) == []
