"""Damage to ONNX models by what they mean: shapes, types, operators, wires, attributes and constants."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto

from explorer.cli.fuzzing.mutants import Damage, Draw

_SIZES = (0, 1, -1, 2, 3, 7, 255, 2**16, 2**31 - 1, 2**31, 2**40, 2**62, -(2**62))
_OPERATORS = (
    "Conv",
    "MatMul",
    "Reshape",
    "Gather",
    "Loop",
    "Expand",
    "Tile",
    "Resize",
    "Pad",
    "ConstantOfShape",
    "Nope",
)
_PLACES = ("../../etc/passwd", "/dev/zero", "weights.bin", "")

Parts = Callable[[ModelProto, Draw], None]


def _resize(proto: ModelProto, draw: Draw) -> None:
    """A weight claims another shape."""
    tensor = _weight(proto, draw)
    if tensor.dims:
        tensor.dims[draw.randint(len(tensor.dims))] = _size(draw)
    else:
        tensor.dims.append(_size(draw))


def _shorten(proto: ModelProto, draw: Draw) -> None:
    tensor = _weight(proto, draw)
    tensor.raw_data = tensor.raw_data[: draw.randint(len(tensor.raw_data) + 1)]


def _retype(proto: ModelProto, draw: Draw) -> None:
    _weight(proto, draw).data_type = int(draw.randint(0, 30))


def _put_outside(proto: ModelProto, draw: Draw) -> None:
    tensor = _weight(proto, draw)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=_PLACES[draw.randint(len(_PLACES))])


def _rename_operator(proto: ModelProto, draw: Draw) -> None:
    _node(proto, draw).op_type = _OPERATORS[draw.randint(len(_OPERATORS))]


def _rewire(proto: ModelProto, draw: Draw) -> None:
    """A node reads the result of another one, which may come after it."""
    node, other = _node(proto, draw), _node(proto, draw)
    if node.input and other.output:
        node.input[draw.randint(len(node.input))] = other.output[0]


def _change_attribute(proto: ModelProto, draw: Draw) -> None:
    attributes = [a for node in proto.graph.node for a in node.attribute]
    if not attributes:
        return
    found = attributes[draw.randint(len(attributes))]
    if found.ints:
        found.ints[draw.randint(len(found.ints))] = _size(draw)
    found.i = _size(draw)
    found.f = float(draw.choice([0.0, -1.0, 1e38, np.nan, np.inf]))


def _change_constant(proto: ModelProto, draw: Draw) -> None:
    """A shape or an index becomes another one."""
    whole = [t for t in proto.graph.initializer if t.data_type == TensorProto.INT64 and len(t.raw_data) >= 8]
    whole += [a.t for n in proto.graph.node for a in n.attribute if a.t.data_type == TensorProto.INT64]
    if whole:
        tensor = whole[draw.randint(len(whole))]
        values = np.frombuffer(tensor.raw_data, np.int64).copy()
        if len(values):
            values[draw.randint(len(values))] = _size(draw)
            tensor.raw_data = values.tobytes()


def _change_port(proto: ModelProto, draw: Draw) -> None:
    ports = [*proto.graph.input, *proto.graph.output, *proto.graph.value_info]
    kind = ports[draw.randint(len(ports))].type.tensor_type
    if kind.shape.dim:
        kind.shape.dim[draw.randint(len(kind.shape.dim))].dim_value = _size(draw)
    if draw.randint(3) == 0:
        kind.elem_type = int(draw.randint(0, 30))


def _drop_node(proto: ModelProto, draw: Draw) -> None:
    if len(proto.graph.node) > 1:
        del proto.graph.node[draw.randint(len(proto.graph.node))]


def _change_version(proto: ModelProto, draw: Draw) -> None:
    proto.opset_import[0].version = _size(draw)
    proto.ir_version = int(draw.randint(0, 20))


def _size(draw: Draw) -> int:
    return int(_SIZES[draw.randint(len(_SIZES))])


def _weight(proto: ModelProto, draw: Draw) -> TensorProto:
    found: TensorProto = proto.graph.initializer[draw.randint(len(proto.graph.initializer))]
    return found


def _node(proto: ModelProto, draw: Draw) -> NodeProto:
    found: NodeProto = proto.graph.node[draw.randint(len(proto.graph.node))]
    return found


_TO_PARTS: dict[str, Parts] = {
    "shape of a weight": _resize,
    "weight too short": _shorten,
    "type of a weight": _retype,
    "weight put outside": _put_outside,
    "operator": _rename_operator,
    "wires": _rewire,
    "attribute": _change_attribute,
    "constant": _change_constant,
    "input or output": _change_port,
    "node dropped": _drop_node,
    "version": _change_version,
}


def _damage(change: Parts) -> Damage:
    def damaged(data: bytes, draw: Draw) -> bytes:
        proto = ModelProto.FromString(data)
        change(proto, draw)
        written: bytes = proto.SerializeToString()
        return written

    return damaged


ONNX: Mapping[str, Damage] = {name: _damage(change) for name, change in _TO_PARTS.items()}
"""Damage to an ONNX model."""
