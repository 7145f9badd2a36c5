"""ONNX graphs written layer by layer: in milliseconds, where the general exporter takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper
from torch import Tensor, nn

from explorer.training.weight_import.entrances import LABEL_FIRST, LATENT_FIRST, PRODUCT, SUM, Entered

_OPSET = 17
_IR_VERSION = 8
BATCH = "N"


class UnknownLayerError(Exception):
    """A module that has no graph here."""


def graph_of(
    network: nn.Module, inputs: dict[str, Sequence[int]], output: str, shape: Sequence[int]
) -> onnx.ModelProto:
    """A network as an ONNX model with an open batch.

    Parameters
    ----------
    network : Module
        Sequences of common layers, or one with classes.
    inputs : dict of str to sequence of int
        Names and shapes without the batch; one called ``label`` takes int64.
    output : str
    shape : sequence of int
        Of the output, without the batch.

    Raises
    ------
    Unknown
        It holds a module that is not among the common ones.
    """
    graph = _Graph()
    first = next(iter(inputs))
    result = _entered(graph, network) if isinstance(network, Entered) else _written(graph, network, first)
    graph.nodes.append(helper.make_node("Identity", [result], [output]))
    made = helper.make_graph(
        graph.nodes,
        "network",
        [_port(name, sizes) for name, sizes in inputs.items()],
        [_port(output, shape)],
        graph.tensors,
    )
    return helper.make_model(
        made,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="latent-explorer",
    )


def _port(name: str, shape: Sequence[int]) -> onnx.ValueInfoProto:
    kind = TensorProto.INT64 if name == "label" else TensorProto.FLOAT
    return helper.make_tensor_value_info(name, kind, [BATCH, *shape])


class _Graph:
    """Nodes and weights so far."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.tensors: list[TensorProto] = []

    def add(self, kind: str, inputs: Sequence[str], **attributes: Any) -> str:
        """Adds a node and gives the name of its result."""
        result = f"r{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [result], **attributes))
        return result

    def constant(self, values: NDArray[Any]) -> str:
        """The name of some numbers."""
        name = f"w{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def weight(self, tensor: Tensor) -> str:
        """The name of a tensor's numbers."""
        return self.constant(tensor.detach().numpy())


def _written(graph: _Graph, module: nn.Module, flow: str) -> str:
    if isinstance(module, nn.Sequential):
        for part in module:
            flow = _written(graph, part, flow)
        return flow
    if type(module) in _PLAIN:
        kind, attributes = _PLAIN[type(module)]
        return graph.add(kind, [flow], **{key: float(getattr(module, name)) for key, name in attributes.items()})
    writer = _WRITERS.get(type(module))
    if writer is None:
        raise UnknownLayerError(type(module).__name__)
    return writer(graph, module, flow)


def _entered(graph: _Graph, network: Entered) -> str:
    z = "z"
    if network.is_unit:
        one, half = (graph.constant(np.array(number, np.float32)) for number in (1, 0.5))
        z = graph.add("Mul", [graph.add("Add", [z, one]), half])
    if network.stem is not None:
        z = _written(graph, network.stem, z)
    if network.embedding is None:
        return _written(graph, network.body, z)
    row = graph.add("Gather", [graph.weight(network.embedding.weight), "label"], axis=0)
    return _written(graph, network.body, _joined(graph, z, row, network.way))


def _joined(graph: _Graph, z: str, row: str, way: str) -> str:
    if way in (PRODUCT, SUM):
        return graph.add("Mul" if way == PRODUCT else "Add", [row, z])
    if way not in (LABEL_FIRST, LATENT_FIRST):
        raise UnknownLayerError(way)
    return graph.add("Concat", [row, z] if way == LABEL_FIRST else [z, row], axis=1)


def _dense(graph: _Graph, module: nn.Linear, flow: str) -> str:
    parts = [flow, graph.weight(module.weight)]
    if module.bias is not None:
        parts.append(graph.weight(module.bias))
    return graph.add("Gemm", parts, transB=1)


def _convolved(graph: _Graph, module: Any, flow: str) -> str:
    parts = [flow, graph.weight(module.weight)]
    if module.bias is not None:
        parts.append(graph.weight(module.bias))
    attributes: dict[str, Any] = {
        "kernel_shape": list(module.kernel_size),
        "strides": list(module.stride),
        "pads": [*module.padding, *module.padding],
    }
    if isinstance(module, nn.ConvTranspose2d):
        return graph.add("ConvTranspose", parts, output_padding=list(module.output_padding), **attributes)
    return graph.add("Conv", parts, **attributes)


def _normed(graph: _Graph, module: Any, flow: str) -> str:
    parts = [graph.weight(p) for p in (module.weight, module.bias, module.running_mean, module.running_var)]
    return graph.add("BatchNormalization", [flow, *parts], epsilon=float(module.eps))


def _seen(graph: _Graph, module: nn.Unflatten, flow: str) -> str:
    sizes = module.unflattened_size
    return graph.add("Reshape", [flow, graph.constant(np.array([-1, *map(int, sizes)], np.int64))])


def _enlarged(graph: _Graph, module: nn.Upsample, flow: str) -> str:
    if module.mode != "nearest" or module.scale_factor is None:
        raise UnknownLayerError(module.mode)
    scale = float(module.scale_factor)  # type: ignore[arg-type]
    scales = graph.constant(np.array([1, 1, scale, scale], np.float32))
    return graph.add(
        "Resize",
        [flow, "", scales],
        mode="nearest",
        nearest_mode="floor",
        coordinate_transformation_mode="asymmetric",
    )


def _sloped(graph: _Graph, module: nn.PReLU, flow: str) -> str:
    slope = module.weight.detach().numpy()
    return graph.add("PRelu", [flow, graph.constant(slope.reshape(-1, 1, 1) if len(slope) > 1 else slope)])


def _silu(graph: _Graph, _module: nn.SiLU, flow: str) -> str:
    return graph.add("Mul", [flow, graph.add("Sigmoid", [flow])])


_PLAIN: dict[type[nn.Module], tuple[str, dict[str, str]]] = {
    nn.ReLU: ("Relu", {}),
    nn.LeakyReLU: ("LeakyRelu", {"alpha": "negative_slope"}),
    nn.ELU: ("Elu", {"alpha": "alpha"}),
    nn.Tanh: ("Tanh", {}),
    nn.Sigmoid: ("Sigmoid", {}),
    nn.Identity: ("Identity", {}),
    nn.Flatten: ("Flatten", {}),
}
_WRITERS: dict[type[nn.Module], Callable[[_Graph, Any, str], str]] = {
    nn.Linear: _dense,
    nn.Conv2d: _convolved,
    nn.ConvTranspose2d: _convolved,
    nn.BatchNorm1d: _normed,
    nn.BatchNorm2d: _normed,
    nn.Unflatten: _seen,
    nn.Upsample: _enlarged,
    nn.PReLU: _sloped,
    nn.SiLU: _silu,
}
