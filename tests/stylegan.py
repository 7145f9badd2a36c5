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
from torch.nn import functional

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
        one_hot = functional.one_hot(label, weight.shape[1]).float()
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
            past = upfirdn(functional.conv2d(x, weight / math.sqrt(weight.shape[1])), up=2, pad=(2, 1)) * math.sqrt(0.5)
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
    x = (
        functional.conv2d(upfirdn(x, up=2, pad=(3, 2)), weight.flip(2, 3))
        if up
        else functional.conv2d(x, weight, padding=1)
    )
    x = x + state[f"{there}.noise_const"] * state[f"{there}.noise_strength"]
    x = x + state[f"{there}.bias"][None, :, None, None]
    return _clamped(torch.where(x > 0, x, 0.2 * x) * _ROOT * gain, None if clamp is None else clamp * gain)


def _painted(state: Mapping[str, Tensor], there: str, x: Tensor, w: Tensor, clamp: float | None) -> Tensor:
    weight = state[f"{there}.weight"]
    weight = weight * (_affine(state, there, w) / math.sqrt(weight.shape[1]))[None, :, None, None]
    return _clamped(functional.conv2d(x, weight) + state[f"{there}.bias"][None, :, None, None], clamp)


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
        x = x @ (state[name] * RATE / math.sqrt(state[name].shape[1])).T + state[f"style.{number}.bias"] * RATE
        x = functional.leaky_relu(x, 0.2) * _ROOT
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
        x = upfirdn(functional.conv_transpose2d(x, weight.transpose(0, 1), stride=2), up=1, pad=(1, 1)) * 4
    else:
        x = functional.conv2d(x, weight, padding=1)
    x = x + state[f"{there}.noise.weight"] * state[f"noises.noise_{number}"]
    return functional.leaky_relu(x + state[f"{there}.activate.bias"][:, None, None], 0.2) * _ROOT


def _rosinality_painted(state: Mapping[str, Tensor], there: str, x: Tensor, w: Tensor) -> Tensor:
    return functional.conv2d(x, _rosinality_weight(state, there, w)) + state[f"{there}.bias"]


# Pickles as NVIDIA's programs write them.


_BUFFERS = ("noise_const", "resample_filter", "w_avg", "magnitude_ema", "freqs", "phases", "transform")


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


def nvidia_generator(style: Style | Filtered, state: Mapping[str, Tensor], half: bool = False) -> _Module:
    """NVIDIA's generator with these weights, ready to be pickled within `write_nvidia_pickle`."""
    generator = _Module("Generator")
    generator.state |= {"z_dim": style.z_size, "c_dim": style.classes, "w_dim": style.w_size}
    generator.state |= {"img_resolution": style.size, "img_channels": style.colours, "num_ws": style.styles}
    for name, tensor in state.items():
        way, _, last = name.rpartition(".")
        module = generator.inside(way)
        buffer = last in _BUFFERS
        value = tensor.half() if half and last == "weight" else tensor
        kept = value.clone() if buffer else torch.nn.Parameter(value.clone(), requires_grad=False)
        module.state["_buffers" if buffer else "_parameters"][last] = kept
        if isinstance(style, Filtered):
            _tell_of_filters(style, way, module)
        if ".conv" in way and not way.endswith("affine"):
            module.state |= {"activation": "lrelu", "conv_clamp": style.clamp, "act_gain": np.sqrt(2)}
        if way.startswith("mapping.fc"):
            module.state |= {"activation": "lrelu", "bias_gain": RATE, "weight_gain": RATE / np.sqrt(7)}
    return generator


def _tell_of_filters(style: Filtered, way: str, module: _Module) -> None:
    """What NVIDIA's StyleGAN3 keeps beside the weights of a module."""
    if way == "synthesis.input":
        rates, sides, cutoffs = style.plan()
        told = {"sampling_rate": np.float64(rates[0]), "bandwidth": cutoffs[0], "size": sides[:1].repeat(2)}
        module.state |= told
    elif way.startswith("synthesis.L") and "." not in way.removeprefix("synthesis."):
        number = int(way.removeprefix("synthesis.L").split("_")[0])
        _name, into, out, up, down = style.layer(number)
        module.state |= {"up_factor": up, "down_factor": down, "conv_clamp": style.clamp, "is_torgb": False}
        module.state |= {"in_size": np.array([into, into]), "out_size": np.array([out, out])}


