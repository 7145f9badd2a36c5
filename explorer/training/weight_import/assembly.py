"""Modules made of a chain, with the weights in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import torch
from torch import Tensor, nn

from explorer.training.weight_import.chain import Chain, Link
from explorer.training.weight_import.choices import Taste, activation, last_activation
from explorer.training.weight_import.geometry import StridePlan, Way
from explorer.training.weight_import.layers import WeightLayer

_ODD_FRAMES = {560: (1, 28, 20)}  # Frey faces
_SMALLEST_SIDE, _LARGEST_SIDE = 8, 2048
_M = TypeVar("_M", bound=nn.Module)


def frame_of(numbers: int) -> tuple[int, int, int] | None:
    """Channels, height and width of a picture of so many numbers; None where that is no picture."""
    if numbers in _ODD_FRAMES:
        return _ODD_FRAMES[numbers]
    for channels in (1, 3):
        side = math.isqrt(numbers // channels)
        if side * side * channels == numbers and _SMALLEST_SIDE <= side <= _LARGEST_SIDE:
            return channels, side, side
    return None


def assembled(found: Chain, plan: StridePlan | None, taste: Taste) -> nn.Sequential:
    """A chain as modules, in eval mode, with its weights.

    Parameters
    ----------
    found : Chain
    plan : StridePlan or None
        Strides and paddings; None where nothing is convolved.
    taste : Taste
        What the weights do not tell.
    """
    modules: list[nn.Module] = []
    ways = iter(plan.ways if plan else ())
    flat = True
    for link in found.links:
        if link.acts:
            modules.append(activation(taste.hidden))
        if link.view:
            modules.append(nn.Unflatten(1, (link.view[0], link.view[1], link.view[1])))
            flat = False
        if link.doubles:
            modules.append(nn.Upsample(scale_factor=2))
        way = next(ways) if link.op in ("up", "conv") else (1, 0, 0)
        modules.append(_module(link, way, flat, float(taste.epsilon)))
    modules.append(last_activation(taste.last))
    if not found.channels and (frame := frame_of(found.numbers)):
        modules.append(nn.Unflatten(1, frame))
    return nn.Sequential(*modules).eval().requires_grad_(False)


def _module(link: Link, way: Way, flat: bool, epsilon: float) -> nn.Module:
    layer = link.layer
    if link.op == "dense":
        return dense(layer.weight, layer.bias)
    if link.op == "norm":
        return batch_norm(layer, flat, epsilon)
    if link.op == "slope":
        return _loaded(nn.PReLU(len(layer.weight)), {"weight": layer.weight})
    if link.op == "up":
        return transposed(layer, way)
    return convolution(layer, way[0], way[1])


def dense(weight: Tensor, bias: Tensor | None) -> nn.Linear:
    """A dense layer with these weights."""
    made = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    return _loaded(made, {"weight": weight, "bias": bias})


def convolution(layer: WeightLayer, stride: int, padding: int) -> nn.Conv2d:
    """A convolution with the weights of a layer."""
    out, into, kernel = (int(size) for size in layer.weight.shape[:3])
    made = nn.Conv2d(into, out, kernel, stride, padding, bias=layer.bias is not None)
    return _loaded(made, {"weight": layer.weight, "bias": layer.bias})


def transposed(layer: WeightLayer, way: Way) -> nn.ConvTranspose2d:
    """A transposed convolution with the weights of a layer."""
    into, out, kernel = (int(size) for size in layer.weight.shape[:3])
    made = nn.ConvTranspose2d(into, out, kernel, *way, bias=layer.bias is not None)
    return _loaded(made, {"weight": layer.weight, "bias": layer.bias})


def batch_norm(layer: WeightLayer, flat: bool, epsilon: float = 1e-5) -> nn.BatchNorm1d | nn.BatchNorm2d:
    """A batch normalisation with the weights and the statistics of a layer."""
    assert layer.mean is not None
    assert layer.variance is not None
    width = len(layer.weight)
    made = nn.BatchNorm1d(width, epsilon) if flat else nn.BatchNorm2d(width, epsilon)
    bias = torch.zeros(width) if layer.bias is None else layer.bias
    parts: dict[str, Tensor | None] = {
        "weight": layer.weight,
        "bias": bias,
        "running_mean": layer.mean,
        "running_var": layer.variance,
        "num_batches_tracked": torch.tensor(0),
    }
    return _loaded(made, parts)


def _loaded(module: _M, parts: dict[str, Tensor | None]) -> _M:
    module.load_state_dict({name: part for name, part in parts.items() if part is not None}, strict=True)
    return module


def sequence(modules: Sequence[nn.Module]) -> nn.Sequential:
    """Modules one after the other, in eval mode and without gradients."""
    return nn.Sequential(*modules).eval().requires_grad_(False)
