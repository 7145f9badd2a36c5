"""An ONNX network run by torch, so that gradients pass through it.

With this any generator that can be opened can be inverted: an encoder can be fitted to it, or a picture projected
into its latent space, whatever it was trained with. It covers the operators of convolutional and fully connected
networks; the batch may be any.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from explorer.core.models.policy import read_model
from explorer.core.problem import Problem

Value = Tensor | None
_STAGES = ("LeakyRelu", "Relu", "Elu", "Gelu")  # after which features are worth comparing

Operator = Callable[[list[Value], dict[str, Any]], Tensor]


class OnnxNetwork(nn.Module):
    """An ONNX graph as a torch module; its weights are buffers and do not learn.

    Parameters
    ----------
    model : onnx.ModelProto
    eyes_only : bool
        Leave out what comes after the last non-linear stage, for networks whose `activations` alone matter.

    Raises
    ------
    Problem
        The graph uses an operator that is not known here.
    """

    def __init__(self, model: onnx.ModelProto, *, eyes_only: bool = False) -> None:
        super().__init__()
        graph = model.graph
        self._nodes = [(node.op_type, list(node.input), node.output[0], _attributes(node)) for node in graph.node]
        if eyes_only:
            stages = [place for place, (kind, *_) in enumerate(self._nodes) if kind in _STAGES]
            self._nodes = self._nodes[: max(stages, default=-1) + 1]
        unknown = sorted({kind for kind, *_ in self._nodes} - OPERATORS.keys() - {"Constant"})
        if unknown:
            raise Problem(
                f"This network uses {', '.join(unknown)}, through which no gradients can be taken here.",
                "Use a convolutional or fully connected network, or one trained by this program.",
            )
        self._buffer_names: dict[str, str] = {}
        for name, value in _constants(graph):
            self._buffer_names[name] = f"weight_{len(self._buffer_names)}"
            self.register_buffer(self._buffer_names[name], torch.from_numpy(value.copy()))
        self._inputs = [value.name for value in graph.input if value.name not in self._buffer_names]
        self._output = graph.output[0].name

    @classmethod
    def load(cls, path: Path, *, eyes_only: bool = False) -> OnnxNetwork:
        """The network in the ONNX file ``path``.

        Raises
        ------
        Problem
            The file is missing, damaged, against the policy, or uses an unknown operator.
        """
        return cls(read_model(path).proto, eyes_only=eyes_only)

    def forward(self, *given: Tensor) -> Tensor:
        """The first output for these inputs, in the order of the graph."""
        return self.run(*given)[self._output]

    def run(self, *given: Tensor) -> dict[str, Tensor]:
        """Every value of the graph, by its name in the file."""
        values: dict[str, Tensor] = dict(zip(self._inputs, given, strict=True))
        for name, buffer in self._buffer_names.items():
            values[name] = getattr(self, buffer)
        for kind, names, output, attributes in self._nodes:
            if kind != "Constant":
                values[output] = OPERATORS[kind]([values[n] if n else None for n in names], attributes)
        return values

    def activations(self, *given: Tensor) -> list[Tensor]:
        """What the network sees at each non-linear stage, (N, C, H, W) each: features to compare pictures by."""
        values = self.run(*given)
        wanted = [out for kind, _, out, _ in self._nodes if kind in _STAGES]
        return [values[name] for name in wanted if values[name].ndim == 4]


def _attributes(node: onnx.NodeProto) -> dict[str, Any]:
    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


def _constants(graph: onnx.GraphProto) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    for tensor in graph.initializer:
        yield tensor.name, numpy_helper.to_array(tensor)
    for node in graph.node:
        if node.op_type == "Constant":
            for attribute in node.attribute:
                value = helper.get_attribute_value(attribute)
                array = numpy_helper.to_array(value) if attribute.name == "value" else np.array(value)
                yield node.output[0], array.astype(np.float32) if array.dtype == np.float64 else array


def _ints(value: Tensor) -> list[int]:
    return [int(v) for v in value.tolist()]


def _padding(attributes: dict[str, Any], rank: int) -> list[int]:
    if attributes.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID"):
        raise Problem("This network pads its convolutions automatically.", "Export it with explicit padding.")
    return list(attributes.get("pads", [0] * 2 * rank))


def _conv(inputs: list[Value], attributes: dict[str, Any]) -> Tensor:
    x, weight, bias = inputs[0], inputs[1], inputs[2] if len(inputs) > 2 else None
    assert x is not None and weight is not None
    rank = weight.ndim - 2
    pads = _padding(attributes, rank)
    # functional.pad counts from the last axis, ONNX gives all beginnings, then all ends.
    flat = [pad for axis in reversed(range(rank)) for pad in (pads[axis], pads[axis + rank])]
    convolve = {1: functional.conv1d, 2: functional.conv2d}[rank]
    ones = [1] * rank
    stride, dilation = attributes.get("strides", ones), attributes.get("dilations", ones)
    convolved: Tensor = convolve(functional.pad(x, flat), weight, bias, stride, 0, dilation, attributes.get("group", 1))
    return convolved


def _conv_transpose(inputs: list[Value], attributes: dict[str, Any]) -> Tensor:
    x, weight, bias = inputs[0], inputs[1], inputs[2] if len(inputs) > 2 else None
    assert x is not None and weight is not None
    pads = _padding(attributes, 2)
    if pads[:2] != pads[2:]:
        raise Problem("This network pads a transposed convolution unevenly.", "Export it with even padding.")
    extra = attributes.get("output_padding", [0, 0])
    dilation = attributes.get("dilations", [1, 1])
    stride, group = attributes.get("strides", [1, 1]), attributes.get("group", 1)
    return functional.conv_transpose2d(x, weight, bias, stride, pads[:2], extra, group, dilation)


def _gemm(inputs: list[Value], attributes: dict[str, Any]) -> Tensor:
    a, b, c = inputs[0], inputs[1], inputs[2] if len(inputs) > 2 else None
    assert a is not None and b is not None
    a = a.T if attributes.get("transA") else a
    b = b.T if attributes.get("transB") else b
    product: Tensor = attributes.get("alpha", 1.0) * (a @ b)
    return product if c is None else product + attributes.get("beta", 1.0) * c


def _batch_norm(inputs: list[Value], attributes: dict[str, Any]) -> Tensor:
    x, scale, shift, mean, variance = inputs[:5]
    assert x is not None
    return functional.batch_norm(x, mean, variance, scale, shift, False, 0.0, attributes.get("epsilon", 1e-5))


def _resize(inputs: list[Value], attributes: dict[str, Any]) -> Tensor:
    x = inputs[0]
    assert x is not None
    scales = inputs[2] if len(inputs) > 2 and inputs[2] is not None and inputs[2].numel() else None
    sizes = inputs[3] if len(inputs) > 3 else None
    if sizes is None and scales is None:
        scales = inputs[1]  # Upsample, the operator's older name
    mode = attributes.get("mode", b"nearest").decode()
    height, width = _ints(sizes)[2:] if sizes is not None else _scaled(x, scales)
    if mode == "nearest":
        if height % x.shape[2] or width % x.shape[3]:
            raise Problem("This network resizes by nearest pixel, not by a whole factor.", "Export it otherwise.")
        return functional.interpolate(x, (height, width), mode="nearest")
    if attributes.get("antialias") or attributes.get("coordinate_transformation_mode") == b"tf_crop_and_resize":
        raise Problem("This network resizes in a way that is not known here.", "Export it otherwise.")
    corners = attributes.get("coordinate_transformation_mode", b"half_pixel") == b"align_corners"
    kind = {"linear": "bilinear", "cubic": "bicubic"}[mode]
    return functional.interpolate(x, (height, width), mode=kind, align_corners=corners)


def _scaled(x: Tensor, scales: Value) -> list[int]:
    assert scales is not None
    return [round(side * scale) for side, scale in zip(x.shape[2:], scales.tolist()[2:], strict=True)]


def _reshape(inputs: list[Value], attributes: dict[str, Any]) -> Tensor:
    x, shape = inputs[0], inputs[1]
    assert x is not None and shape is not None
    keep_zero = bool(attributes.get("allowzero", 0))
    wanted = [x.shape[i] if side == 0 and not keep_zero else side for i, side in enumerate(_ints(shape))]
    return x.reshape(wanted)


def _squeeze(inputs: list[Value], attributes: dict[str, Any]) -> Tensor:
    x = inputs[0]
    assert x is not None
    axes = _axes(inputs, attributes)
    return x.squeeze(tuple(axes)) if axes is not None else x.squeeze()


def _unsqueeze(inputs: list[Value], attributes: dict[str, Any]) -> Tensor:
    x = inputs[0]
    assert x is not None
    for axis in sorted(_axes(inputs, attributes) or []):
        x = x.unsqueeze(axis)
    return x


def _axes(inputs: list[Value], attributes: dict[str, Any]) -> list[int] | None:
    if len(inputs) > 1 and inputs[1] is not None:
        return _ints(inputs[1])
    axes = attributes.get("axes")
    return None if axes is None else list(axes)


def _mean(inputs: list[Value], attributes: dict[str, Any]) -> Tensor:
    x = inputs[0]
    assert x is not None
    axes = _axes(inputs, attributes) or list(range(x.ndim))
    return x.mean(axes, keepdim=bool(attributes.get("keepdims", 1)))


def _clip(inputs: list[Value], attributes: dict[str, Any]) -> Tensor:
    x = inputs[0]
    assert x is not None
    low = inputs[1] if len(inputs) > 1 else attributes.get("min")
    high = inputs[2] if len(inputs) > 2 else attributes.get("max")
    return x if low is None and high is None else torch.clamp(x, low, high)


def _slice(inputs: list[Value], attributes: dict[str, Any]) -> Tensor:
    x, starts, ends = inputs[:3]
    assert x is not None and starts is not None and ends is not None
    axes = _ints(inputs[3]) if len(inputs) > 3 and inputs[3] is not None else range(x.ndim)
    steps = _ints(inputs[4]) if len(inputs) > 4 and inputs[4] is not None else [1] * len(starts)
    for start, end, axis, step in zip(_ints(starts), _ints(ends), axes, steps, strict=False):
        span = range(*slice(start, end, step).indices(x.shape[axis]))
        x = x.index_select(axis, torch.tensor(list(span), device=x.device))
    return x


def _gather(inputs: list[Value], attributes: dict[str, Any]) -> Tensor:
    x, places = inputs[0], inputs[1]
    assert x is not None and places is not None
    axis = attributes.get("axis", 0) % x.ndim
    found = x.index_select(axis, torch.where(places < 0, places + x.shape[axis], places).long().flatten())
    return found.reshape(*x.shape[:axis], *places.shape, *x.shape[axis + 1 :])


def _cast(x: Tensor, attributes: dict[str, Any]) -> Tensor:
    kind = str(helper.tensor_dtype_to_np_dtype(attributes["to"]))
    # Doubles and halves are run as floats, as constants are.
    wanted = torch.float32 if kind.startswith("float") else getattr(torch, kind, None)
    if wanted is None:
        raise Problem(f"This network computes with numbers of the kind {kind}.", "Export it otherwise.")
    return x.to(wanted)


def _unary(function: Callable[[Tensor], Tensor]) -> Operator:
    def apply(inputs: list[Value], attributes: dict[str, Any]) -> Tensor:
        assert inputs[0] is not None
        return function(inputs[0])

    return apply


def _binary(function: Callable[[Tensor, Tensor], Tensor]) -> Operator:
    def apply(inputs: list[Value], attributes: dict[str, Any]) -> Tensor:
        assert inputs[0] is not None and inputs[1] is not None
        return function(inputs[0], inputs[1])

    return apply


def _with(function: Callable[[Tensor, dict[str, Any]], Tensor]) -> Operator:
    def apply(inputs: list[Value], attributes: dict[str, Any]) -> Tensor:
        assert inputs[0] is not None
        return function(inputs[0], attributes)

    return apply


def _flatten(x: Tensor, attributes: dict[str, Any]) -> Tensor:
    return x.reshape(math.prod(x.shape[: attributes.get("axis", 1)]), -1)


OPERATORS: dict[str, Operator] = {
    "Add": _binary(torch.add),
    "BatchNormalization": _batch_norm,
    "Cast": _with(_cast),
    "Clip": _clip,
    "Concat": lambda inputs, a: torch.cat([x for x in inputs if x is not None], a["axis"]),
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "Div": _binary(torch.div),
    "Equal": _binary(torch.eq),
    "Elu": _with(lambda x, a: functional.elu(x, a.get("alpha", 1.0))),
    "Exp": _unary(torch.exp),
    "Flatten": _with(_flatten),
    "Gather": _gather,
    "Gelu": _with(lambda x, a: functional.gelu(x, approximate=a.get("approximate", b"none").decode())),
    "Gemm": _gemm,
    "Identity": _unary(lambda x: x),
    "LeakyRelu": _with(lambda x, a: functional.leaky_relu(x, a.get("alpha", 0.01))),
    "MatMul": _binary(torch.matmul),
    "Mul": _binary(torch.mul),
    "Neg": _unary(torch.neg),
    "Pow": _binary(torch.pow),
    "ReduceMean": _mean,
    "Relu": _unary(functional.relu),
    "Reshape": _reshape,
    "Resize": _resize,
    "Sigmoid": _unary(torch.sigmoid),
    "Slice": _slice,
    "Softplus": _unary(functional.softplus),
    "Sqrt": _unary(torch.sqrt),
    "Squeeze": _squeeze,
    "Sub": _binary(torch.sub),
    "Tanh": _unary(torch.tanh),
    "Transpose": _with(lambda x, a: x.permute(*a.get("perm", range(x.ndim)[::-1]))),
    "Unsqueeze": _unsqueeze,
    "Upsample": _resize,
}
