"""StyleGAN2 and StyleGAN2-ADA, conditional ones too, of NVIDIA's programs for PyTorch and TensorFlow and rosinality's.

A mapping and a synthesis are rebuilt apart, so that W, truncation and style mixing work. Both programs keep
weights before the factors that equalise learning rates (Karras et al. 2018, section 4.1); these are multiplied in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from explorer.training.networks.stylegan2_synthesis import Synthesis, SynthesisShape, smoothing_filter
from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.stylegan.style_names import ROSINALITY, STYLEGAN2, TENSORFLOW
from explorer.training.weight_import.stylegan.style_parts import (
    StyleTensors,
    activation_of,
    clamp_of,
    loaded,
    rebuilt_style,
)

ORDER = 10  # its names are like no other's
_USUAL_CLAMP = 256.0  # with which NVIDIA's programs train
_MOST_BLOCKS = 11
_LARGEST_SIDE = 4096


def rebuild(
    tensors: Mapping[str, Tensor], chosen: Mapping[str, str], settings: Mapping[str, Any] | None = None
) -> Rebuilt | None:
    """The mapping and the synthesis of a StyleGAN2; None where the tensors are of something else.

    Parameters and errors are those of `rebuilt_style`.
    """
    return rebuilt_style(tensors, chosen, settings, (STYLEGAN2, ROSINALITY, TENSORFLOW), _synthesis)


def _synthesis(parts: StyleTensors) -> Synthesis:
    shape = _shape(parts)
    smoothing = _filter(parts)
    network = Synthesis(replace(shape, taps=len(smoothing)))
    state = {"start": parts["synthesis.b4.const"], "filter": smoothing}
    silent = False
    for number in range(len(shape.channels)):
        there = f"synthesis.b{4 << number}"
        for own, theirs in (("grow", "conv0"), ("refine", "conv1"), ("paint", "torgb"), ("skip", "skip")):
            if f"{there}.{theirs}.weight" in parts:
                made = _layer(parts, f"{there}.{theirs}", own, shape, number)
                state |= {f"blocks.{number}.{own}.{name}": tensor for name, tensor in made.items()}
        silent |= f"{there}.conv1.noise_strength" in parts and f"{there}.conv1.noise_const" not in parts
    if silent:
        parts.problems.append("The file has no noise of its own, so another, fixed one was drawn.")
    return loaded(network, state)


def _shape(parts: StyleTensors) -> SynthesisShape:
    sides = [4 << number for number in range(_MOST_BLOCKS)]
    sides = sides[: next((n for n, side in enumerate(sides) if f"synthesis.b{side}.conv1.weight" not in parts), None)]
    first = "synthesis.b4"
    last = f"synthesis.b{sides[-1]}"
    residual = any(f"synthesis.b{side}.skip.weight" in parts for side in sides)
    height, width = parts[f"{first}.const"].shape[1:]
    if max(height, width) << len(sides) - 1 > _LARGEST_SIDE:
        raise ValueError(f"pictures of more than {_LARGEST_SIDE} pixels")
    return SynthesisShape(
        w_size=parts[f"{first}.conv1.affine.weight"].shape[1],
        start=(height, width),
        channels=tuple(len(parts[f"synthesis.b{side}.conv1.weight"]) for side in sides),
        picture_channels=len(parts[f"{last}.torgb.weight"]),
        architecture="skip" if f"{first}.torgb.weight" in parts else "resnet" if residual else "orig",
        activation=activation_of(parts, f"{first}.conv1"),
        clamp=clamp_of(parts, f"{first}.conv1", None if parts.foreign else _USUAL_CLAMP),
    )


def _filter(parts: StyleTensors) -> Tensor:
    """The smoothing filter (k, k), with the sum 1."""
    name = "synthesis.b8.conv0.resample_filter"
    taps = parts[name] if name in parts else smoothing_filter(4)
    return torch.outer(taps, taps) if taps.dim() == 1 else taps


def _layer(parts: StyleTensors, there: str, own: str, shape: SynthesisShape, number: int) -> dict[str, Tensor]:
    """The tensors of one of our layers, in effect."""
    weight = parts[f"{there}.weight"]
    if own == "skip":
        return {"weight": weight * math.sqrt(0.5 / weight.shape[1])}
    style, offset = parts.dense(f"{there}.affine")
    made = {"style.weight": style, "style.bias": offset, "bias": parts[f"{there}.bias"]}
    if own == "paint":
        return made | {"weight": weight / math.sqrt(weight[0].numel())}
    return made | {"weight": weight, "noise": _noise(parts, there, shape, number)}


def _noise(parts: StyleTensors, there: str, shape: SynthesisShape, number: int) -> Tensor:
    if f"{there}.noise_strength" not in parts:
        return torch.zeros(shape.side(number))
    strength = parts[f"{there}.noise_strength"]
    if f"{there}.noise_const" in parts:
        return parts[f"{there}.noise_const"] * strength
    drawn = torch.Generator().manual_seed(2 * number + there.endswith("conv1"))
    return torch.randn(shape.side(number), generator=drawn) * strength
