"""A network as blocks, found by walking an ONNX graph: what its nodes do, what they give, what they know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

from onnx import ModelProto, NodeProto, TensorProto, helper

from explorer.core.explain.explanation import LayerBlock, NetworkBlocks, Sides
from explorer.core.inference.graph_shapes import Shape, consumers, tensor_shapes

_FLOATS = {TensorProto.FLOAT: 4, TensorProto.FLOAT16: 2, TensorProto.DOUBLE: 8, TensorProto.BFLOAT16: 2}
_WIDTH = 4  # bytes of a number on its way
_LAYERS = {
    "Conv": "convolution", "ConvTranspose": "transposed convolution", "Gemm": "dense", "MatMul": "dense",
    "Gather": "table", "Einsum": "dense",
}  # fmt: skip
_FOLLOWERS = {
    "BatchNormalization": "batch norm", "InstanceNormalization": "instance norm", "LayerNormalization": "layer norm",
    "GroupNormalization": "group norm", "Relu": "ReLU", "LeakyRelu": "leaky ReLU", "PRelu": "PReLU", "Elu": "ELU",
    "Selu": "SELU", "Gelu": "GELU", "Sigmoid": "sigmoid", "Tanh": "tanh", "Softplus": "softplus", "Softmax": "softmax",
    "HardSigmoid": "hard sigmoid", "HardSwish": "hard swish", "Mish": "Mish", "Erf": "GELU (erf)", "Clip": "clip",
    "Upsample": "enlarge", "Resize": "resize", "AveragePool": "average pooling", "MaxPool": "max pooling",
    "GlobalAveragePool": "mean over the picture", "GlobalMaxPool": "largest over the picture", "Reshape": "reshape",
    "Flatten": "flatten", "DepthToSpace": "pixel shuffle", "SpaceToDepth": "pixel unshuffle", "Concat": "join",
    "Dropout": "dropout", "ReduceMean": "mean", "ReduceMax": "largest", "ReduceSum": "sum",
}  # fmt: skip
_ONLY_FIRST = ("Resize", "Upsample", "Clip", "Pad")  # their other inputs say how, and are no weights
_ONLY_SHAPE = ("reshape", "flatten", "clip")


def graph_network(model: ModelProto, name: str) -> NetworkBlocks:
    """The blocks of a model's graph.

    Parameters
    ----------
    model : ModelProto
        One that has run before: shapes are inferred from it.
    name : str
        Its role, such as ``generator``.
    """
    shapes = tensor_shapes(model)
    weights = {tensor.name: tensor for tensor in model.graph.initializer if tensor.data_type in _FLOATS}
    entrances = tuple(
        (value.name, shapes.get(value.name, ())[1:])
        for value in model.graph.input
        if value.name not in {tensor.name for tensor in model.graph.initializer}
    )
    walk = _Walk(model, shapes, weights)
    blocks = tuple(walk.blocks(entrances[0][1] if entrances else ()))
    weight_bytes = sum(_FLOATS[tensor.data_type] * prod(tensor.dims) for tensor in weights.values())
    return NetworkBlocks(name, entrances, blocks, weight_bytes, _peak_bytes(model, shapes))


class _Walk:
    """Goes through the nodes in the graph's order, which is that of their work."""

    def __init__(self, model: ModelProto, shapes: Mapping[str, Shape], weights: Mapping[str, TensorProto]) -> None:
        self._nodes, self._shapes, self._weights = model.graph.node, shapes, weights
        self._made_of: dict[str, frozenset[str]] = {name: frozenset({name}) for name in weights}
        self._counted: set[str] = set()
        self._constants = {tensor.name for tensor in model.graph.initializer}

    def blocks(self, entrance: Sides) -> Iterator[LayerBlock]:
        """Every layer with what follows it; weights of nodes that are no layer of their own go along."""
        current: LayerBlock | None = None
        last = entrance
        for node in self._nodes:
            if self._is_constant(node):
                continue
            found = self._block(node)
            if not found.parts and not found.parameters and not found.statistics:
                continue
            sides = found.sides or last
            begins = node.op_type in _LAYERS and bool(found.parameters or not self._weights)
            if not found.parts and current is None:
                found = LayerBlock((node.op_type.lower(),), sides, found.parameters, found.statistics)
            if found.parts and found.parts[0] in _ONLY_SHAPE and not found.parameters and sides == last:
                continue
            if current is not None and not begins and (sides == current.sides or not found.parts):
                current = LayerBlock(
                    (*current.parts, *found.parts),
                    current.sides,
                    current.parameters + found.parameters,
                    current.statistics + found.statistics,
                )
            else:
                if current is not None:
                    yield current
                current = LayerBlock(found.parts, sides, found.parameters, found.statistics)
            last = current.sides
        if current is not None:
            yield current

    def _is_constant(self, node: NodeProto) -> bool:
        """Whether a node only works on constants; what it gives is made of their weights then."""
        inputs = [name for name in node.input if name]
        if not all(name in self._constants for name in inputs):
            return False
        made_of = frozenset().union(*(self._made_of.get(name, frozenset()) for name in inputs))
        for name in node.output:
            self._constants.add(name)
            self._made_of[name] = made_of
        return True

    def _block(self, node: NodeProto) -> LayerBlock:
        fed = node.input[:1] if node.op_type in _ONLY_FIRST else node.input
        own = [name for given in fed for name in sorted(self._made_of.get(given, ()))]
        new = [name for name in dict.fromkeys(own) if name not in self._counted]
        self._counted.update(new)
        counts = [prod(self._weights[name].dims) for name in new]
        statistics = 0
        if node.op_type == "BatchNormalization":
            running = set(node.input[3:5])
            statistics = sum(prod(self._weights[name].dims) for name in new if name in running)
        shape = self._shapes.get(node.output[0], ())
        return LayerBlock(self._words(node), shape[1:], sum(counts) - statistics, statistics)

    def _words(self, node: NodeProto) -> tuple[str, ...]:
        kind = node.op_type
        if kind in _LAYERS:
            return (_LAYERS[kind] + self._window(node),)
        if kind == "LeakyRelu":
            return (f"leaky ReLU {_attributes(node).get('alpha', 0.01):.3g}",)
        if kind in _FOLLOWERS:
            return (_FOLLOWERS[kind],)
        joins = kind == "Add" and sum(name not in self._constants for name in node.input) == 2
        return ("added to an earlier one",) if joins and self._are_alike(node) else ()

    def _are_alike(self, node: NodeProto) -> bool:
        first, second = (self._shapes.get(name, ()) for name in node.input)
        return len(first) == 4 and first == second

    def _window(self, node: NodeProto) -> str:
        if node.op_type not in ("Conv", "ConvTranspose"):
            return ""
        told = _attributes(node)
        weight = self._weights.get(node.input[1])
        kernel = list(told.get("kernel_shape") or (weight.dims[2:] if weight is not None else ()))
        strides = list(dict.fromkeys(told.get("strides") or [1]))
        words = f" {' × '.join(map(str, kernel))}" if kernel else ""
        return words + (f", stride {' × '.join(map(str, strides))}" if strides != [1] else "")


def _attributes(node: NodeProto) -> dict[str, Any]:
    return {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}


def _peak_bytes(model: ModelProto, shapes: Mapping[str, Shape]) -> int:
    """The most numbers that are needed at one moment for one picture, in bytes of float32; 0 if a shape is open."""
    constants = {tensor.name for tensor in model.graph.initializer}
    uses = {name: len(nodes) for name, nodes in consumers(model).items()}
    kept = {value.name for value in model.graph.output}
    alive = {value.name: _bytes(shapes, value.name) for value in model.graph.input if value.name not in constants}
    peak = sum(alive.values())
    for node in model.graph.node:
        for name in node.output:
            if name not in constants:
                alive[name] = _bytes(shapes, name)
        peak = max(peak, sum(alive.values()))
        for name in dict.fromkeys(node.input):
            uses[name] = uses.get(name, 1) - 1
            if uses[name] == 0 and name not in kept:
                alive.pop(name, None)
    return peak


def _bytes(shapes: Mapping[str, Shape], name: str) -> int:
    shape = shapes.get(name, ())
    return _WIDTH * prod(shape) if shape and all(shape) else 0
