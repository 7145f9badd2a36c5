"""The synthesis of StyleGAN3 as an ONNX graph, written node by node."""

from __future__ import annotations

import math

from onnx import ModelProto
from torch import Tensor

from explorer.training.networks.stylegan3_synthesis import SLOPE, FilteredLayer, FilteredSynthesis, FourierFeatures
from explorer.training.weight_import.stylegan.style_graph import Graph


def filtered_graph(network: FilteredSynthesis) -> ModelProto:
    """``w`` (N, styles, w_size) float32 to ``picture`` (N, C, H, W) float32."""
    graph = Graph()
    x = _features(graph, network.features)
    for number, layer in enumerate(network.layers):
        assert isinstance(layer, FilteredLayer)
        x = _layer(graph, layer, f"layers.{number}", x, graph.style(number + 1))
    graph.add("Mul", [x, graph.number(network.scale)], "picture")
    return graph.synthesis(network)


def _features(graph: Graph, features: FourierFeatures) -> str:
    """As `FourierFeatures.forward`."""
    turn = graph.dense(graph.style(0), features.style, "features.style")
    two = graph.add("Gather", [turn, graph.places(0, 1)], axis=1)
    turn = graph.add("Div", [turn, graph.add("ReduceL2", [two], axes=[1], keepdims=1)])
    cosine, sine, right, low = (graph.add("Slice", [turn, *_column(graph, number)]) for number in range(4))
    across = graph.add("Sub", [graph.add("Mul", [sine, low]), graph.add("Mul", [cosine, right])])
    down = graph.add("Add", [graph.add("Mul", [sine, right]), graph.add("Mul", [cosine, low])])
    moved = graph.add("Concat", [cosine, sine, across, graph.add("Neg", [down])], axis=1)
    matrix, added = features.edits()
    kept = [graph.constant(matrix, "features.moves"), graph.constant(added, "features.phases")]
    channels, side = len(features.phases), features.side
    waves = graph.add("Reshape", [graph.add("Gemm", [moved, *kept]), graph.places(-1, 3, channels)])
    grid = graph.constant(features.grid * (2 * math.pi), "features.grid")
    x = graph.add("Sin", [graph.add("MatMul", [grid, waves])])
    x = graph.add("MatMul", [x, graph.constant(features.weight.T, "features.weight")])
    return graph.add("Reshape", [graph.add("Transpose", [x], perm=[0, 2, 1]), graph.places(-1, channels, side, side)])


def _column(graph: Graph, number: int) -> tuple[str, str, str]:
    """Where one column of a table begins and ends, and along which axis."""
    return graph.row(number), graph.row(number + 1), graph.row(1)


def _layer(graph: Graph, layer: FilteredLayer, name: str, x: str, w: str) -> str:
    """As `FilteredLayer.forward`."""
    shape, gain = layer.shape, float(layer.gain)
    style = graph.dense(w, layer.style, f"{name}.style")
    weight = graph.constant(layer.weight * gain if shape.paints else layer.weight, f"{name}.weight")
    x = graph.add("Conv", [graph.add("Mul", [x, graph.spread(style)]), weight], pads=[shape.kernel - 1] * 4)
    if not shape.paints:
        x = graph.add("Mul", [x, graph.spread(graph.demodulation(style, layer.energy(), name, gain))])
    x = graph.add("Add", [x, graph.constant(layer.bias[None, :, None, None], f"{name}.bias")])
    shares = graph.shares(x, shape.shares)
    bent = [_bent(graph, layer, name, *share) for share in zip(shares, shape.shares, strict=True)]
    return bent[0] if len(bent) == 1 else graph.add("Concat", bent, axis=1)


def _bent(graph: Graph, layer: FilteredLayer, name: str, x: str, channels: int) -> str:
    """As `FilteredLayer._bent`, of so many channels."""
    shape = layer.shape
    x = _finer(graph, layer, name, x, channels)
    x = x if shape.paints else graph.add("LeakyRelu", [x], alpha=SLOPE)
    return _coarser(graph, layer, name, graph.clamped(x, shape.clamp), channels)


def _finer(graph: Graph, layer: FilteredLayer, name: str, x: str, channels: int) -> str:
    shape, taps = layer.shape, layer.up_filter * layer.shape.up
    if shape.up == 1:
        before, behind = shape.pads
        return (
            x
            if before == behind == 0
            else graph.add("Pad", [x, graph.places(0, 0, before, before, 0, 0, behind, behind)])
        )
    first, last = shape.crops
    for axis, kernel, strides, pads in (
        ("rows", taps[:, None], [shape.up, 1], [first, 0, last, 0]),
        ("columns", taps[None], [1, shape.up], [0, first, 0, last]),
    ):
        weight = graph.constant(_each(kernel, channels), f"{name}.up {axis} {channels}")
        x = graph.add("ConvTranspose", [x, weight], strides=strides, pads=pads, group=channels)
    return x


def _coarser(graph: Graph, layer: FilteredLayer, name: str, x: str, channels: int) -> str:
    shape = layer.shape
    if shape.down_taps == shape.down == 1:
        return x
    if shape.radial:
        weight = graph.constant(_each(layer.down_filter.flip(0, 1), channels), f"{name}.down {channels}")
        return graph.add("Conv", [x, weight], strides=[shape.down] * 2, group=channels)
    taps = layer.down_filter.flip(0)
    for axis, kernel, strides in (
        ("rows", taps[:, None], [shape.down, 1]),
        ("columns", taps[None], [1, shape.down]),
    ):
        weight = graph.constant(_each(kernel, channels), f"{name}.down {axis} {channels}")
        x = graph.add("Conv", [x, weight], strides=strides, group=channels)
    return x


def _each(kernel: Tensor, channels: int) -> Tensor:
    """The same kernel for every channel."""
    return kernel.expand(channels, 1, *kernel.shape)
