"""What the operators of ONNX do, in torch."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import torch
from onnx import helper
from torch import Tensor
from torch.nn import functional

from explorer.core.problem import Problem
from explorer.training.projection.onnx_pooling import average_pool, max_pool, reduced

Value = Tensor | None

Operator = Callable[..., Tensor | tuple[Tensor, ...]]
"""Takes the node's attributes, then its inputs; what is left out is None. Gives the first result, or all of them."""


def _ints(value: Tensor) -> list[int]:
    return [int(v) for v in value.tolist()]


def _padding(attributes: dict[str, Any], rank: int) -> list[int]:
    if attributes.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID"):
        raise Problem("This network pads its convolutions automatically.", "Export it with explicit padding.")
    return list(attributes.get("pads", [0] * 2 * rank))


def _conv(attributes: dict[str, Any], x: Tensor, weight: Tensor, bias: Value = None) -> Tensor:
    rank = weight.ndim - 2
    pads = _padding(attributes, rank)
    # functional.pad counts from the last axis, ONNX gives all beginnings, then all ends.
    flat = [pad for axis in reversed(range(rank)) for pad in (pads[axis], pads[axis + rank])]
    convolve = {1: functional.conv1d, 2: functional.conv2d}[rank]
    ones = [1] * rank
    stride, dilation = attributes.get("strides", ones), attributes.get("dilations", ones)
    convolved: Tensor = convolve(functional.pad(x, flat), weight, bias, stride, 0, dilation, attributes.get("group", 1))
    return convolved


def _conv_transpose(attributes: dict[str, Any], x: Tensor, weight: Tensor, bias: Value = None) -> Tensor:
    pads = _padding(attributes, 2)
    extra = attributes.get("output_padding", [0, 0])
    dilation = attributes.get("dilations", [1, 1])
    stride, group = attributes.get("strides", [1, 1]), attributes.get("group", 1)
    even = pads[:2] == pads[2:]
    taken = pads[:2] if even else [0, 0]
    x = functional.conv_transpose2d(x, weight, bias, stride, taken, extra, group, dilation)
    # What is padded unevenly is taken away afterwards: StyleGAN3 crops so what its filters make beyond the picture.
    return x if even else functional.pad(x, [-pads[1], -pads[3], -pads[0], -pads[2]])


def _gemm(attributes: dict[str, Any], a: Tensor, b: Tensor, c: Value = None) -> Tensor:
    a = a.T if attributes.get("transA") else a
    b = b.T if attributes.get("transB") else b
    product: Tensor = attributes.get("alpha", 1.0) * (a @ b)
    return product if c is None else product + attributes.get("beta", 1.0) * c


def _batch_norm(
    attributes: dict[str, Any], x: Tensor, scale: Value, shift: Value, mean: Value, variance: Value
) -> Tensor:
    return functional.batch_norm(x, mean, variance, scale, shift, False, 0.0, attributes.get("epsilon", 1e-5))


def _resize(attributes: dict[str, Any], x: Tensor, region: Value, scales: Value = None, sizes: Value = None) -> Tensor:
    if sizes is None and (scales is None or not scales.numel()):
        scales = region  # Upsample, the operator's older name
    mode = attributes.get("mode", b"nearest").decode()
    height, width = _ints(sizes)[2:] if sizes is not None else _scaled(x, scales)
    if mode == "nearest":
        if height % x.shape[2] or width % x.shape[3]:
            raise Problem("This network resizes by nearest pixel, not by a whole factor.", "Export it in another way.")
        return functional.interpolate(x, (height, width), mode="nearest")
    if attributes.get("antialias") or attributes.get("coordinate_transformation_mode") == b"tf_crop_and_resize":
        raise Problem("This network resizes in a way that is not known here.", "Export it in another way.")
    corners = attributes.get("coordinate_transformation_mode", b"half_pixel") == b"align_corners"
    kind = {"linear": "bilinear", "cubic": "bicubic"}[mode]
    return functional.interpolate(x, (height, width), mode=kind, align_corners=corners)


def _scaled(x: Tensor, scales: Value) -> list[int]:
    assert scales is not None
    return [round(side * scale) for side, scale in zip(x.shape[2:], scales.tolist()[2:], strict=True)]