# TensorFlow's pickles, of NVIDIA's first program for StyleGAN2.

_TF_LAYERS = {"conv0": "Conv0_up", "conv1": "Conv1", "torgb": "ToRGB", "skip": "Skip"}


def _tf_variables(state: Mapping[str, Tensor]) -> tuple[list[Any], list[Any], list[Any]]:
    """The variables of mapping, synthesis and the whole."""
    mapping, synthesis, whole = [], [], [("lod", np.float32(0))]
    for name, tensor in state.items():
        way, _, last = name.rpartition(".")
        group, _, place = way.partition(".")
        value = tensor.numpy()
        if last == "w_avg":
            whole.append(("dlatent_avg", value))
        elif group == "mapping":
            layer = place.replace("fc", "Dense").replace("embed", "LabelEmbed")
            mapping.append((f"{layer}/{last}", value.T))
        elif last != "resample_filter":
            synthesis.append(_tf_variable(place, last, value))
    return mapping, synthesis, whole


def _tf_variable(place: str, last: str, value: Any) -> tuple[str, Any]:
    side, *layers = place.removeprefix("b").split(".")
    if last == "const":
        return "4x4/Const/const", value[None]
    own = "Conv" if (side, layers[0]) == ("4", "conv1") else _TF_LAYERS[layers[0]]
    if last == "noise_const":
        number = 2 * int(math.log2(int(side))) - (5 if own == "Conv0_up" else 4)
        return f"noise{number}", value[None, None]
    if len(layers) == 2:
        return f"{side}x{side}/{own}/mod_{last}", value.T if last == "weight" else value - 1
    if last == "weight":
        value = value[:, :, ::-1, ::-1] if own in ("Conv0_up", "Skip") else value
        value = value.transpose(2, 3, 1, 0)
    return f"{side}x{side}/{own}/{last}", value


def write_tensorflow_pickle(path: Path, state: Mapping[str, Tensor]) -> Path:
    """Writes a generator, no critic worth the name, and the average (``state``), as NVIDIA's program did."""
    module = types.ModuleType("dnnlib.tflib.network")
    network = type("Network", (), {"__module__": module.__name__, "__getstate__": lambda self: self.kept})
    module.Network = network  # type: ignore[attr-defined]

    def made(variables: list[Any], **components: Any) -> Any:
        one = network()
        one.kept = {"version": 4, "name": "G", "static_kwargs": {"fmap_base": 8192}}  # type: ignore[attr-defined]
        one.kept |= {"components": OrderedDict(components), "variables": variables}  # type: ignore[attr-defined]
        one.kept |= {"build_module_src": "raise SystemExit", "build_func_name": "G_main"}  # type: ignore[attr-defined]
        return one

    def generator(weights: Mapping[str, Tensor]) -> Any:
        mapping, synthesis, whole = _tf_variables(weights)
        return made(whole, synthesis=made(synthesis), mapping=made(mapping))

    last = {name: torch.zeros_like(tensor) for name, tensor in state.items()}
    above = {name: types.ModuleType(name) for name in ("dnnlib", "dnnlib.tflib")}
    sys.modules.update(above | {module.__name__: module})
    try:
        path.write_bytes(pickle.dumps((generator(last), made([]), generator(state)), protocol=3))
    finally:
        for name in (*above, module.__name__):
            del sys.modules[name]
    return path


# StyleGAN3.


