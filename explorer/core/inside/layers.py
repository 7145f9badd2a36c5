"""The parts of a network that looks at pictures: what its layers give, and the numbers behind its answer."""

from __future__ import annotations

from onnx import ModelProto, NodeProto

from explorer.core.inference.features import FeatureLayer, layer_called
from explorer.core.inference.graph_shapes import tensor_shapes
from explorer.core.problem import Problem

_LAYERS = ("Conv", "ConvTranspose", "Gemm", "MatMul")
_PASSED = ("Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze")
_SQUASHED = {"Sigmoid": "sigmoid", "Softmax": "softmax", "LogSoftmax": "softmax"}


def inner_layers(model: ModelProto, answers: str = "") -> tuple[FeatureLayer, ...]:
    """What the layers of a network give before any bend, in the graph's order; a dense one has 1 × 1 pixels.

    Those that do not depend on the picture are left out; ``answers``, the tensor behind its answers, comes last.
    """
    shapes, graph = tensor_shapes(model), model.graph
    given = {tensor.name for tensor in graph.initializer}
    seen = {value.name for value in graph.input if value.name not in given}
    found: list[FeatureLayer] = []
    for node in graph.node:
        if not seen.intersection(node.input):
            continue
        seen.update(node.output)
        shape = shapes.get(node.output[0], ())
        if (node.op_type in _LAYERS or node.output[0] == answers) and len(shape) in (2, 4) and min(shape[1:]) > 0:
            sides = shape[2:] or (1, 1)
            found.append(FeatureLayer(len(found), node.output[0], shape[1], *sides))
    return tuple(found)


def logits_of(model: ModelProto, output: str) -> tuple[str, str]:
    """The tensor whose numbers become an output by a sigmoid or a softmax, and which of them that is.

    The output itself and "" where neither does. Gradients vanish behind them where a network is sure, in front of
    them they do not.
    """
    makers = {name: node for node in model.graph.node for name in node.output}
    name = output
    for _ in makers:
        node = makers.get(name)
        if node is None:
            break
        if node.op_type in _SQUASHED:
            return node.input[0], _SQUASHED[node.op_type]
        if node.op_type == "Where":  # chances in one place, numbers in another
            name = _squashed_branch(node, makers)
        elif node.op_type in _PASSED and node.input:
            name = node.input[0]
        else:
            break
    return output, ""


def _squashed_branch(node: NodeProto, makers: dict[str, NodeProto]) -> str:
    branches = [name for name in node.input[1:] if name in makers and makers[name].op_type in _SQUASHED]
    return branches[0] if branches else ""


def dreaming_layer(wanted: str, layers: tuple[FeatureLayer, ...], network: str) -> FeatureLayer:
    """The layer of a number or a name; the middle one of those with maps for "".

    Raises
    ------
    Problem
        There is none.
    """
    maps = [layer for layer in layers if layer.height * layer.width > 1] or list(layers)
    return layer_called(wanted or (maps[len(maps) // 2].tensor if maps else ""), layers, network)


def checked_channel(channel: int | None, layer: FeatureLayer) -> int | None:
    """A channel of a layer, or None for all.

    Raises
    ------
    Problem
        It has no such channel.
    """
    if channel is not None and not 0 <= channel < layer.channels:
        said = f"Layer {layer.number} has no channel {channel}."
        raise Problem(said, f"It has the channels 0 to {layer.channels - 1}.")
    return channel
