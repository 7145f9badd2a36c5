"""The names by which programs keep the weights of a StyleGAN2, brought to those of NVIDIA's program for PyTorch."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import TypeVar

from torch import Tensor

Value = TypeVar("Value")

STYLEGAN2, STYLEGAN3, ROSINALITY = "StyleGAN2", "StyleGAN3", "rosinality"
PROGRAMS = {
    STYLEGAN2: ("mapping.fc0.weight", "synthesis.b4.const"),
    STYLEGAN3: ("mapping.fc0.weight", "synthesis.input.freqs"),
    ROSINALITY: ("style.1.weight", "conv1.conv.modulation.weight"),
}
"""Two tensors by whose names the generator of each program is known."""

_PLACE = re.compile(r"(conv1|to_rgb1|convs\.(\d+)|to_rgbs\.(\d+))\.(.+)")
_PARTS = {
    "conv.modulation.weight": "affine.weight",
    "conv.modulation.bias": "affine.bias",
    "activate.bias": "bias",
    "noise.weight": "noise_strength",
    "bias": "bias",
}


def copies(tensors: Mapping[str, Tensor]) -> dict[str, str]:
    """What stands before the names of each generator in a file, and a key of `PROGRAMS` for each; averages first."""
    found = {}
    for name in tensors:
        for program, (start, beside) in PROGRAMS.items():
            prefix = name.removesuffix(start)
            if name.endswith(start) and f"{prefix}{beside}" in tensors:
                found[prefix] = program
    return dict(sorted(found.items(), key=lambda item: "ema" not in item[0].lower()))


def below(tensors: Mapping[str, Value], prefix: str) -> dict[str, Value]:
    """What has a name that begins with ``prefix``, without it."""
    return {name.removeprefix(prefix): tensors[name] for name in tensors if name.startswith(prefix)}


def from_rosinality(tensors: Mapping[str, Tensor], mean: Tensor | None) -> dict[str, Tensor]:
    """Names of rosinality/stylegan2-pytorch as NVIDIA's; ``mean`` is that of w, kept beside the generator.

    Numbers change in one place: its 3x3 convolutions are scaled before they are demodulated, NVIDIA's are not.
    """
    named = dict(_renamed(tensors))
    if mean is not None:
        named["mapping.w_avg"] = mean.reshape(-1, mean.shape[-1])[0]
    return named


def _renamed(tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    for name, tensor in tensors.items():
        layer = re.fullmatch(r"style\.(\d+)\.(weight|bias)", name)
        noise = re.fullmatch(r"noises\.noise_(\d+)", name)
        place = _PLACE.fullmatch(name)
        if layer:
            yield f"mapping.fc{int(layer[1]) - 1}.{layer[2]}", tensor
        elif noise:
            yield f"synthesis.{_convolution(int(noise[1]))}.noise_const", tensor.flatten(0, -3)[0]
        elif name == "input.input":
            yield "synthesis.b4.const", tensor[0]
        elif place:
            yield from _part(f"synthesis.{_where(place)}", place[4], tensor)
        else:
            yield name, tensor


def _where(place: re.Match[str]) -> str:
    if place[2] is not None:
        return _convolution(int(place[2]) + 1)
    block = 0 if place[3] is None else int(place[3]) + 1
    return f"b{4 << block}.{'conv1' if place[1] == 'conv1' else 'torgb'}"


def _convolution(number: int) -> str:
    """The place of a 3x3 convolution, by how many there are before it."""
    return f"b{4 << (number + 1) // 2}.conv{(number + 1) % 2}"


def _part(where: str, part: str, tensor: Tensor) -> Iterator[tuple[str, Tensor]]:
    if part == "conv.weight":
        weight = tensor[0]
        scale = 1.0 if where.endswith("torgb") else 1 / math.sqrt(weight[0].numel())
        yield f"{where}.weight", weight * scale
    elif part == "conv.blur.kernel" or part == "upsample.kernel":
        yield f"{where}.resample_filter", tensor / tensor.sum()
    elif part in _PARTS:
        shapes = {"noise.weight": (), "bias": (-1,)}  # one number, and one for each colour
        yield f"{where}.{_PARTS[part]}", tensor.reshape(shapes.get(part, tensor.shape))
    else:
        yield f"{where}.{part}", tensor
