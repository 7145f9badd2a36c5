"""What is inside a graph: the shapes of its tensors, found without unpacking a weight or running a node."""

from __future__ import annotations

from collections.abc import Mapping

from explorer.core.models.onnx_parts import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, made_value

_MOST_KEPT = 4096  # numbers of a constant that may be a shape, axes or places, which the inference reads

Shape = tuple[int, ...]
"""Of a tensor; 0 where a side is left open."""


def tensor_shapes(model: ModelProto) -> dict[str, Shape]:
    """The shapes of a model's tensors for a batch of 1, by name, as far as they can be foreseen.

    Runs onnx's shape inference on the graph without its weights: for models that have run before.
    """
    from onnx import shape_inference

    light = _without_weights(model)
    try:
        inferred = shape_inference.infer_shapes(light, data_prop=True).graph
    except (shape_inference.InferenceError, RuntimeError, ValueError, TypeError):
        return {}
    return {
        value.name: tuple(side.dim_value for side in value.type.tensor_type.shape.dim)
        for value in (*inferred.input, *inferred.value_info, *inferred.output)
        if value.type.tensor_type.HasField("shape")
    }


def _without_weights(model: ModelProto) -> ModelProto:
    """The same graph for one picture, its large tensors taken for inputs that are fed."""
    graph = model.graph
    names = {tensor.name for tensor in graph.initializer}
    small = [tensor for tensor in graph.initializer if _count(tensor) <= _MOST_KEPT]
    large = [tensor for tensor in graph.initializer if _count(tensor) > _MOST_KEPT]
    fed = [made_value(tensor.name, tensor.data_type, list(tensor.dims)) for tensor in large]
    own = []
    for value in graph.input:
        if value.name not in names:
            own.append(ValueInfoProto.FromString(value.SerializeToString()))
            sides = own[-1].type.tensor_type.shape.dim
            if len(sides) and sides[0].WhichOneof("value") != "dim_value":
                sides[0].dim_value = 1
    light = GraphProto(name=graph.name, node=graph.node, input=[*own, *fed], output=graph.output, initializer=small)
    for value in light.output:  # their batch is open
        value.type.tensor_type.ClearField("shape")
    return ModelProto(graph=light, opset_import=model.opset_import, ir_version=max(model.ir_version, 4))


def _count(tensor: TensorProto) -> int:
    count = 1
    for side in tensor.dims:
        count *= side
    return count


def consumers(model: ModelProto) -> Mapping[str, list[NodeProto]]:
    """The nodes that take each tensor, by its name, in the graph's order."""
    found: dict[str, list[NodeProto]] = {}
    for node in model.graph.node:
        for name in dict.fromkeys(node.input):
            found.setdefault(name, []).append(node)
    return found
