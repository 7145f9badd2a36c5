"""What a model file may hold: it calculates pictures from numbers, and nothing else."""

from __future__ import annotations

import math
from pathlib import Path

from explorer.core.models.external import embedded
from explorer.core.models.graph import STANDARD_DOMAINS, ModelFile, parse_model, port
from explorer.core.models.inlining import MOST_NODES, inline
from explorer.core.models.onnx_parts import NodeProto
from explorer.core.problem import Problem

LARGEST_TENSOR = 2**28  # elements of one intermediate result of one picture: 1 GiB of float32
_OLDEST_OPSET = 7
_DOMAINS = (*STANDARD_DOMAINS, "ai.onnx.ml", "com.microsoft")


def read_model(path: Path) -> ModelFile:
    """The model in ``path``, parsed and checked; nothing of it has run yet.

    Raises
    ------
    Problem
        It cannot be read, is no ONNX model, or holds something that more than calculates. `KeptOutside` where weights
        lie in other files and the user does not trust the file.
    """
    file = plain_model(path)
    check_policy(file)
    return embedded(file)


def plain_model(path: Path) -> ModelFile:
    """As `parse_model`, with local functions and settled branches written out; raises `Problem` as these do."""
    file = parse_model(path)
    try:
        inline(path.name, file.proto)
    except (ValueError, TypeError):  # names that are no text, of which protobuf gives bytes or nothing
        raise Problem(
            f"{path.name} is not a complete ONNX model: it is damaged, cut off or something else.",
            "Copy or export the model again.",
        ) from None
    return file


def check_policy(file: ModelFile) -> None:
    """Refuses whatever does more than calculate pictures from numbers.

    Raises
    ------
    Problem
        Functions, operators of unknown origin, loops, branches or compiled parts.
    """
    name, proto = file.path.name, file.proto
    if file.opset < _OLDEST_OPSET:
        raise Problem(
            f"{name} uses operators of version {file.opset}, but {_OLDEST_OPSET} is the oldest understood.",
            "Export it again with a newer opset.",
        )
    if proto.functions:
        raise Problem(f"{name} brings functions of its own.", "Export it again with functions inlined.")
    if len(proto.graph.node) > MOST_NODES:
        raise Problem(f"{name} has more than {MOST_NODES:,} nodes.", "Choose a smaller model.")
    for node in proto.graph.node:
        _check_node(name, node)


def _check_node(name: str, node: NodeProto) -> None:
    if node.domain not in _DOMAINS:
        raise Problem(
            f"{name} needs the operator {node.op_type} of {node.domain}, which onnxruntime does not bring.",
            "Export it with standard operators only.",
        )
    if node.op_type == "EPContext":
        raise Problem(f"{name} holds compiled code (EPContext).", "Choose the model it was compiled from.")
    if any(a.HasField("g") or a.graphs for a in node.attribute):
        raise Problem(
            f"{name} holds a loop or a branch ({node.op_type}), which may never end.",
            "Export it with loops unrolled.",
        )


def check_sizes(file: ModelFile) -> None:
    """Refuses a model in which one picture needs absurdly large results, as far as that can be foreseen.

    Runs onnx's shape inference, which is native code: only in a process that may die.

    Raises
    ------
    Problem
        Some result would have more than `LARGEST_TENSOR` elements.
    """
    from onnx import shape_inference

    try:
        inferred = shape_inference.infer_shapes(file.proto, data_prop=True).graph
    except (shape_inference.InferenceError, RuntimeError, ValueError, TypeError):
        return  # onnxruntime infers for itself, and says what is wrong
    for value in (*inferred.input, *inferred.value_info, *inferred.output):
        elements = math.prod(size for size in port(value).shape if isinstance(size, int))
        if elements > LARGEST_TENSOR:
            raise Problem(
                f"{file.path.name} calculates with {elements:,} numbers at once, too many to be one picture.",
                "Choose another model.",
            )
