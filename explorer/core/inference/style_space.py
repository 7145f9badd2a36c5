"""StyleSpace: the styles that the layers of a synthesis make of their w, channel by channel (Wu et al., 2021).

A layer's affine transformation makes a style s of its w, one number for each of its input channels. Where in a graph
these numbers are is found by following w; they are moved by a longer row of what the synthesis takes: the w of all
layers, then a number to add to every channel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from explorer.core.inference.flattening import flattened, style_shape
from explorer.core.inference.graph_shapes import Shape, consumers, tensor_shapes
from explorer.core.inference.previews import nodes_for
from explorer.core.inference.providers import BATCH
from explorer.core.models.graph import ModelFile
from explorer.core.models.inputs import sources
from explorer.core.models.onnx_parts import (
    AttributeProto,
    GraphProto,
    ModelProto,
    NodeProto,
    made_node,
    made_tensor,
    made_value,
)
from explorer.core.problem import Problem

_DENSE = ("Gemm", "MatMul")
_CHOOSING = ("Gather", "Slice", "Split", "Squeeze", "Unsqueeze", "Reshape", "Flatten", "Identity", "Cast")
_SHAPING = ("Reshape", "Unsqueeze", "Expand", "Transpose", "Identity", "Cast")
_SHIFTING = ("Add", "Sub", "Mul", "Div", "Identity", "Cast")
_CONVOLUTIONS = ("Conv", "ConvTranspose")
_PREFIX = "latent-explorer/channels"
_NAME = re.compile(r"s(\d{1,4}):(\d{1,6})")


@dataclass(frozen=True)
class StyleLayer:
    """A layer whose input channels are scaled by a style.

    Attributes
    ----------
    tensor : str
        The name of its style in the graph, (N, channels).
    channels : int
    first : int
        Where its channels begin in the row of those of all layers.
    side : int
        Of the square picture that it works on, in pixels; 0 where that is not known.
    paints : bool
        Whether it makes colours (ToRGB).
    """

    tensor: str
    channels: int
    first: int
    side: int = 0
    paints: bool = False

    @property
    def words(self) -> str:
        """What it is, for people: "8 × 8, ToRGB"."""
        return ", ".join(
            [*([f"{self.side} × {self.side}"] if self.side else []), "ToRGB" if self.paints else "convolution"]
        )


@dataclass(frozen=True, order=True)
class Channel:
    """A channel of StyleSpace: the number of its layer, and its own there, both from 0."""

    layer: int
    number: int

    @property
    def name(self) -> str:
        """What scenes call it: ``s9:409``."""
        return f"s{self.layer}:{self.number}"


def channel_named(name: str) -> Channel | None:
    """The channel that a scene calls so; None where the name is none of a channel."""
    found = _NAME.fullmatch(name)
    return None if found is None else Channel(int(found[1]), int(found[2]))


def place_of(channel: Channel, layers: Sequence[StyleLayer], model: str) -> int:
    """Where a channel lies in the row of all of them.

    Raises
    ------
    Problem
        The model has no such channel.
    """
    if not layers:
        raise Problem(f"{model} has no channels of StyleSpace that can be found.", "Open a StyleGAN2 or StyleGAN3.")
    if channel.layer >= len(layers):
        what = f"{model} has no layer {channel.layer} of StyleSpace."
        raise Problem(what, f"Choose from 0 to {len(layers) - 1}.")
    layer = layers[channel.layer]
    if channel.number >= layer.channels:
        what = f"Layer {channel.layer} of {model} has no channel {channel.number}."
        raise Problem(what, f"Choose from 0 to {layer.channels - 1}.")
    return layer.first + channel.number


def channel_at(place: int, layers: Sequence[StyleLayer]) -> Channel:
    """The channel at a place of the row of all of them."""
    number = next(n for n, layer in enumerate(layers) if place < layer.first + layer.channels)
    return Channel(number, place - layers[number].first)


def channel_step(
    rows: NDArray[np.float32], layers: Sequence[StyleLayer], deviation: NDArray[np.float32], model: str
) -> NDArray[np.float32]:
    """What one step along a direction of StyleSpace adds to all channels, (channels,) float32.

    Parameters
    ----------
    rows : (k, 3) float32
        The layer, the number and the weight of each channel that it moves.
    layers : sequence of StyleLayer
    deviation : (channels,) float32
        Of each channel, over samples.
    model : str
        What to call the model.

    Raises
    ------
    Problem
        The model has no such channel.
    """
    added = np.zeros(count_of(layers), np.float32)
    for layer, number, weight in rows:
        place = place_of(Channel(int(layer), int(number)), layers, model)
        added[place] += weight * deviation[place]
    return added


def count_of(layers: Sequence[StyleLayer]) -> int:
    """How many channels layers have together."""
    return sum(layer.channels for layer in layers)


def style_layers(file: ModelFile) -> tuple[StyleLayer, ...]:
    """The layers of a synthesis network that have styles, in the graph's order; none where they cannot be found.

    A style is what a dense layer makes of w alone, and what something else is multiplied with.

    Parameters
    ----------
    file : ModelFile
        As it is on disk: it takes a w for each layer.
    """
    found = sources(file.inputs)
    if found is None:
        return ()
    graph, taken = _Graph(file.proto), consumers(file.proto)
    styles = [(name, width) for name, width in graph.dense_results(found.main.name) if _scales(name, taken)]
    starts = accumulate((width for _, width in styles), initial=0)
    shapes = tensor_shapes(file.proto)
    drawn = shapes.get(file.outputs[0].name, ()) or file.outputs[0].shape
    colours = drawn[1] if len(drawn) == 4 else 0
    layers = []
    for (name, width), first in zip(styles, starts, strict=False):
        node = _convolution(name, taken)
        made = 0 if node is None else graph.made_channels(node)
        paints = made == colours and made > 0
        layers.append(StyleLayer(name, width, first, _side(node, shapes), paints))
    return tuple(layers)


def with_offsets(file: ModelFile, layers: Sequence[StyleLayer]) -> ModelFile:
    """The synthesis with one row in place of its w: layers * numbers of w, then what is added to each channel.

    With zeros there it gives the same pictures, to the bit.
    """
    styles, numbers = style_shape(file)
    row = flattened(file)
    model, width, total = row.proto, styles * numbers, count_of(layers)
    entrance = next(value for value in model.graph.input if value.name == _row_name(model))
    before = [_chosen(entrance.name, f"{_PREFIX}/w", 0, width)]
    added = {}
    for number, layer in enumerate(layers):
        name = f"{_PREFIX}/{number}"
        before.append(_chosen(entrance.name, name, width + layer.first, layer.channels))
        added[layer.tensor] = name
    nodes = [node for pair in before for node in pair]
    for node in model.graph.node:
        _rename(node, {entrance.name: f"{_PREFIX}/w"})
        nodes.append(node)
        moved = [output for output in node.output if output in added]
        nodes += [made_node("Add", [output, added[output]], [f"{output} moved"]) for output in moved]
    _take_moved(nodes, added)
    own = list(nodes)
    del model.graph.node[:], model.graph.value_info[:]
    model.graph.node.extend(own)
    entrance.type.tensor_type.shape.dim[1].dim_value = width + total
    return replace(row, proto=model)


def styles_alone(file: ModelFile, layers: Sequence[StyleLayer]) -> bytes:
    """The serialised part of a synthesis from a row of styles * style_size to all channels, (N, channels) float32."""
    row = flattened(file)
    model = row.proto
    joined = f"{_PREFIX}/all"
    model.graph.node.append(made_node("Concat", [layer.tensor for layer in layers], [joined], axis=1))
    nodes = nodes_for(model, joined)
    used = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in model.graph.initializer if tensor.name in used]
    row_input = next(value for value in model.graph.input if value.name == _row_name(model))
    width = row_input.type.tensor_type.shape.dim[1].dim_value
    kind = row_input.type.tensor_type.elem_type
    graph = GraphProto(
        name="styles",
        node=nodes,
        input=[made_value(row_input.name, kind, [BATCH, width])],
        output=[made_value(joined, kind, [BATCH, count_of(layers)])],
        initializer=kept,
    )
    made = ModelProto(graph=graph, opset_import=model.opset_import, ir_version=model.ir_version)
    return bytes(made.SerializeToString())


class _Graph:
    """A synthesis, followed from its w."""

    def __init__(self, model: ModelProto) -> None:
        self._model = model
        self._dims: dict[str, Shape] = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
        for node in model.graph.node:
            if node.op_type == "Constant":
                value = next((a.t for a in node.attribute if a.type == AttributeProto.TENSOR), None)
                self._dims[node.output[0]] = () if value is None else tuple(value.dims)

    def dense_results(self, main: str) -> list[tuple[str, int]]:
        """What dense layers make of w alone, with all that shifts and scales it, and how many numbers it has."""
        chosen, made = {main}, dict[str, int]()
        places: dict[str, int] = {}
        for place, node in enumerate(self._model.graph.node):
            given = [name for name in node.input if name]
            rest = [name for name in given if name not in self._dims]
            if len(rest) != 1:
                continue
            if node.op_type in _CHOOSING and rest[0] in chosen:
                chosen.update(node.output)
            elif node.op_type in _DENSE and rest[0] in chosen and node.input[0] == rest[0]:
                made[node.output[0]] = self._width(node)
                places[node.output[0]] = place
            elif node.op_type in _SHIFTING and rest[0] in made:
                made[node.output[0]] = made.pop(rest[0])
                places[node.output[0]] = places.pop(rest[0])
        return [(name, made[name]) for name in sorted(made, key=places.__getitem__) if made[name]]

    def _width(self, node: NodeProto) -> int:
        weight = self._dims.get(node.input[1], ())
        turned = any(attribute.name == "transB" and attribute.i for attribute in node.attribute)
        return weight[0 if turned else -1] if len(weight) == 2 else 0

    def made_channels(self, node: NodeProto) -> int:
        """How many channels a convolution makes."""
        weight = self._dims.get(node.input[1], ())
        return weight[0 if node.op_type == "Conv" else 1] if len(weight) == 4 else 0


def _scales(style: str, taken: Mapping[str, list[NodeProto]]) -> bool:
    """Whether something is multiplied with a style."""
    return any(
        node.op_type == "Mul" or (node.op_type in _SHAPING and _scales(node.output[0], taken))
        for node in taken.get(style, ())
    )


def _convolution(style: str, taken: Mapping[str, list[NodeProto]]) -> NodeProto | None:
    """The convolution of what is multiplied with a style; None where it cannot be told."""
    for node in taken.get(style, ()):
        if node.op_type in _SHAPING and (found := _convolution(node.output[0], taken)) is not None:
            return found
        if node.op_type == "Mul":
            for after in taken.get(node.output[0], ()):
                if after.op_type in _CONVOLUTIONS:
                    return after
    return None


def _side(node: NodeProto | None, shapes: Mapping[str, Shape]) -> int:
    """The side of the picture that a convolution works on, padded or cropped as little as it is, or makes larger."""
    if node is None:
        return 0
    if node.op_type == "Conv":
        both = [shapes.get(name, ()) for name in (node.input[0], node.output[0])]
        shape, factor = min(both, key=lambda sides: sides[-1] if len(sides) == 4 else 0), 1
    else:
        strides = next((list(a.ints) for a in node.attribute if a.name == "strides"), [1])
        shape, factor = shapes.get(node.input[0], ()), strides[0]
    return shape[-1] * factor if len(shape) == 4 else 0


def _row_name(model: ModelProto) -> str:
    return next(str(value.name) for value in model.graph.input if value.name.startswith("latent-explorer/styles"))


def _chosen(row: str, name: str, first: int, count: int) -> list[NodeProto]:
    """Nodes that take so many numbers of a row, from the first on: operators that every opset has."""
    places = made_tensor(np.arange(first, first + count, dtype=np.int64))
    constant = made_node("Constant", [], [f"{name} places"], value=places)
    return [constant, made_node("Gather", [row, f"{name} places"], [name], axis=1)]


def _rename(node: NodeProto, names: Mapping[str, str]) -> None:
    for place, name in enumerate(node.input):
        if name in names:
            node.input[place] = names[name]


def _take_moved(nodes: Sequence[NodeProto], added: Mapping[str, str]) -> None:
    """Let every node but those that move them take the styles moved."""
    moved = {name: f"{name} moved" for name in added}
    for node in nodes:
        if node.output[0] not in moved.values():
            _rename(node, moved)