def _reshape(attributes: dict[str, Any], x: Tensor, shape: Tensor) -> Tensor:
    keep_zero = bool(attributes.get("allowzero", 0))
    wanted = [x.shape[i] if side == 0 and not keep_zero else side for i, side in enumerate(_ints(shape))]
    return x.reshape(wanted)


def _squeeze(attributes: dict[str, Any], x: Tensor, axes: Value = None) -> Tensor:
    found = _axes(attributes, axes)
    return x.squeeze(tuple(found)) if found is not None else x.squeeze()


def _unsqueeze(attributes: dict[str, Any], x: Tensor, axes: Value = None) -> Tensor:
    for axis in sorted(_axes(attributes, axes) or []):
        x = x.unsqueeze(axis)
    return x


def _axes(attributes: dict[str, Any], axes: Value) -> list[int] | None:
    """The axes that a node names: as an input, or as an attribute in older files."""
    return attributes.get("axes") if axes is None else _ints(axes)


def _split(attributes: dict[str, Any], x: Tensor, sizes: Value = None) -> tuple[Tensor, ...]:
    axis = attributes.get("axis", 0)
    told = attributes.get("split") if sizes is None else _ints(sizes)
    if told is None:
        raise Problem("This network splits its values without saying how.", "Export it with the sizes of the parts.")
    return torch.split(x, told, axis)


def _clip(attributes: dict[str, Any], x: Tensor, low: Value = None, high: Value = None) -> Tensor:
    low = attributes.get("min") if low is None else low
    high = attributes.get("max") if high is None else high
    return x if low is None and high is None else torch.clamp(x, low, high)


def _slice(
    attributes: dict[str, Any], x: Tensor, starts: Tensor, ends: Tensor, axes: Value = None, steps: Value = None
) -> Tensor:
    along = range(x.ndim) if axes is None else _ints(axes)
    strides = [1] * len(starts) if steps is None else _ints(steps)
    for start, end, axis, step in zip(_ints(starts), _ints(ends), along, strides, strict=False):
        span = range(*slice(start, end, step).indices(x.shape[axis]))
        x = x.index_select(axis, torch.tensor(list(span), device=x.device))
    return x


def _gather(attributes: dict[str, Any], x: Tensor, places: Tensor) -> Tensor:
    axis = attributes.get("axis", 0) % x.ndim
    found = x.index_select(axis, torch.where(places < 0, places + x.shape[axis], places).long().flatten())
    return found.reshape(*x.shape[:axis], *places.shape, *x.shape[axis + 1 :])


def _cast(attributes: dict[str, Any], x: Tensor) -> Tensor:
    kind = str(helper.tensor_dtype_to_np_dtype(attributes["to"]))
    # Doubles and halves are run as floats, as constants are.
    wanted = torch.float32 if kind.startswith("float") else getattr(torch, kind, None)
    if wanted is None:
        raise Problem(f"This network computes with numbers of the kind {kind}.", "Export it in another way.")
    return x.to(wanted)


def _plain(function: Callable[..., Tensor]) -> Operator:
    """What takes inputs alone."""
    return lambda _attributes, *inputs: function(*inputs)


def _flatten(attributes: dict[str, Any], x: Tensor) -> Tensor:
    return x.reshape(math.prod(x.shape[: attributes.get("axis", 1)]), -1)


