"""What those operators of ONNX do in torch that bring many values down to few: pools and reductions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from explorer.core.problem import Problem

Value = Tensor | None


def _around(attributes: dict[str, Any]) -> list[int]:
    """How many pixels are put around a picture, as `functional.pad` counts them."""
    if attributes.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID"):
        raise Problem("This network pads its pools automatically.", "Export it with explicit padding.")
    if len(attributes["kernel_shape"]) != 2 or attributes.get("dilations", [1, 1]) != [1, 1]:
        raise Problem("This network pools in a way that is not known here.", "Export it in another way.")
    top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
    return [left, right, top, bottom]


def max_pool(attributes: dict[str, Any], x: Tensor) -> Tensor:
    """The largest value of each window."""
    padded = functional.pad(x, _around(attributes), value=-math.inf)
    strides, kernel = attributes.get("strides", [1, 1]), attributes["kernel_shape"]
    return functional.max_pool2d(padded, kernel, strides, ceil_mode=bool(attributes.get("ceil_mode", 0)))


def average_pool(attributes: dict[str, Any], x: Tensor) -> Tensor:
    """The mean of each window; what was put around counts only where the node says so."""
    around, kernel = _around(attributes), attributes["kernel_shape"]
    strides, ceil = attributes.get("strides", [1, 1]), bool(attributes.get("ceil_mode", 0))
    summed = functional.avg_pool2d(functional.pad(x, around), kernel, strides, ceil_mode=ceil)
    if not any(around) or attributes.get("count_include_pad", 0):
        return summed
    ones = functional.pad(torch.ones_like(x[:1, :1]), around)
    return summed / functional.avg_pool2d(ones, kernel, strides, ceil_mode=ceil)


def reduced(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """An operator that brings the named axes, or all, down to one value by a function of torch."""

    def reduce(attributes: dict[str, Any], x: Tensor, axes: Value = None) -> Tensor:
        told = attributes.get("axes") if axes is None else [int(axis) for axis in axes.tolist()]
        return function(x, dim=told or list(range(x.ndim)), keepdim=bool(attributes.get("keepdims", 1)))

    return reduce
