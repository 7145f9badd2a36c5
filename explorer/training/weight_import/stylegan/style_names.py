"""The names by which programs keep the weights of a StyleGAN2, brought to those of NVIDIA's program for PyTorch."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from torch import Tensor

Value = TypeVar("Value")

STYLEGAN2, STYLEGAN3, ROSINALITY, TENSORFLOW = "StyleGAN2", "StyleGAN3", "rosinality", "TensorFlow"
PROGRAMS = {
    STYLEGAN2: ("mapping.fc0.weight", "synthesis.b4.const"),
    STYLEGAN3: ("mapping.fc0.weight", "synthesis.input.freqs"),
    TENSORFLOW: ("mapping.Dense0/weight", "synthesis.4x4/Const/const"),
    ROSINALITY: ("style.1.weight", "conv1.conv.modulation.weight"),
}
"""Two tensors by whose names the generator of each program is known."""

_PLACE = re.compile(r"(conv1|to_rgb1|convs\.(\d{1,4})|to_rgbs\.(\d{1,4}))\.(.+)")
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
    return dict(sorted(found.items(), key=lambda item: not is_average(item[0])))


def is_average(prefix: str) -> bool:
    """Whether what stands before the names of a generator says that it is a running average."""
    return "ema" in prefix.lower() or prefix.rstrip("./") == "Gs"


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
        layer = re.fullmatch(r"style\.(\d{1,4})\.(weight|bias)", name)
        noise = re.fullmatch(r"noises\.noise_(\d{1,4})", name)
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


def from_tensorflow(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Names and axes of NVIDIA's first program for StyleGAN2, of TensorFlow, as those of its later one.

    There, kernels have their axes last to first, those of growing convolutions are turned round, and what scales
    activations counts from 1.

    Raises
    ------
    ValueError
        Its classes are put in by another layer than the later program's.
    """
    if any("LabelConcat" in name for name in tensors):
        raise ValueError("its classes are put in as only the first program did")
    return dict(pair for name, tensor in tensors.items() if (pair := _of_tensorflow(name, tensor)))


def _of_tensorflow(name: str, tensor: Tensor) -> tuple[str, Tensor] | None:
    name = name.replace(".", "/", 1)
    dense = re.fullmatch(r"mapping/(Dense(\d{1,4})|LabelEmbed)/(weight|bias)", name)
    noise = re.fullmatch(r"synthesis/noise(\d{1,4})", name)
    layer = re.fullmatch(r"synthesis/(\d{1,4})x\d{1,4}/(\w+)/(\w+)", name)
    if name == "dlatent_avg":
        return "mapping.w_avg", tensor
    if dense:
        place = "embed" if dense[2] is None else f"fc{dense[2]}"
        return f"mapping.{place}.{dense[3]}", tensor.T if dense[3] == "weight" else tensor
    if noise:
        return f"synthesis.{_convolution(int(noise[1]))}.noise_const", tensor[0, 0]
    if name == "synthesis/4x4/Const/const":
        return "synthesis.b4.const", tensor[0]
    if layer and layer[2] in _TF_LAYERS and layer[3] in _TF_PARTS:
        part, change = _TF_PARTS[layer[3]]
        changed = change(tensor)
        if part == "weight" and layer[2] in ("Conv0_up", "Skip"):
            changed = changed.flip(2, 3)
        return f"synthesis.b{layer[1]}.{_TF_LAYERS[layer[2]]}.{part}", changed
    return None if name == "lod" else (name, tensor)


_TF_LAYERS = {"Conv": "conv1", "Conv0_up": "conv0", "Conv1": "conv1", "ToRGB": "torgb", "Skip": "skip"}
_TF_PARTS: dict[str, tuple[str, Callable[[Tensor], Tensor]]] = {
    "weight": ("weight", lambda tensor: tensor.permute(3, 2, 0, 1)),
    "bias": ("bias", lambda tensor: tensor),
    "noise_strength": ("noise_strength", lambda tensor: tensor),
    "mod_weight": ("affine.weight", lambda tensor: tensor.T),
    "mod_bias": ("affine.bias", lambda tensor: tensor + 1),
}