def _depth_to_space(attributes: dict[str, Any], x: Tensor) -> Tensor:
    """Channels as pixels; torch takes them in the order that ONNX calls CRD, the other one is DCR."""
    side = attributes["blocksize"]
    if attributes.get("mode", b"DCR") != b"CRD":
        count, channels, height, width = x.shape
        parts = x.reshape(count, side * side, channels // side**2, height, width)
        x = parts.transpose(1, 2).flatten(1, 2)
    return functional.pixel_shuffle(x, side)


def _pad(attributes: dict[str, Any], x: Tensor, pads: Value = None, value: Value = None, axes: Value = None) -> Tensor:
    mode = attributes.get("mode", b"constant").decode()
    around = attributes.get("pads") if pads is None else _ints(pads)
    if axes is not None or around is None or mode not in _PADDING:
        raise Problem("This network pads its pictures in an unusual way.", "Export it in another way.")
    half = len(around) // 2
    # functional.pad counts from the last axis, ONNX gives all beginnings, then all ends.
    turned = [number for pair in zip(around[:half][::-1], around[half:][::-1], strict=True) for number in pair]
    if mode != "constant":
        return functional.pad(x, turned[: 2 * (x.ndim - 2)], mode=_PADDING[mode])
    filled = attributes.get("value", 0.0) if value is None else float(value)
    return functional.pad(x, turned, value=filled)


_PADDING = {"constant": "constant", "reflect": "reflect", "edge": "replicate"}

OPERATORS: dict[str, Operator] = {
    "Abs": _plain(torch.abs),
    "Add": _plain(torch.add),
    "AveragePool": average_pool,
    "BatchNormalization": _batch_norm,
    "Cast": _cast,
    "Clip": _clip,
    "Concat": lambda a, *inputs: torch.cat([x for x in inputs if x is not None], a["axis"]),
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "Cos": _plain(torch.cos),
    "DepthToSpace": _depth_to_space,
    "Div": _plain(torch.div),
    "Dropout": lambda _a, x, *_rates: x,
    "Einsum": lambda a, *x: torch.einsum(a["equation"].decode(), *x),
    "Equal": _plain(torch.eq),
    "Elu": lambda a, x: functional.elu(x, a.get("alpha", 1.0)),
    "Erf": _plain(torch.erf),
    "Exp": _plain(torch.exp),
    "Flatten": _flatten,
    "Gather": _gather,
    "Gelu": lambda a, x: functional.gelu(x, approximate=a.get("approximate", b"none").decode()),
    "Gemm": _gemm,
    "GlobalAveragePool": lambda _a, x: x.mean((2, 3), keepdim=True),
    "GlobalMaxPool": lambda _a, x: x.amax((2, 3), keepdim=True),
    "HardSigmoid": lambda a, x: (a.get("alpha", 0.2) * x + a.get("beta", 0.5)).clamp(0, 1),
    "HardSwish": _plain(functional.hardswish),
    "Identity": _plain(lambda x: x),
    "InstanceNormalization": lambda a, x, scale, shift: functional.instance_norm(
        x, weight=scale, bias=shift, eps=a.get("epsilon", 1e-5)
    ),
    "LeakyRelu": lambda a, x: functional.leaky_relu(x, a.get("alpha", 0.01)),
    "Log": _plain(torch.log),
    "LogSoftmax": lambda a, x: functional.log_softmax(x, a.get("axis", -1)),
    "MatMul": _plain(torch.matmul),
    "Max": _plain(lambda *x: functools.reduce(torch.maximum, x)),
    "MaxPool": max_pool,
    "Min": _plain(lambda *x: functools.reduce(torch.minimum, x)),
    "Mish": _plain(functional.mish),
    "Mul": _plain(torch.mul),
    "Neg": _plain(torch.neg),
    "PRelu": _plain(lambda x, slope: torch.where(x < 0, slope * x, x)),
    "Pad": _pad,
    "Pow": _plain(torch.pow),
    "Reciprocal": _plain(torch.reciprocal),
    "ReduceL2": reduced(torch.linalg.vector_norm),
    "ReduceMax": reduced(torch.amax),
    "ReduceMean": reduced(torch.mean),
    "ReduceMin": reduced(torch.amin),
    "ReduceSum": reduced(torch.sum),
    "Relu": _plain(functional.relu),
    "Reshape": _reshape,
    "Resize": _resize,
    "Selu": _plain(functional.selu),
    "Shape": lambda a, x: torch.tensor(x.shape[a.get("start", 0) : a.get("end", x.ndim)]),
    "Sigmoid": _plain(torch.sigmoid),
    "Sin": _plain(torch.sin),
    "Slice": _slice,
    "Softmax": lambda a, x: functional.softmax(x, a.get("axis", -1)),
    "Softplus": _plain(functional.softplus),
    "Softsign": _plain(functional.softsign),
    "Split": _split,
    "Sqrt": _plain(torch.sqrt),
    "Squeeze": _squeeze,
    "Sub": _plain(torch.sub),
    "Tanh": _plain(torch.tanh),
    "Transpose": lambda a, x: x.permute(*a.get("perm", range(x.ndim)[::-1])),
    "Unsqueeze": _unsqueeze,
    "Upsample": _resize,
    "Where": _plain(torch.where),
}