@dataclass(frozen=True)
class Filtered:
    """What a random StyleGAN3 is like: sizes and rates by the paper's rules (section 3.2), but with few layers."""

    size: int = 32
    layers: int = 4
    channels: int = 12
    z_size: int = 10
    w_size: int = 8
    classes: int = 0
    radial: bool = False
    colours: int = 3
    clamp: float | None = 256.0
    seed: int = 0
    margin: int = 10

    @property
    def styles(self) -> int:
        return self.layers + 2

    def plan(self) -> tuple[Any, Any, Any]:
        """Sampling rates, sides and cut-off frequencies of the layers."""
        critical = 2
        exponents = np.minimum(np.arange(self.layers + 1) / (self.layers - critical), 1)
        cutoffs = 2 * (self.size / 2 / 2) ** exponents
        first, last = 2**2.1, self.size / 2 * 2**0.3
        stops = first * (last / first) ** exponents
        rates = np.exp2(np.ceil(np.log2(np.minimum(stops * 2, self.size))))
        sides = rates + 2 * self.margin
        sides[-2:] = self.size
        return rates.astype(int), sides.astype(int), cutoffs

    def layer(self, number: int) -> tuple[str, int, int, int, int]:
        """Name, side before, side after, and factors of the grids of one layer."""
        rates, sides, _ = self.plan()
        before = max(number - 1, 0)
        paints = number == self.layers
        fine = max(rates[before], rates[number]) * (1 if paints else 2)
        after = self.colours if paints else self.channels
        name = f"L{number}_{sides[number]}_{after}"
        return (
            name,
            int(sides[before]),
            int(sides[number]),
            int(fine // rates[before]),
            int(fine // rates[number]),
        )


def _low_pass(taps: int, radial: bool = False) -> Tensor:
    """A smooth filter that is not symmetric, so that its direction shows."""
    row = torch.hann_window(taps + 2, periodic=False)[1:-1] * torch.linspace(0.8, 1.2, taps)
    return torch.outer(row, row) / row.sum() ** 2 if radial else row / row.sum()


def filtered_state(style: Filtered) -> OrderedDict[str, Tensor]:
    """The state dict of NVIDIA's StyleGAN3, random."""
    rng = torch.Generator().manual_seed(style.seed)

    def drawn(*shape: int) -> Tensor:
        return torch.randn(shape, generator=rng)

    state: OrderedDict[str, Tensor] = OrderedDict()
    there = "synthesis.input"
    state[f"{there}.weight"] = drawn(style.channels, style.channels)
    state[f"{there}.affine.weight"] = 0.3 * drawn(4, style.w_size)
    state[f"{there}.affine.bias"] = torch.tensor([1.0, 0.0, 0.0, 0.0])
    state[f"{there}.transform"] = torch.eye(3)
    state[f"{there}.freqs"] = 1.5 * drawn(style.channels, 2)
    state[f"{there}.phases"] = drawn(style.channels)
    for number in range(style.layers + 1):
        name, _into, _out, up, down = style.layer(number)
        paints = number == style.layers
        after, kernel = (style.colours, 1) if paints else (style.channels, 3)
        there = f"synthesis.{name}"
        state[f"{there}.affine.weight"] = drawn(style.channels, style.w_size)
        state[f"{there}.affine.bias"] = 1 + 0.3 * drawn(style.channels)
        state[f"{there}.weight"] = drawn(after, style.channels, kernel, kernel)
        state[f"{there}.bias"] = 0.3 * drawn(after)
        state[f"{there}.magnitude_ema"] = 0.5 + drawn(1)[0].abs()
        if not paints:
            state[f"{there}.up_filter"] = _low_pass(6 * up)
            radial = style.radial and number < style.layers - 2
            state[f"{there}.down_filter"] = _low_pass(6 * down, radial)
    into = style.z_size + (style.w_size if style.classes else 0)
    if style.classes:
        state["mapping.embed.weight"] = drawn(style.w_size, style.classes)
        state["mapping.embed.bias"] = 0.3 * drawn(style.w_size)
    for number in range(2):
        state[f"mapping.fc{number}.weight"] = drawn(style.w_size, into) / RATE
        state[f"mapping.fc{number}.bias"] = drawn(style.w_size)
        into = style.w_size
    state["mapping.w_avg"] = 0.5 * drawn(style.w_size)
    return state


def filtered_picture(state: Mapping[str, Tensor], style: Filtered, ws: Tensor) -> Tensor:
    """NVIDIA's formulas, sample by sample."""
    pictures = []
    for w in ws:
        x = _features(state, style, w[0])
        for number in range(style.layers + 1):
            x = _filtered(state, style, number, x, w[number + 1])
        pictures.append(x * 0.25)
    return torch.cat(pictures)


def _features(state: Mapping[str, Tensor], style: Filtered, w: Tensor) -> Tensor:
    rates, sides, cutoffs = style.plan()
    rate, side, band = float(rates[0]), int(sides[0]), float(cutoffs[0])
    t = _affine(state, "synthesis.input", w)
    t = t / t[:2].norm()
    turn = torch.tensor([[t[0], -t[1], 0], [t[1], t[0], 0], [0, 0, 1]])
    shift = torch.tensor([[1, 0, -t[2]], [0, 1, -t[3]], [0, 0, 1]])
    moved = turn @ shift @ state["synthesis.input.transform"]
    freqs, phases = state["synthesis.input.freqs"], state["synthesis.input.phases"]
    phases = phases + (freqs @ moved[:2, 2:])[:, 0]
    freqs = freqs @ moved[:2, :2]
    loud = (1 - (freqs.norm(dim=1) - band) / (rate / 2 - band)).clamp(0, 1)
    theta = torch.zeros(1, 2, 3)
    theta[0, 0, 0] = theta[0, 1, 1] = 0.5 * side / rate
    grid = functional.affine_grid(theta, [1, 1, side, side], align_corners=False)
    x = torch.sin((grid @ freqs.T + phases) * 2 * math.pi) * loud
    x = x @ (state["synthesis.input.weight"] / math.sqrt(style.channels)).T
    return x.permute(0, 3, 1, 2)


def _filtered(state: Mapping[str, Tensor], style: Filtered, number: int, x: Tensor, w: Tensor) -> Tensor:
    name, into, out, up, down = style.layer(number)
    there, paints = f"synthesis.{name}", number == style.layers
    weight, s = state[f"{there}.weight"], _affine(state, f"{there}", w)
    kernel = weight.shape[2]
    if paints:
        weight = weight * s[None, :, None, None] / math.sqrt(weight[0].numel())
    else:
        weight = weight * weight.square().mean((1, 2, 3), keepdim=True).rsqrt()
        weight = weight * (s * s.square().mean().rsqrt())[None, :, None, None]
        weight = weight * (weight.square().sum((1, 2, 3), keepdim=True) + 1e-8).rsqrt()
    x = functional.conv2d(x, weight * state[f"{there}.magnitude_ema"].rsqrt(), padding=kernel - 1)
    x = x + state[f"{there}.bias"][None, :, None, None]
    fine = state.get(f"{there}.up_filter", torch.ones(1))
    coarse = state.get(f"{there}.down_filter", torch.ones(1))
    total = (out - 1) * down + 1 - (into + kernel - 1) * up + len(fine) + len(coarse) - 2
    low = (total + up) // 2
    x = _resampled(x, torch.outer(fine, fine) * up**2, up, (low, total - low))
    x = _clamped(x if paints else functional.leaky_relu(x, 0.2) * _ROOT, style.clamp)
    coarse = coarse if coarse.dim() == 2 else torch.outer(coarse, coarse)
    return _resampled(x, coarse, 1, (0, 0))[:, :, ::down, ::down]


def _resampled(x: Tensor, taps: Tensor, up: int, pad: tuple[int, int]) -> Tensor:
    """Zeros between the pixels, pixels added or taken away around them, and a filter of two dimensions."""
    count, channels, height, width = x.shape
    wide = torch.zeros(count, channels, height * up, width * up)
    wide[:, :, ::up, ::up] = x
    wide = functional.pad(wide, [*pad, *pad])
    kernel = taps.flip(0, 1)[None, None].repeat(channels, 1, 1, 1)
    return functional.conv2d(wide, kernel, groups=channels)


def write_nvidia_pickle(
    path: Path,
    style: Style | Filtered,
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


def save_nvidia_generator(path: Path, style: Style | Filtered, state: Mapping[str, Tensor]) -> Path:
    """What ``torch.save(G_ema)`` writes in NVIDIA's program."""
    with _nvidia_names():
        torch.save(nvidia_generator(style, state), path)
    return path
