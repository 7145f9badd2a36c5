"""Functions of a model's own and settled branches are written out, and the results stay what they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import FunctionProto, ModelProto, TensorProto, helper, numpy_helper

from explorer.core.models.inspection import inspect
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem

OPSET = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]


def function(name: str, takes, gives, nodes, attributes=(), defaults=()) -> FunctionProto:
    return helper.make_function("mine", name, takes, gives, nodes, OPSET, list(attributes), list(defaults))


def refers(node, name: str, kind: int):
    node.attribute.add(name=name, ref_attr_name=name, type=kind)
    return node


def model(nodes, functions=(), tensors=()) -> ModelProto:
    flat = np.linspace(-1, 1, 4 * 192, dtype=np.float32).reshape(4, 192)
    tensors = [numpy_helper.from_array(flat, "w"), *tensors]
    tensors.append(numpy_helper.from_array(np.array([-1, 3, 8, 8], np.int64), "shape"))
    nodes = [helper.make_node("MatMul", ["z", "w"], ["a"]), *nodes, helper.make_node("Reshape", ["b", "shape"], ["x"])]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("z", TensorProto.FLOAT, ["N", 4])],
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3, 8, 8])],
        tensors,
    )
    return helper.make_model(graph, opset_imports=OPSET, ir_version=8, functions=list(functions))


def results(proto: ModelProto) -> np.ndarray:
    session = onnxruntime.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"z": np.random.RandomState(0).standard_normal((3, 4)).astype(np.float32)})[0]


def branch(kind: str, taken: str, given: str, *tensors) -> onnx.GraphProto:
    nodes = [helper.make_node(kind, [taken, *(tensor.name for tensor in tensors)], [given])]
    return helper.make_graph(nodes, kind, [], [helper.make_tensor_value_info(given, TensorProto.FLOAT, None)], tensors)


def choice(condition: str, taken: str, given: str):
    half = numpy_helper.from_array(np.array(0.5, np.float32), "half")
    return helper.make_node(
        "If", [condition], [given], then_branch=branch("Mul", taken, "r", half), else_branch=branch("Tanh", taken, "r")
    )


def truth(value: bool, name: str = "yes") -> TensorProto:
    return numpy_helper.from_array(np.array(value), name)


def calling_functions() -> ModelProto:
    """Twice the same function, which calls another; attributes passed on, left out and by default; an output unused."""
    leak = refers(helper.make_node("LeakyRelu", ["t"], ["r"]), "alpha", onnx.AttributeProto.FLOAT)
    softly = function("Softly", ["t"], ["r"], [leak], defaults=[helper.make_attribute("alpha", 0.3)])
    call = refers(helper.make_node("Softly", ["p"], ["s"], domain="mine"), "alpha", onnx.AttributeProto.FLOAT)
    both = function("Both", ["p", "q"], ["s", "t"], [call, helper.make_node("Neg", ["s"], ["t"])], attributes=["alpha"])
    nodes = [
        helper.make_node("Both", ["a"], ["c", "d"], domain="mine", alpha=0.1),
        helper.make_node("Both", ["d", ""], ["", "b"], domain="mine"),
    ]
    return model(nodes, [softly, both])


def branching_in_a_function() -> ModelProto:
    """An attribute settles the branch; the other branch takes from the function what stands around it."""
    told = helper.make_node("Constant", [], ["n"])
    told.attribute.add(name="value_int", ref_attr_name="flag", type=onnx.AttributeProto.INT)
    cast = helper.make_node("Cast", ["n"], ["c"], to=TensorProto.BOOL)
    own = function("Own", ["p"], ["s"], [told, cast, choice("c", "p", "s")], attributes=["flag"])
    nodes = [
        helper.make_node("Own", ["a"], ["c"], domain="mine", flag=1),
        helper.make_node("Own", ["c"], ["b"], domain="mine", flag=0),
    ]
    return model(nodes, [own])


def settled_branches() -> ModelProto:
    passing = helper.make_node(
        "If", ["no"], ["d"], then_branch=branch("Neg", "c", "r"), else_branch=branch("Identity", "c", "r")
    )
    nodes = [choice("yes", "a", "c"), helper.make_node("Not", ["yes"], ["no"]), passing, choice("no", "d", "b")]
    return model(nodes, tensors=[truth(True)])


@pytest.mark.parametrize("build", [calling_functions, branching_in_a_function, settled_branches])
def test_what_is_written_out_gives_the_same(build, tmp_path: Path) -> None:
    proto = build()
    wanted = results(proto)
    onnx.save(proto, tmp_path / "theirs.onnx")
    plain = read_model(tmp_path / "theirs.onnx").proto
    assert not plain.functions
    assert {node.domain for node in plain.graph.node} == {""}
    assert all(node.op_type != "If" for node in plain.graph.node)
    np.testing.assert_array_equal(results(plain), wanted)


def test_a_model_with_functions_is_tried_in_a_child_that_reads_it_for_itself(tmp_path: Path) -> None:
    onnx.save(branching_in_a_function(), tmp_path / "theirs.onnx")
    assert inspect(tmp_path / "theirs.onnx").kind == "generator"


def refused(tmp_path: Path, proto: ModelProto, words: str) -> None:
    onnx.save(proto, tmp_path / "theirs.onnx")
    with pytest.raises(Problem, match=words):
        read_model(tmp_path / "theirs.onnx")


def test_names_that_are_no_text_are_told_as_damage(tmp_path: Path) -> None:
    data = calling_functions().SerializeToString()
    for seed in range(60):
        mutant = bytearray(data)
        place = mutant.index(b"Softly", 1 + np.random.RandomState(seed).randint(200))
        mutant[place] = 0xFF
        (tmp_path / "theirs.onnx").write_bytes(mutant)
        with pytest.raises(Problem, match=r"damaged|needs the operator"):
            read_model(tmp_path / "theirs.onnx")


def test_functions_that_would_become_a_multitude_are_refused_before_they_do(tmp_path: Path) -> None:
    levels = [function("F0", ["p"], ["s"], [helper.make_node("Relu", ["p"], ["s"])])]
    for level in range(1, 40):
        calls = [helper.make_node(f"F{level - 1}", [x], [y], domain="mine") for x, y in (("p", "t"), ("t", "s"))]
        levels.append(function(f"F{level}", ["p"], ["s"], calls))
    refused(tmp_path, model([helper.make_node("F39", ["a"], ["b"], domain="mine")], levels), r"549,755,813,8\d+ nodes")


def test_functions_that_call_themselves_are_refused(tmp_path: Path) -> None:
    there = function("There", ["p"], ["s"], [helper.make_node("Back", ["p"], ["s"], domain="mine")])
    back = function("Back", ["p"], ["s"], [helper.make_node("There", ["p"], ["s"], domain="mine")])
    refused(tmp_path, model([helper.make_node("There", ["a"], ["b"], domain="mine")], [there, back]), "calls itself")


def test_functions_for_other_operators_are_refused(tmp_path: Path) -> None:
    own = function("Own", ["p"], ["s"], [helper.make_node("Relu", ["p"], ["s"])])
    own.opset_import[0].version = 13
    refused(tmp_path, model([helper.make_node("Own", ["a"], ["b"], domain="mine")], [own]), "another version")


def test_a_branch_that_the_latent_settles_stays_refused(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("ReduceSum", ["a"], ["sum"], keepdims=0),
        helper.make_node("Cast", ["sum"], ["open"], to=TensorProto.BOOL),
        choice("open", "a", "b"),
    ]
    refused(tmp_path, model(nodes), "a loop or a branch")
