"""How many classes a model has: the rows of the table that its class number looks up."""

from __future__ import annotations

from onnx import GraphProto

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
