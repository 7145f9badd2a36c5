"""What weights tell of inputs: how many classes there are, and how long a latent is whose size is left open."""

from __future__ import annotations

from explorer.core.models.onnx_parts import GraphProto

_PASSING = ("Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten")
_MOST_CLASSES = 100_000


def table_rows(graph: GraphProto, label: str) -> int:
    """Rows of the constant table indexed by the input ``label``; 0 where there is none."""
    names = {label}
    tables = {tensor.name: tensor.dims for tensor in graph.initializer if len(tensor.dims) == 2}
    for node in graph.node:  # in topological order, as the standard demands
        if not node.input or names.isdisjoint(node.input):
            continue
        if node.op_type in _PASSING and node.input[0] in names:
            names.update(node.output)
        elif node.op_type == "Gather" and node.input[0] in tables:
            return min(int(tables[node.input[0]][0]), _MOST_CLASSES)
    return 0


def row_length(graph: GraphProto, name: str) -> int:
    """Numbers in a row of the input ``name``, by the matrix that it is multiplied with; 0 where there is none."""
    names = {name}
    matrices = {tensor.name: tensor.dims for tensor in graph.initializer if len(tensor.dims) == 2}
    for node in graph.node:
        if not node.input or node.input[0] not in names:
            continue
        if node.op_type in ("Identity", "Cast", "Dropout"):
            names.update(node.output[:1])
        elif node.op_type in ("MatMul", "Gemm") and len(node.input) > 1 and node.input[1] in matrices:
            turned = any(attribute.name == "transB" and attribute.i for attribute in node.attribute)
            return int(matrices[node.input[1]][int(turned)])
    return 0
