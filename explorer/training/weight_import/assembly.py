"""Modules made of a chain, with the weights in them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeVar

import torch
from torch import Tensor, nn

from explorer.training.weight_import.activations import activation
from explorer.training.weight_import.architecture import ADDED, Architecture, Step
from explorer.training.weight_import.chains.chain import TURNS, Chain
from explorer.training.weight_import.chains.geometry import StridePlan, Way
from explorer.training.weight_import.choices import Taste
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


def steps_of(found: Chain, plan: StridePlan | None, taste: Taste) -> Architecture:
    """A chain as steps.

    Parameters
    ----------
    found : Chain
    plan : StridePlan or None
        Strides and paddings; None where nothing is convolved.
    taste : Taste
        What the weights do not tell.
    """
    steps: list[Step] = []
    ways = iter(plan.ways if plan else ())
    norms = turns = 0
    for link in found.links:
        if link.acts:
            steps.append(Step("act", kind=taste.hidden, guessed=("kind",)))
        if link.view:
            steps.append(Step("view", size=(link.view[0], link.view[1], link.view[1])))
        if link.doubles:
            steps.append(Step("enlarge", kind="nearest", guessed=("kind",)))
        stride, padding, more = next(ways) if link.op in TURNS else (1, 0, 0)
        if link.op == "shuffle":
            steps.append(Step("shuffle"))
            continue
        epsilon = taste.epsilon_of(norms) if link.op == "norm" else 1e-5
        kind, guessed = (taste.norm, ("kind",)) if link.op == "affine" else ("", ())
        steps.append(Step(link.op, link.layer.name, kind, (), stride, padding, more, epsilon, guessed=guessed))
        norms += link.op == "norm"
        turns += link.op in TURNS
        if plan and link.op in TURNS and plan.crop[0] == turns:
            steps.append(Step("crop", size=(plan.crop[1], plan.crop[1])))
    steps.append(Step("act", kind=taste.last, guessed=("kind",)))
    if not found.channels and (frame := frame_of(found.numbers)):
        steps.append(Step("view", size=frame))
    return tuple(steps)


def layers_by_name(found: Chain) -> dict[str, WeightLayer]:
    """The layers of a chain by their names."""
    return {link.layer.name: link.layer for link in found.links}


def assembled(found: Chain, plan: StridePlan | None, taste: Taste) -> nn.Sequential:
    """A chain as modules, in eval mode, with its weights; arguments as of `steps_of`."""
    return built(steps_of(found, plan, taste), layers_by_name(found))


def built(steps: Architecture, layers: Mapping[str, WeightLayer]) -> nn.Sequential:
    """The modules of an architecture, in eval mode, with the weights of its layers."""
    modules: list[nn.Module] = []
    flat = True
    for step in steps:
        flat = (flat or step.op == "dense") and step.op != "view"
        modules.append(module_of(step, layers, flat))
    return sequence(modules)


def module_of(step: Step, layers: Mapping[str, WeightLayer], flat: bool) -> nn.Module:
    """The module of one step; ``flat`` where it takes rows of numbers rather than pictures."""
    if step.op in ADDED:
        return _added(step)
    layer = layers[step.layer]
    if step.op == "dense":
        return dense(layer.weight, layer.bias)
    if step.op == "norm":
        return batch_norm(layer, flat, step.epsilon)
    if step.op == "affine":
        return affine(layer, step.kind, step.epsilon)
    if step.op == "slope":
        return _loaded(nn.PReLU(len(layer.weight)), {"weight": layer.weight})
    if step.op == "up":
        return transposed(layer, (step.stride, step.padding, step.more))
    return convolution(layer, step.stride, step.padding)


def _added(step: Step) -> nn.Module:
    if step.op == "act":
        return activation(step.kind)
    if step.op == "view":
        return nn.Unflatten(1, step.size)
    if step.op == "enlarge":
        if step.kind == "nearest":
            return nn.Upsample(scale_factor=step.factor)
        return nn.Upsample(scale_factor=step.factor, mode="bilinear", align_corners=step.kind == "bilinear-corners")
    if step.op == "shuffle":
        return nn.PixelShuffle(step.factor)
    return Crop(*step.size)


class Crop(nn.Module):
    """The upper left part of pictures, as in generators that make 32 pixels of which 28 are kept."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.height, self.width = height, width

    def forward(self, pictures: Tensor) -> Tensor:
        """(N, C, H, W) to (N, C, height, width)."""
        return pictures[:, :, : self.height, : self.width]


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


def affine(layer: WeightLayer, kind: str, epsilon: float = 1e-5) -> nn.Module:
    """Another normalisation with the weights of a layer: ``instance``, ``layer``, or ``group-8`` of so many groups;
    of weights for each place of a picture, whatever ``kind``, the normalisation of all of it.

    Raises
    ------
    ValueError
        The channels cannot be parted into so many groups.
    """
    if layer.weight.dim() == 3:
        return _loaded(nn.LayerNorm(layer.weight.shape, epsilon), {"weight": layer.weight, "bias": layer.bias})
    width = len(layer.weight)
    groups = {"instance": width, "layer": 1}.get(kind) or int(kind.removeprefix("group-"))
    return _loaded(nn.GroupNorm(groups, width, epsilon), {"weight": layer.weight, "bias": layer.bias})


def _loaded(module: _M, parts: dict[str, Tensor | None]) -> _M:
    module.load_state_dict({name: part for name, part in parts.items() if part is not None}, strict=True)
    return module


def sequence(modules: Sequence[nn.Module]) -> nn.Sequential:
    """Modules one after the other, in eval mode and without gradients."""
    return nn.Sequential(*modules).eval().requires_grad_(False)
