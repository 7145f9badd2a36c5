"""The latent followed through a graph, number by number, to the affine layers that it reaches unmixed."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from onnx import GraphProto, NodeProto, TensorProto, numpy_helper
from onnx.reference import ReferenceEvaluator

from explorer.core.directions.unsupervised.carrying import (
    Beside,
    Carried,
    Constant,
    Value,
    is_measured,
    moved_parts,
    normalised,
    scaled,
    shifted,
)
from explorer.core.models.graph import STANDARD_DOMAINS, ModelFile, Port

_AFFINE = ("Gemm", "MatMul", "Conv", "ConvTranspose")
_MOVING = (
    *("Identity", "Cast", "Dropout", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose"),
    *("Slice", "Gather", "Split", "Expand", "Tile", "Concat"),
)
_MEASURING = (
    *("Pow", "Abs", "Sqrt", "Reciprocal", "Max", "Clip"),
    *("ReduceL2", "ReduceMean", "ReduceSum", "ReduceSumSquare", "ReduceMax", "ReduceL1"),
)
_STANDING_BY = (*_MOVING, *_MEASURING, "Add", "Sub", "Mul", "Div", "MatMul", "Gemm", "Equal", "OneHot", "Neg")
_MOST_FOLDED = 2**25  # elements of constants that are worth calculating with
_INDEX_OF = {"Gather": 1, "OneHot": 0}  # which input holds whole numbers that look something up


@dataclass(frozen=True, eq=False)
class AffineLayer:
    """An affine layer that the latent goes into.

    Attributes
    ----------
    node : NodeProto
    carried : Carried
        What goes in.
    weight : array
        Its constant.
    slot : int
        Which of the node's inputs the latent is: 0 or 1.
    """

    node: NodeProto
    carried: Carried
    weight: Constant
    slot: int


@dataclass(frozen=True)
class Trace:
    """Where a latent was followed to.

    Attributes
    ----------
    layers : tuple of Layer
        The affine layers that it reaches, in the graph's order.
    stopped : tuple of str
        Kinds of the other nodes that it could not be followed through, in the graph's order.
    """

    layers: tuple[AffineLayer, ...]
    stopped: tuple[str, ...]


def traced(file: ModelFile, latent: Port, size: int) -> Trace:
    """Follow the input ``latent`` of ``size`` numbers through a model until something mixes or bends it.

    What moves its numbers about (reshapes, slices, repeats), shifts or scales them by constants, or divides them by
    their own length is passed through.
    """
    following = _Following(file, latent, size)
    with warnings.catch_warnings(), np.errstate(all="ignore"):  # dummies are divided by each other
        warnings.simplefilter("ignore")
        for node in file.proto.graph.node:
            following.follow(node)
    return Trace(tuple(following.layers), tuple(dict.fromkeys(following.stopped)))


class _Following:
    """What is known of a graph's tensors so far."""

    def __init__(self, file: ModelFile, latent: Port, size: int) -> None:
        self.layers: list[AffineLayer] = []
        self.stopped: list[str] = []
        self._constants = _Constants(file.proto.graph)
        self._opsets = {"": file.opset}
        self._known: dict[str, Value] = {port.name: Beside(_single(port), False) for port in file.inputs}
        sides = (size,) if len(latent.shape) == 1 else (1, size, *[1] * (len(latent.shape) - 2))
        self._known[latent.name] = Carried(np.arange(size).reshape(sides), np.ones(sides))

    def follow(self, node: NodeProto) -> None:
        """Note what the node gives, as far as that is known."""
        found = [self._known.get(name, self._constants.get(name)) for name in node.input if name]
        values = [value for value in found if value is not None]
        if any(isinstance(value, Carried) for value in values):
            self._carry(node, values, known=len(values) == len(found))
        elif len(values) < len(found):
            return
        elif node.op_type == "Shape":
            self._note(node, [np.array(values[0].shape, np.int64)])
        elif all(isinstance(value, np.ndarray) for value in values):
            if sum(value.size for value in values if isinstance(value, np.ndarray)) <= _MOST_FOLDED:
                self._note(node, self._run(node, values))
        elif node.op_type in _STANDING_BY:
            self._stand_by(node, values)

    def _carry(self, node: NodeProto, values: list[Value], *, known: bool) -> None:
        if known and node.domain in STANDARD_DOMAINS:
            if node.op_type in _AFFINE and (layer := _layer(node, values)):
                self.layers.append(layer)
                return
            if results := self._passed(node, values):
                self._note(node, results)
                return
            if node.op_type in _MEASURING or (node.op_type == "Mul" and node.input[0] == node.input[1]):
                self._stand_by(node, values)
                return
        self.stopped.append(node.op_type)

    def _passed(self, node: NodeProto, values: list[Value]) -> Sequence[Value]:
        """What a node gives that leaves the latent's numbers apart; nothing where it does not."""
        kind, result = node.op_type, None
        if kind == "Shape":
            return [np.array(values[0].shape, np.int64)]
        if kind in _MOVING:
            return self._moved(node, values)
        if kind in ("Add", "Sub", "Sum"):
            result = shifted(values)
        elif kind in ("Mul", "Div") and len(values) == 2:
            result = scaled(values[0], values[1], divided=kind == "Div")
        elif kind == "Neg":
            result = scaled(values[0], np.array(-1.0))
        elif kind == "BatchNormalization":
            result = normalised(node, values)
        elif kind == "LpNormalization" and isinstance(values[0], Carried):
            result = values[0]
        return [] if result is None else [result]

    def _moved(self, node: NodeProto, values: list[Value]) -> Sequence[Value]:
        """The node run twice: on the places of the latent's numbers, and on their scales."""
        if any(is_measured(value) for value in values):
            return []
        if node.op_type == "Cast":
            return values
        places, scales = (self._run(node, part) for part in moved_parts(node, values))
        return [Carried(place, scale) for place, scale in zip(places, scales, strict=False)]

    def _stand_by(self, node: NodeProto, values: list[Value]) -> None:
        """Notes the shape of what is not followed further, found by running the node on ones."""
        shown = [_dummy(value) for value in values]
        if (slot := _INDEX_OF.get(node.op_type)) is not None:
            shown[slot] = np.zeros(values[slot].shape, np.int64)
        measured = any(isinstance(value, Carried) or is_measured(value) for value in values)
        self._note(node, [Beside(result.shape, measured) for result in self._run(node, shown)])

    def _run(self, node: NodeProto, values: Sequence[Value]) -> list[Constant]:
        """What one node gives; nothing where that cannot be known, which ends the trace there."""
        named = dict(zip([name for name in node.input if name], values, strict=True))
        try:
            results = ReferenceEvaluator(node, opsets=self._opsets).run(None, named)
        except Exception:  # noqa: BLE001 - whatever a foreign node makes numpy and the evaluator raise
            return []
        return [np.asarray(result) for result in results]

    def _note(self, node: NodeProto, results: Sequence[Value]) -> None:
        self._known.update(zip(node.output, results, strict=False))


class _Constants:
    """A graph's own tensors by name, each unpacked when it is asked for."""

    def __init__(self, graph: GraphProto) -> None:
        self._tensors: Mapping[str, TensorProto] = {tensor.name: tensor for tensor in graph.initializer}

    def get(self, name: str) -> Constant | None:
        """The tensor of that name; None where there is none."""
        tensor = self._tensors.get(name)
        return None if tensor is None else numpy_helper.to_array(tensor)


def _single(port: Port) -> tuple[int, ...]:
    """The shape of an input for a batch of 1."""
    return tuple(side if isinstance(side, int) and axis else 1 for axis, side in enumerate(port.shape))


def _dummy(value: Value) -> Constant:
    if not isinstance(value, np.ndarray):
        return np.ones(value.shape, np.float32)
    return value.astype(np.float32) if value.dtype.kind == "f" else value


def _layer(node: NodeProto, values: list[Value]) -> AffineLayer | None:
    for slot, other in ((0, 1), (1, 0)):
        carried, weight = values[slot], values[other]
        if isinstance(carried, Carried) and isinstance(weight, np.ndarray):
            return AffineLayer(node, carried, weight, slot)
    return None
