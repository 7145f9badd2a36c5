"""StyleGAN2s with random weights, as programs save them, and their formulas written out plainly."""

from __future__ import annotations

import math
import pickle
import sys
import types
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

RATE = 0.01
_ROOT = math.sqrt(2)


@dataclass(frozen=True)
class Style:
    """What a random StyleGAN2 is like."""

    size: int = 64
    channel_base: int = 1024
    channel_max: int = 32
    z_size: int = 24
    w_size: int = 16
    layers: int = 3
    classes: int = 0
    colours: int = 3
    architecture: str = "skip"
    clamp: float | None = 256.0
    seed: int = 0

    @property
    def sides(self) -> list[int]:
        return [4 << number for number in range(int(math.log2(self.size)) - 1)]

    @property
    def styles(self) -> int:
        return 2 * len(self.sides)

    def channels(self, side: int) -> int:
        return min(self.channel_base // side, self.channel_max)


def smoothing() -> Tensor:
    row = torch.tensor([1.0, 3.0, 3.0, 1.0])
    return torch.outer(row, row) / 64


def nvidia_state(style: Style) -> OrderedDict[str, Tensor]:
    """The state dict of NVIDIA's generator, with noise, biases and the mean of w all different from zero."""
    rng = torch.Generator().manual_seed(style.seed)

    def drawn(*shape: int) -> Tensor:
        return torch.randn(shape, generator=rng)

    state: OrderedDict[str, Tensor] = OrderedDict()
    for side in style.sides:
        there, after = f"synthesis.b{side}", style.channels(side)
        before = style.channels(side // 2) if side > 4 else 0
        state[f"{there}.resample_filter"] = smoothing()
        if not before:
            state[f"{there}.const"] = drawn(after, 4, 4)
        for name, into in (("conv0", before), ("conv1", after)):
            if not into:
                continue
            state[f"{there}.{name}.affine.weight"] = drawn(into, style.w_size)
            state[f"{there}.{name}.affine.bias"] = 1 + 0.3 * drawn(into)
            state[f"{there}.{name}.weight"] = drawn(after, into, 3, 3)
            state[f"{there}.{name}.noise_const"] = drawn(side, side)
            state[f"{there}.{name}.noise_strength"] = 0.2 * drawn(1)[0]
            state[f"{there}.{name}.bias"] = 0.3 * drawn(after)
            state[f"{there}.{name}.resample_filter"] = smoothing()
        if style.architecture == "skip" or side == style.size:
            state[f"{there}.torgb.affine.weight"] = drawn(after, style.w_size)
            state[f"{there}.torgb.affine.bias"] = 1 + 0.3 * drawn(after)
            state[f"{there}.torgb.weight"] = 0.2 * drawn(style.colours, after, 1, 1)
            state[f"{there}.torgb.bias"] = 0.1 * drawn(style.colours)
        if style.architecture == "resnet" and before:
            state[f"{there}.skip.weight"] = drawn(after, before, 1, 1)
            state[f"{there}.skip.resample_filter"] = smoothing()
    if style.classes:
        state["mapping.embed.weight"] = drawn(style.w_size, style.classes)
        state["mapping.embed.bias"] = 0.3 * drawn(style.w_size)
    into = style.z_size + (style.w_size if style.classes else 0)
    for number in range(style.layers):
        state[f"mapping.fc{number}.weight"] = drawn(style.w_size, into) / RATE
        state[f"mapping.fc{number}.bias"] = drawn(style.w_size)
        into = style.w_size
    state["mapping.w_avg"] = 0.5 * drawn(style.w_size)
    return state


# The formulas, with weights modulated sample by sample (Karras et al. 2020, equations 1 and 3).


def reference_w(state: Mapping[str, Tensor], z: Tensor, label: Tensor | None = None) -> Tensor:
    x = z / (z.square().mean(1, keepdim=True) + 1e-8).sqrt()
    if label is not None:
        weight = state["mapping.embed.weight"]
        one_hot = F.one_hot(label, weight.shape[1]).float()
        y = one_hot @ (weight / math.sqrt(weight.shape[1])).T + state["mapping.embed.bias"]
        x = torch.cat([x, y / (y.square().mean(1, keepdim=True) + 1e-8).sqrt()], 1)
    number = 0
    while (name := f"mapping.fc{number}.weight") in state:
        weight = state[name] * RATE / math.sqrt(state[name].shape[1])
        x = x @ weight.T + state[f"mapping.fc{number}.bias"] * RATE
        x = torch.where(x > 0, x, 0.2 * x) * _ROOT
        number += 1
    return x


def reference_picture(state: Mapping[str, Tensor], style: Style, ws: Tensor) -> Tensor:
    return torch.cat([_drawn(state, style, w) for w in ws])


def _drawn(state: Mapping[str, Tensor], style: Style, w: Tensor) -> Tensor:
    x = state["synthesis.b4.const"][None]
    picture = None
    at = 0
    for side in style.sides:
        there = f"synthesis.b{side}"
        convolutions = 2 if side > 4 else 1
        residual = style.architecture == "resnet" and side > 4
        past = None
        if residual:
            weight = state[f"{there}.skip.weight"]
            past = upfirdn(F.conv2d(x, weight / math.sqrt(weight.shape[1])), up=2, pad=(2, 1)) * math.sqrt(
                0.5
            )
        if side > 4:
            x = _convolved(state, f"{there}.conv0", x, w[at], style.clamp, 1.0, up=True)
        gain = math.sqrt(0.5) if residual else 1.0
        x = _convolved(state, f"{there}.conv1", x, w[at + convolutions - 1], style.clamp, gain)
        x = x if past is None else x + past
        if picture is not None:
            picture = upfirdn(picture, up=2, pad=(2, 1))
        if f"{there}.torgb.weight" in state:
            painted = _painted(state, f"{there}.torgb", x, w[at + convolutions], style.clamp)
            picture = painted if picture is None else picture + painted
        at += convolutions
    assert picture is not None
    return picture


def _convolved(
    state: Mapping[str, Tensor],
    there: str,
    x: Tensor,
    w: Tensor,
    clamp: float | None,
    gain: float,
    up: bool = False,
) -> Tensor:
    weight = state[f"{there}.weight"] * _affine(state, there, w)[None, :, None, None]
    weight = weight / (weight.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
    x = F.conv2d(upfirdn(x, up=2, pad=(3, 2)), weight.flip(2, 3)) if up else F.conv2d(x, weight, padding=1)
    x = x + state[f"{there}.noise_const"] * state[f"{there}.noise_strength"]
    x = x + state[f"{there}.bias"][None, :, None, None]
    return _clamped(torch.where(x > 0, x, 0.2 * x) * _ROOT * gain, None if clamp is None else clamp * gain)


def _painted(state: Mapping[str, Tensor], there: str, x: Tensor, w: Tensor, clamp: float | None) -> Tensor:
    weight = state[f"{there}.weight"]
    weight = weight * (_affine(state, there, w) / math.sqrt(weight.shape[1]))[None, :, None, None]
    return _clamped(F.conv2d(x, weight) + state[f"{there}.bias"][None, :, None, None], clamp)


def _affine(state: Mapping[str, Tensor], there: str, w: Tensor) -> Tensor:
    weight = state[f"{there}.affine.weight"]
    return weight @ w / math.sqrt(len(w)) + state[f"{there}.affine.bias"]


def _clamped(x: Tensor, clamp: float | None) -> Tensor:
    return x if clamp is None else x.clamp(-clamp, clamp)


def upfirdn(x: Tensor, up: int, pad: tuple[int, int]) -> Tensor:
    """Zeros between the pixels and around them, then the smoothing filter, pixel by pixel, times up squared."""
    count, channels, height, width = x.shape
    wide = torch.zeros(count, channels, height * up + sum(pad), width * up + sum(pad))
    for row in range(height):
        for column in range(width):
            wide[:, :, pad[0] + row * up, pad[0] + column * up] = x[:, :, row, column]
    taps = smoothing()
    high, broad = wide.shape[2] - 3, wide.shape[3] - 3
    out = torch.zeros(count, channels, high, broad)
    for row in range(4):
        for column in range(4):
            out += taps[3 - row, 3 - column] * wide[:, :, row : row + high, column : column + broad]
    return out * up * up


# rosinality's names.


def rosinality_state(style: Style) -> OrderedDict[str, Tensor]:
    """The state dict of rosinality's generator, random."""
    rng = torch.Generator().manual_seed(style.seed)

    def drawn(*shape: int) -> Tensor:
        return torch.randn(shape, generator=rng)

    state: OrderedDict[str, Tensor] = OrderedDict()
    for number in range(1, style.layers + 1):
        state[f"style.{number}.weight"] = drawn(style.w_size, style.w_size) / RATE
        state[f"style.{number}.bias"] = drawn(style.w_size)
    state["input.input"] = drawn(1, style.channels(4), 4, 4)
    count = 0
    for number, side in enumerate(style.sides):
        after = style.channels(side)
        for into in [after] if side == 4 else [style.channels(side // 2), after]:
            there = "conv1" if side == 4 else f"convs.{count - 1}"
            state[f"{there}.conv.weight"] = drawn(1, after, into, 3, 3)
            state[f"{there}.conv.modulation.weight"] = drawn(into, style.w_size)
            state[f"{there}.conv.modulation.bias"] = 1 + 0.3 * drawn(into)
            state[f"{there}.noise.weight"] = 0.2 * drawn(1)
            state[f"{there}.activate.bias"] = 0.3 * drawn(after)
            if side > 4 and count % 2:
                state[f"{there}.conv.blur.kernel"] = smoothing() * 4
            state[f"noises.noise_{count}"] = drawn(1, 1, side, side)
            count += 1
        there = "to_rgb1" if side == 4 else f"to_rgbs.{number - 1}"
        if side > 4:
            state[f"{there}.upsample.kernel"] = smoothing() * 4
        state[f"{there}.conv.weight"] = 0.2 * drawn(1, style.colours, after, 1, 1)
        state[f"{there}.conv.modulation.weight"] = drawn(after, style.w_size)
        state[f"{there}.conv.modulation.bias"] = 1 + 0.3 * drawn(after)
        state[f"{there}.bias"] = 0.1 * drawn(1, style.colours, 1, 1)
    return state


def rosinality_w(state: Mapping[str, Tensor], z: Tensor) -> Tensor:
    x = z / (z.square().mean(1, keepdim=True) + 1e-8).sqrt()
    number = 1
    while (name := f"style.{number}.weight") in state:
        x = (
            x @ (state[name] * RATE / math.sqrt(state[name].shape[1])).T
            + state[f"style.{number}.bias"] * RATE
        )
        x = F.leaky_relu(x, 0.2) * _ROOT
        number += 1
    return x


def rosinality_picture(state: Mapping[str, Tensor], style: Style, ws: Tensor) -> Tensor:
    pictures = []
    for w in ws:
        x = _rosinality_convolved(state, "conv1", 0, state["input.input"], w[0])
        picture = _rosinality_painted(state, "to_rgb1", x, w[1])
        for block in range(len(style.sides) - 1):
            first = 2 * block
            x = _rosinality_convolved(state, f"convs.{first}", first + 1, x, w[first + 1], up=True)
            x = _rosinality_convolved(state, f"convs.{first + 1}", first + 2, x, w[first + 2])
            painted = _rosinality_painted(state, f"to_rgbs.{block}", x, w[first + 3])
            picture = painted + upfirdn(picture, up=2, pad=(2, 1))
        pictures.append(picture)
    return torch.cat(pictures)


def _rosinality_weight(state: Mapping[str, Tensor], there: str, w: Tensor) -> Tensor:
    dense = state[f"{there}.conv.modulation.weight"]
    style = dense @ w / math.sqrt(len(w)) + state[f"{there}.conv.modulation.bias"]
    weight = state[f"{there}.conv.weight"][0]
    return weight / math.sqrt(weight[0].numel()) * style[None, :, None, None]


def _rosinality_convolved(
    state: Mapping[str, Tensor], there: str, number: int, x: Tensor, w: Tensor, up: bool = False
) -> Tensor:
    weight = _rosinality_weight(state, there, w)
    weight = weight * torch.rsqrt(weight.square().sum((1, 2, 3), keepdim=True) + 1e-8)
    if up:
        x = upfirdn(F.conv_transpose2d(x, weight.transpose(0, 1), stride=2), up=1, pad=(1, 1)) * 4
    else:
        x = F.conv2d(x, weight, padding=1)
    x = x + state[f"{there}.noise.weight"] * state[f"noises.noise_{number}"]
    return F.leaky_relu(x + state[f"{there}.activate.bias"][:, None, None], 0.2) * _ROOT


def _rosinality_painted(state: Mapping[str, Tensor], there: str, x: Tensor, w: Tensor) -> Tensor:
    return F.conv2d(x, _rosinality_weight(state, there, w)) + state[f"{there}.bias"]


# Pickles as NVIDIA's programs write them.


class _Module:
    """A module of a persistent class: pickled by its source code and its state."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.state: dict[str, Any] = {
            "training": False,
            "_parameters": OrderedDict(),
            "_buffers": OrderedDict(),
            "_non_persistent_buffers_set": set(),
            "_backward_hooks": OrderedDict(),
            "_modules": OrderedDict(),
            "_init_args": (),
            "_init_kwargs": {},
        }

    def __reduce__(self) -> tuple[Any, ...]:
        persistence = sys.modules["torch_utils.persistence"]
        source = "import os\nraise SystemExit('this must never run')\n"
        meta = {
            "type": "class",
            "version": 6,
            "module_src": source,
            "class_name": self.kind,
            "state": self.state,
        }
        return persistence._reconstruct_persistent_obj, (meta,), None

    def inside(self, way: str) -> _Module:
        """The module at a dotted way, made where it is not there."""
        module = self
        for name in way.split("."):
            module = module.state["_modules"].setdefault(name, _Module(name))
        return module


@contextmanager
def _nvidia_names() -> Iterator[Any]:
    """Modules of NVIDIA's names, for as long as something is pickled."""
    persistence = types.ModuleType("torch_utils.persistence")

    def rebuild(meta: Any) -> None:
        raise AssertionError("the pickle was executed")

    rebuild.__module__, rebuild.__qualname__ = persistence.__name__, "_reconstruct_persistent_obj"
    persistence._reconstruct_persistent_obj = rebuild  # type: ignore[attr-defined]
    util = types.ModuleType("dnnlib.util")
    util.EasyDict = type("EasyDict", (dict,), {"__module__": "dnnlib.util"})  # type: ignore[attr-defined]
    made = {"torch_utils": types.ModuleType("torch_utils"), "torch_utils.persistence": persistence}
    made |= {"dnnlib": types.ModuleType("dnnlib"), "dnnlib.util": util}
    sys.modules.update(made)
    try:
        yield util.EasyDict
    finally:
        for name in made:
            del sys.modules[name]


def nvidia_generator(style: Style, state: Mapping[str, Tensor], half: bool = False) -> _Module:
    """NVIDIA's generator with these weights, ready to be pickled within `write_nvidia_pickle`."""
    generator = _Module("Generator")
    generator.state |= {"z_dim": style.z_size, "c_dim": style.classes, "w_dim": style.w_size}
    generator.state |= {"img_resolution": style.size, "img_channels": style.colours, "num_ws": style.styles}
    for name, tensor in state.items():
        way, _, last = name.rpartition(".")
        module = generator.inside(way)
        buffer = last in ("noise_const", "resample_filter", "w_avg")
        value = tensor.half() if half and last == "weight" else tensor
        kept = value.clone() if buffer else torch.nn.Parameter(value.clone(), requires_grad=False)
        module.state["_buffers" if buffer else "_parameters"][last] = kept
        if ".conv" in way and not way.endswith("affine"):
            module.state |= {"activation": "lrelu", "conv_clamp": style.clamp, "act_gain": np.sqrt(2)}
        if way.startswith("mapping.fc"):
            module.state |= {"activation": "lrelu", "bias_gain": RATE, "weight_gain": RATE / np.sqrt(7)}
    return generator


def write_nvidia_pickle(
    path: Path,
    style: Style,
    state: Mapping[str, Tensor],
    *,
    last: Mapping[str, Tensor] | None = None,
    half: bool = False,
    protocol: int = 4,
) -> Path:
    """Writes a snapshot: G, D, G_ema (``state``; ``last`` is that of G), and what else NVIDIA's programs keep."""
    with _nvidia_names() as easy_dict:
        critic = _Module("Discriminator")
        critic.inside("b4.fc").state["_parameters"]["weight"] = torch.nn.Parameter(torch.zeros(3, 3))
        snapshot = {
            "G": nvidia_generator(style, last or state, half),
            "D": critic,
            "G_ema": nvidia_generator(style, state, half),
            "training_set_kwargs": easy_dict(class_name="x.ImageFolder", path="/data/cats.zip", xflip=True),
            "augment_pipe": None,
        }
        path.write_bytes(pickle.dumps(snapshot, protocol=protocol))
    return path
