"""Every model brought to one form, inside its graph: the same names, and pictures as bytes.

Generators take ``latent`` (N, d) float32, and ``class`` (N,) int64 where they have classes, and give
``pictures`` (N, H, W, C) uint8. What looks at pictures takes those and gives ``result`` (N, d) float32; a
translator gives ``result`` (N, H, W, C) uint8, or (H, W, C) where it leaves the batch out.
Done in the graph, the conversion costs a fraction of what it costs outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.inference.adjustable import HELD_NOISE, adjustable_inputs, held_value, input_like
from explorer.core.inference.previews import PREVIEW, nodes_for, preview_side
from explorer.core.inference.providers import BATCH
from explorer.core.models.card import ModelCard
from explorer.core.models.graph import ModelFile, Port
from explorer.core.models.inputs import Held, Sources, row_shape
from explorer.core.models.onnx_parts import (
    ModelProto,
    NodeProto,
    TensorProto,
    ValueInfoProto,
    made_node,
    made_tensor,
    made_value,
    type_number,
)
from explorer.core.models.roles import Frame, Roles
from explorer.core.rendering.transparency import colours_of, has_alpha

if TYPE_CHECKING:
    from explorer.core.inference.features import FeatureLayer

LATENT, CLASS, PICTURES, RESULT = (f"latent-explorer/{n}" for n in ("latent", "class", "pictures", "result"))
FEATURES = "latent-explorer/features"
BLACK, STEP = (f"latent-explorer/{n}" for n in ("black", "step"))

_FLOAT = TensorProto.FLOAT
_QUANTIZE_SINCE = 10  # the opset that brought QuantizeLinear

Batch = int | str
"""A number of pictures, or "dynamic"."""


def wrapped_generator(file: ModelFile, found: Roles, card: ModelCard, batch: Batch) -> bytes:
    """The serialised model from latents (and classes) to pictures as bytes.

    Parameters
    ----------
    file : ModelFile
    found : Roles
        Of a generator.
    card : ModelCard
        Whose value range is taken for black and white.
    batch : int or "dynamic"
    """
    if found.drawn is None:
        raise ValueError("only a generator draws pictures")
    before, after = _Nodes("before"), _Nodes("after")
    size = BATCH if isinstance(batch, str) else batch
    inputs = _feed_sources(before, found.sources, size) + adjustable_inputs(file.proto)
    _emit_bytes(after, found.result, found.drawn, card.value_range, file.opset)
    sides = [size, found.drawn.height, found.drawn.width, found.drawn.channels]
    return _joined(file, before, after, inputs, made_value(PICTURES, TensorProto.UINT8, sides))


def wrapped_preview(wrapped: bytes, card: ModelCard, channels: int) -> tuple[bytes, int]:
    """As `wrapped_generator` gives it, but stopped early, and the side of the pictures that it then gives.

    The side is 0, and there is no model, where it cannot be stopped; see `previews`.
    """
    model = ModelProto.FromString(wrapped)
    side = preview_side(model, min(card.height, card.width))
    if not side:
        return b"", 0
    port, after = Port(PREVIEW.format(side), "float32", ()), _Nodes("preview")
    opset = next(each.version for each in model.opset_import if each.domain in ("", "ai.onnx"))
    frame = Frame("NCHW", side, side, channels)
    _emit_bytes(after, port, frame, card.value_range, opset)
    sides: list[str | int | None] = [BATCH, side, side, channels]
    output = made_value(PICTURES, TensorProto.UINT8, sides)
    return _stopped_at(model, port.name, after, output), side


def wrapped_features(wrapped: bytes, layer: FeatureLayer) -> bytes:
    """As `wrapped_generator` gives it, but stopped at a layer: ``features`` (N, C, height, width) float32.

    The sides are those of the layer, averaged down by its ``thinning``; rows that are left over fall away.
    """
    model, after = ModelProto.FromString(wrapped), _Nodes("layer")
    name = after.add("Cast", [layer.tensor], to=TensorProto.FLOAT)
    if (factor := layer.thinning) > 1:
        name = after.add("AveragePool", [name], kernel_shape=[factor] * 2, strides=[factor] * 2)
    after.add("Identity", [name], FEATURES)
    sides = [None, layer.channels, layer.height // factor, layer.width // factor]
    return _stopped_at(model, layer.tensor, after, made_value(FEATURES, _FLOAT, sides))


def _stopped_at(model: ModelProto, name: str, after: _Nodes, output: ValueInfoProto) -> bytes:
    """The part of a wrapped model that one of its tensors needs, and what is made of that."""
    nodes = [*nodes_for(model, name), *after.nodes]
    used = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in model.graph.initializer if tensor.name in used]
    fed = [value for value in model.graph.input if value.name in used]
    parts: Sequence[tuple[Any, Sequence[Any]]] = (
        (model.graph.node, nodes),
        (model.graph.initializer, kept),
        (model.graph.input, fed),
        (model.graph.output, [output]),
    )
    for part, content in parts:
        own = list(content)
        del part[:]
        part.extend(own)
    del model.graph.value_info[:]
    return bytes(model.SerializeToString())


def wrapped_reader(file: ModelFile, found: Roles, card: ModelCard, batch: Batch) -> bytes:
    """The serialised model from pictures as bytes, and classes where it takes them, to vectors.

    These are latents, scores, attributes, bits, or the bits of pixels in rows. Parameters are those of
    `wrapped_generator`, for a model that is shown pictures.
    """
    frame = found.shown
    if frame is None:
        raise ValueError("only what is shown pictures reads them")
    before, after = _Nodes("before"), _Nodes("after")
    size = BATCH if isinstance(batch, str) else batch
    numbers = 1 if found.kind == "critic" else found.numbers
    _feed_pictures(before, found.sources.main, frame, card.value_range)
    result = after.add("Cast", [found.result.name], to=TensorProto.FLOAT)
    after.add("Reshape", [result, after.ints((-1, numbers) if numbers else (0, -1))], RESULT)
    sides = [size, frame.height or None, frame.width or None, frame.channels]
    inputs = [made_value(PICTURES, TensorProto.UINT8, sides)]
    if (label := found.sources.label) is not None:
        inputs.append(made_value(CLASS, TensorProto.INT64, [size]))
        _feed_class(before, found.sources, label)
    given = made_value(RESULT, TensorProto.FLOAT, [size, numbers or None])
    return _joined(file, before, after, inputs, given)


def wrapped_mapping(file: ModelFile, taken: Sources, result: Port) -> bytes:
    """The serialised mapping from latents (and classes) to w, ``result`` (N, style_size) float32.

    Parameters
    ----------
    file : ModelFile
    taken : Sources
        A latent, and perhaps a class.
    result : Port
        A w for each latent; where it is given once a layer, the first is taken.
    """
    before, after = _Nodes("before"), _Nodes("after")
    size = taken.batch if isinstance(taken.batch, int) else BATCH
    inputs = _feed_sources(before, taken, size)
    name = after.add("Cast", [result.name], to=TensorProto.FLOAT)
    if len(result.shape) == 3:
        name = after.add("Gather", [name, after.constant(np.array(0, np.int64))], axis=1)
    after.add("Identity", [name], RESULT)
    given = made_value(RESULT, TensorProto.FLOAT, [size, result.shape[-1]])
    return _joined(file, before, after, inputs, given)


def wrapped_translator(file: ModelFile, found: Roles, batch: int) -> bytes:
    """The serialised model from pictures as bytes to pictures as bytes, of any size that it takes.

    Its values are told when it runs, for they are seldom known: ``black``, a float32, is what 0 becomes on its way
    in, and ``step``, one too, what a level of 255 is worth; on the way out it is the other way round. A model of
    bytes has neither. One that takes a latent beside the picture is given ``latent`` (N, d) float32.
    """
    shown, drawn = found.shown, found.drawn
    if shown is None or drawn is None:
        raise ValueError("only a translator makes pictures of pictures")
    before, after = _Nodes("before"), _Nodes("after")
    for held in found.sources.held:
        before.cast(before.constant(held.value(batch)), held.port)
    port, told = found.sources.main, [made_value(n, _FLOAT, []) for n in (BLACK, STEP)]
    _feed_pictures(before, port, shown, (0.0, 255.0), (BLACK, STEP))
    _emit_any_size(after, found.result, drawn, file.opset)
    takes = [batch, shown.height or None, shown.width or None, shown.channels]
    pictures = made_value(PICTURES, TensorProto.UINT8, takes)
    gives = made_value(RESULT, TensorProto.UINT8, [None] * max(len(found.result.shape), 3))
    of_bytes = port.dtype == found.result.dtype == "uint8"
    fed = [pictures] if of_bytes else [pictures, *told]
    if (style := found.sources.style) is not None:
        before.shaped(LATENT, row_shape(style), style)
        fed.append(made_value(LATENT, _FLOAT, [batch, found.sources.style_size]))
    return _joined(file, before, after, fed, gives)


class _Nodes:
    """Nodes to put before or after a graph, with names that clash with none of its own."""

    def __init__(self, place: str) -> None:
        self._place = place
        self.nodes: list[NodeProto] = []
        self.kept: list[TensorProto] = []

    def add(self, kind: str, inputs: Sequence[str], result: str = "", **attributes: Any) -> str:
        """Adds a node and gives the name of its result."""
        result = result or f"latent-explorer/{self._place}/{len(self.nodes)}"
        self.nodes.append(made_node(kind, list(inputs), [result], **attributes))
        return result

    def constant(self, value: NDArray[Any]) -> str:
        """The name of a constant. Constants are nodes: old files count initialisers as inputs."""
        return self.add("Constant", [], value=made_tensor(value))

    def settable(self, value: NDArray[Any], name: str) -> str:
        """The name of a constant that a run may set anew: an initialiser that is an input too."""
        self.kept.append(made_tensor(value, name))
        return name

    def floats(self, value: float) -> str:
        """The name of a constant number."""
        return self.constant(np.array(value, np.float32))

    def ints(self, values: Sequence[int] | range) -> str:
        """The name of a constant row of whole numbers."""
        return self.constant(np.array(values, np.int64))

    def shaped(self, name: str, shape: Sequence[int], port: Port) -> None:
        """Feeds float32 of some shape to an input of the graph. A cast to the same type costs onnxruntime time."""
        if port.dtype == "float32":
            self.add("Reshape", [name, self.ints(shape)], port.name)
        else:
            self.cast(self.add("Reshape", [name, self.ints(shape)]), port)

    def cast(self, name: str, port: Port) -> None:
        """Feeds an input of the graph, in its own type."""
        self.add("Cast", [name], port.name, to=type_number(port.dtype))


def _feed_sources(before: _Nodes, taken: Sources, size: Batch) -> list[ValueInfoProto]:
    """The latent, what is held and the class to their inputs; gives the new inputs."""
    inputs = [made_value(LATENT, TensorProto.FLOAT, [size, taken.width])]
    _feed_latent(before, taken)
    for held in taken.held:
        _hold(before, held, size, taken.width)
    if taken.label is not None:
        inputs.append(made_value(CLASS, TensorProto.INT64, [size]))
        _feed_class(before, taken, taken.label)
    return inputs + [input_like(tensor) for tensor in before.kept]


def _feed_latent(before: _Nodes, inputs: Sources) -> None:
    """The latent to its input; a long one to several, part by part."""
    first = 0
    for port, count in zip((inputs.main, *inputs.more), inputs.parts, strict=True):
        name = LATENT
        if inputs.more:
            name = before.add("Gather", [name, before.ints(range(first, first + count))], axis=1)
        before.shaped(name, row_shape(port), port)
        first += count


def _hold(before: _Nodes, held: Held, size: Batch, width: int) -> None:
    """An input that keeps its value; with a row for each picture where the batch is open."""
    value = held_value(held, None if isinstance(size, str) else size)
    noisy = held.kind == "noise"
    kept = before.settable(value, HELD_NOISE.format(held.port.name)) if noisy else before.constant(value)
    if not (held.follows_batch and isinstance(size, str)):
        before.cast(kept, held.port)
        return
    # A row of zeros for each latent, spread over the value: operators that every opset has.
    column = before.add("MatMul", [LATENT, before.constant(np.zeros((width, 1), np.float32))])
    rows = before.add("Reshape", [column, before.ints((-1, *[1] * (value.ndim - 1)))])
    before.cast(before.add("Add", [kept, rows]), held.port)


def _feed_class(before: _Nodes, inputs: Sources, port: Port) -> None:
    column = before.add("Reshape", [CLASS, before.ints((-1, 1)[: max(len(port.shape), 1)])])
    if inputs.one_hot:
        column = before.add("Equal", [column, before.ints(range(inputs.classes))])
    elif not port.shape:
        column = before.add("Reshape", [CLASS, before.ints(())])
    before.cast(column, port)


def _feed_pictures(
    before: _Nodes,
    port: Port,
    frame: Frame,
    value_range: tuple[float, float],
    told: tuple[str, str] | None = None,
) -> None:
    """Brings pictures to the model; ``told`` names inputs that say black and step, instead of the range."""
    name = PICTURES
    if not frame.channels_last:
        name = before.add("Transpose", [name], perm=[0, 3, 1, 2])
    if port.dtype != "uint8":
        low, high = value_range
        black, step = told or (before.floats(low), before.floats((high - low) / 255))
        name = before.add("Cast", [name], to=TensorProto.FLOAT)
        name = before.add("Mul", [name, step])
        name = before.add("Add", [name, black])
    if len(port.shape) == 3:  # one picture, without an axis for the batch
        axes = (frame.channels, frame.height, frame.width)
        shape = (*axes[1:], axes[0]) if frame.channels_last else axes
        name = before.add("Reshape", [name, before.ints(shape)])
    if frame.is_flat:
        name = before.add("Reshape", [name, before.ints((-1, frame.channels * frame.height * frame.width))])
    before.cast(name, port)


def _emit_bytes(after: _Nodes, port: Port, frame: Frame, value_range: tuple[float, float], opset: int) -> None:
    name = port.name
    if port.dtype not in ("uint8", "float32"):
        name = after.add("Cast", [name], to=TensorProto.FLOAT)
    if port.dtype != "uint8":
        name = _as_bytes(after, name, value_range, opset)
    sides = (frame.height, frame.width)
    shape = (-1, *sides, frame.channels) if frame.channels_last else (-1, frame.channels, *sides)
    _emit_turned(after, after.add("Reshape", [name, after.ints(shape)]), frame, 4, PICTURES)


def _emit_turned(after: _Nodes, name: str, frame: Frame, axes: int, result: str) -> None:
    """Channels last, alpha too."""
    if frame.channels_last:
        after.add("Identity", [name], result)
    else:
        after.add("Transpose", [name], result, perm=[0, 2, 3, 1] if axes == 4 else [1, 2, 0])


def _as_bytes(after: _Nodes, name: str, value_range: tuple[float, float], opset: int) -> str:
    """Values between black and white as the nearest of 0 to 255, those beyond as 0 or 255."""
    low, high = value_range
    if opset >= _QUANTIZE_SINCE:  # scales, rounds, clips and casts in one pass over the picture
        if low != 0.0:
            name = after.add("Sub", [name, after.floats(low)])
        zero = after.constant(np.array(0, np.uint8))
        return after.add("QuantizeLinear", [name, after.floats((high - low) / 255.0), zero])
    scale = 255.0 / (high - low)
    name = after.add("Mul", [name, after.floats(scale)])
    name = after.add("Add", [name, after.floats(0.5 - low * scale)])
    name = after.add("Clip", [name], min=0.0, max=255.5)  # the fraction falls away with the cast
    return after.add("Cast", [name], to=TensorProto.UINT8)


def _emit_any_size(after: _Nodes, port: Port, frame: Frame, opset: int) -> None:
    """As `_emit_bytes`, but for the values, which are told, and the sides, which stay as they come."""
    name = port.name
    if port.dtype != "uint8":
        name = after.add("Cast", [name], to=TensorProto.FLOAT)
        name = after.add("Sub", [name, BLACK])
        if opset >= _QUANTIZE_SINCE:
            zero = after.constant(np.array(0, np.uint8))
            name = after.add("QuantizeLinear", [name, STEP, zero])
        else:
            name = after.add("Add", [after.add("Div", [name, STEP]), after.floats(0.5)])
            name = after.add("Cast", [after.add("Clip", [name], min=0.0, max=255.5)], to=TensorProto.UINT8)
    if has_alpha(frame.channels):  # which nobody asks of a translator
        colours = after.ints(range(colours_of(frame.channels)))
        name = after.add("Gather", [name, colours], axis=len(port.shape) - (1 if frame.channels_last else 3))
    _emit_turned(after, name, frame, len(port.shape), RESULT)


def _joined(
    file: ModelFile, before: _Nodes, after: _Nodes, inputs: Sequence[ValueInfoProto], output: ValueInfoProto
) -> bytes:
    """The model between the nodes, with the inputs that the first of them feed replaced."""
    model = ModelProto()
    model.CopyFrom(file.proto)
    graph = model.graph
    graph.initializer.extend(before.kept)
    fed = {name for node in before.nodes for name in node.output}
    own = [value for value in graph.input if value.name not in fed]
    nodes = [*before.nodes, *graph.node, *after.nodes]
    parts: Sequence[tuple[Any, Sequence[Any]]] = (
        (graph.node, nodes),
        (graph.input, [*inputs, *own]),
        (graph.output, [output]),
        (graph.value_info, []),  # speaks of the batch size by another name
    )
    for part, content in parts:
        del part[:]
        part.extend(content)
    return bytes(model.SerializeToString())
