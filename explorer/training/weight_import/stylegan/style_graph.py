"""StyleGANs as ONNX graphs, written node by node: a second instead of the exporter's minute, and any batch size."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper
from torch import Tensor, nn

from explorer.core.inference.mapping import W_MEAN_KEY
from explorer.core.inference.previews import PREVIEW
from explorer.training.networks.style import EPSILON, MappingNetwork, Styled, normalised
from explorer.training.networks.stylegan2_synthesis import Block, StyledConvolution, Synthesis, ToColours, first_style

BATCH = "N"
_OPSET, _IR = 17, 8


def mapping_graph(network: MappingNetwork) -> ModelProto:
    """``z`` (N, z_size) float32, and where there are classes ``label`` (N,) int64, to ``w`` (N, w_size) float32.

    The mean of w, where it is known, is in its metadata under `W_MEAN_KEY`, base64 of little-endian float32.
    """
    graph = Graph()
    inputs = [helper.make_tensor_value_info("z", TensorProto.FLOAT, [BATCH, network.z_size])]
    squared = graph.add("ReduceMean", [graph.add("Mul", ["z", "z"])], axes=[1], keepdims=1)
    length = graph.add("Sqrt", [graph.add("Add", [squared, graph.number(EPSILON)])])
    x = graph.add("Div", ["z", length])
    if network.embedding is not None:
        inputs.append(helper.make_tensor_value_info("label", TensorProto.INT64, [BATCH]))
        table = graph.constant(normalised(network.embedding), "classes")
        x = graph.add("Concat", [x, graph.add("Gather", [table, "label"], axis=0)], axis=1)
    for number, layer in enumerate(network.layers):
        assert isinstance(layer, nn.Linear)
        last = number == len(network.layers) - 1
        # A positive factor passes through leaky ReLU, and costs nothing inside the weights.
        x = graph.dense(x, layer, f"layers.{number}", network.gain)
        x = graph.add("LeakyRelu", [x], "w" if last else "", alpha=network.slope)
    model = graph.model(inputs, helper.make_tensor_value_info("w", TensorProto.FLOAT, [BATCH, network.w_size]))
    if network.w_mean is not None:
        mean = network.w_mean.detach().cpu().numpy().astype("<f4").tobytes()
        helper.set_model_props(model, {W_MEAN_KEY: base64.b64encode(mean).decode()})
    return model


def synthesis_graph(network: Synthesis) -> ModelProto:
    """``w`` (N, styles, w_size) float32 to ``picture`` (N, C, H, W) float32."""
    graph = Graph()
    x, picture = graph.constant(network.start[None], "start"), ""
    for number, block in enumerate(network.blocks):
        assert isinstance(block, Block)
        x, picture = _block(graph, block, number, x, picture, network.filter)
    graph.add("Identity", [picture], "picture")
    return graph.synthesis(network)


class Graph:
    """Nodes and constants, by names of their own."""

    def __init__(self) -> None:
        self._nodes: list[NodeProto] = []
        self._constants: dict[str, TensorProto] = {}
        self._styles: dict[int, str] = {}

    def add(self, kind: str, inputs: Sequence[str], result: str = "", **attributes: Any) -> str:
        """Adds a node and gives the name of its result."""
        result = result or f"{kind.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [result], **attributes))
        return result

    def constant(self, tensor: Tensor, name: str) -> str:
        """Keeps a tensor, once under one name."""
        if name not in self._constants:
            value = np.ascontiguousarray(tensor.detach().cpu().float().numpy())
            self._constants[name] = numpy_helper.from_array(value, name)
        return name

    def number(self, value: float) -> str:
        """A constant number."""
        name = f"number {value!r}"
        self._constants.setdefault(name, numpy_helper.from_array(np.array(value, np.float32), name))
        return name

    def places(self, *places: int) -> str:
        """Constant places of axes or entries; a single one as a number without axes."""
        name = f"places {places}"
        value = np.array(places[0] if len(places) == 1 else places, np.int64)
        self._constants.setdefault(name, numpy_helper.from_array(value, name))
        return name

    def row(self, value: int) -> str:
        """A constant row of one whole number."""
        name = f"row {value}"
        self._constants.setdefault(name, numpy_helper.from_array(np.array([value], np.int64), name))
        return name

    def dense(self, x: str, layer: nn.Linear, name: str, gain: float = 1.0) -> str:
        """A dense layer, times a factor."""
        weight = self.constant(layer.weight * gain, f"{name}.weight")
        return self.add("Gemm", [x, weight, self.constant(layer.bias * gain, f"{name}.bias")], transB=1)

    def style(self, number: int) -> str:
        """The w (N, w_size) of one layer."""
        if number not in self._styles:
            self._styles[number] = self.add("Gather", ["w", self.places(number)], axis=1)
        return self._styles[number]

    def shares(self, x: str, channels: Sequence[int]) -> list[str]:
        """(N, C, H, W) as parts of so many channels each."""
        if len(channels) == 1:
            return [x]
        names = [f"{x} {number}" for number in range(len(channels))]
        sizes = numpy_helper.from_array(np.array(channels, np.int64), f"{x} shares")
        self._constants[sizes.name] = sizes
        self._nodes.append(helper.make_node("Split", [x, sizes.name], names, axis=1))
        return names

    def spread(self, rows: str) -> str:
        """(N, C) as (N, C, 1, 1)."""
        return self.add("Unsqueeze", [rows, self.places(2, 3)])

    def demodulation(self, style: str, energy: Tensor, name: str, gain: float) -> str:
        """The factors (N, after) that bring a layer's outputs to unit variance, times a gain."""
        power = gain**2
        squares = self.constant(energy.T / power, f"{name}.energy")
        variance = self.add("MatMul", [self.add("Mul", [style, style]), squares])
        variance = self.add("Add", [variance, self.number(EPSILON / power)])
        return self.add("Reciprocal", [self.add("Sqrt", [variance])])

    def clamped(self, x: str, limit: float | None) -> str:
        """Values no further from zero than a limit."""
        return x if limit is None else self.add("Clip", [x, self.number(-limit), self.number(limit)])

    def synthesis(self, network: Styled) -> ModelProto:
        """All of it as a model from ``w`` to ``picture``."""
        w, drawn = (BATCH, network.styles, network.w_size), (BATCH, network.picture_channels, *network.sides)
        return self.model(
            [helper.make_tensor_value_info("w", TensorProto.FLOAT, w)],
            helper.make_tensor_value_info("picture", TensorProto.FLOAT, drawn),
        )

    def model(self, inputs: Sequence[ValueInfoProto], output: ValueInfoProto) -> ModelProto:
        """All of it as a model."""
        graph = helper.make_graph(self._nodes, "StyleGAN", inputs, [output], list(self._constants.values()))
        opset = helper.make_opsetid("", _OPSET)
        return helper.make_model(graph, opset_imports=[opset], ir_version=_IR, producer_name="latent-explorer")


def _block(graph: Graph, block: Block, number: int, x: str, picture: str, taps: Tensor) -> tuple[str, str]:
    """As `Block.forward`; picture is "" where there is none yet."""
    name, first = f"blocks.{number}", first_style(number)
    past = ""
    if block.skip is not None:
        past = graph.add("Conv", [x, graph.constant(block.skip.weight, f"{name}.skip.weight")])
        past = _doubled(graph, past, len(block.skip.weight), taps)
    if block.grow is not None:
        x = _styled(graph, block.grow, f"{name}.grow", x, graph.style(first), taps)
    x = _styled(graph, block.refine, f"{name}.refine", x, graph.style(first + block.convolutions - 1), taps)
    if past:
        x = graph.add("Add", [x, past])
    if picture:
        picture = _doubled(graph, picture, block.picture_channels, taps)
    if block.paint is not None:
        painted = _painted(graph, block.paint, f"{name}.paint", x, graph.style(first + block.convolutions))
        picture = graph.add("Add", [picture, painted], _on_the_way(block)) if picture else painted
    return x, picture


def _on_the_way(block: Block) -> str:
    """What the square picture that has been painted so far is called, so that a run can stop there."""
    height, width = block.refine.noise.shape
    return PREVIEW.format(height) if height == width else ""


def _styled(graph: Graph, layer: StyledConvolution, name: str, x: str, w: str, taps: Tensor) -> str:
    style = graph.dense(w, layer.style, f"{name}.style")
    x = graph.add("Mul", [x, graph.spread(style)])
    if layer.up:
        weight = graph.constant(layer.weight.transpose(0, 1), f"{name}.weight")
        x = graph.add("ConvTranspose", [x, weight], strides=[2, 2])
        x = _smoothed(graph, x, len(layer.bias), taps)
    else:
        x = graph.add("Conv", [x, graph.constant(layer.weight, f"{name}.weight")], pads=[1, 1, 1, 1])
    x = graph.add("Mul", [x, graph.spread(graph.demodulation(style, layer.energy(), name, layer.gain))])
    x = graph.add("Add", [x, graph.constant(layer.gain * layer.noise[None, None], f"{name}.noise")])
    x = graph.add("Add", [x, graph.constant(layer.gain * layer.bias[None, :, None, None], f"{name}.bias")])
    return graph.clamped(graph.add("LeakyRelu", [x], alpha=layer.slope), layer.clamp)


def _painted(graph: Graph, layer: ToColours, name: str, x: str, w: str) -> str:
    style = graph.dense(w, layer.style, f"{name}.style")
    weights = [graph.constant(layer.weight, f"{name}.weight"), graph.constant(layer.bias, f"{name}.bias")]
    x = graph.add("Conv", [graph.add("Mul", [x, graph.spread(style)]), *weights])
    return graph.clamped(x, layer.clamp)


def _smoothed(graph: Graph, x: str, channels: int, taps: Tensor) -> str:
    side = len(taps)
    kernel = (taps * 4).flip(0, 1).expand(channels, 1, side, side)
    pads = [side // 2 - 1] * 4
    return graph.add("Conv", [x, graph.constant(kernel, f"smoothing {channels}")], pads=pads, group=channels)


def _doubled(graph: Graph, x: str, channels: int, taps: Tensor) -> str:
    side = len(taps)
    kernel = graph.constant((taps * 4).expand(channels, 1, side, side), f"doubling {channels}")
    pads = [side // 2 - 1] * 4
    return graph.add("ConvTranspose", [x, kernel], strides=[2, 2], pads=pads, group=channels)
