"""StyleGAN3, in both configurations (T and R), conditional ones too, of NVIDIA's program for PyTorch; and StyleGAN-XL.

That is a StyleGAN3 whose classes are features of a classifier, and which grew by layers put in place of its last ones.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from explorer.training.networks.stylegan3_synthesis import FilteredShape, FilteredSynthesis
from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.stylegan.style_names import STYLEGAN3
from explorer.training.weight_import.stylegan.style_parts import StyleTensors, clamp_of, loaded, rebuilt_style

ORDER = 10  # its names are like no other's
_LAYER = re.compile(r"synthesis\.L(\d{1,4})_(\d{1,4})_(\d{1,4})\.weight")
_USUAL_TAPS = 6  # of a filter, for each step between two pixels
_USUAL_MARGIN = 10  # pixels around the picture
_USUAL_SCALE, _USUAL_CLAMP, _USUAL_BANDWIDTH = 0.25, 256.0, 2.0
_LARGEST_SIDE = 8192


def rebuild(
    tensors: Mapping[str, Tensor], chosen: Mapping[str, str], settings: Mapping[str, Any] | None = None
) -> Rebuilt | None:
    """The mapping and the synthesis of a StyleGAN3; None where the tensors are of something else.

    Parameters and errors are those of `rebuilt_style`.
    """
    rebuilt = rebuilt_style(tensors, chosen, settings, (STYLEGAN3,), _synthesis)
    grown = any(name.endswith("mapping.embed_proj.weight") for name in tensors)
    return replace(rebuilt, layout="StyleGAN-XL") if rebuilt is not None and grown else rebuilt


def _synthesis(parts: StyleTensors) -> FilteredSynthesis:
    found = sorted((match for name in parts.tensors if (match := _LAYER.fullmatch(name))), key=lambda m: int(m[1]))
    if not found:
        raise ValueError("no layers")
    names = [match[0].removesuffix(".weight") for match in found]
    sides = [int(match[2]) for match in found]
    if max(sides) > _LARGEST_SIDE:
        raise ValueError(f"layers of {max(sides)} pixels")
    layers = []
    rate = _number(parts, "synthesis.input.sampling_rate", sides[0] - 2 * _USUAL_MARGIN)
    state = _features(parts, rate)
    for number, name in enumerate(names):
        into, paints = sides[max(number - 1, 0)], number == len(names) - 1
        layers.append(_shape(parts, name, into, sides[number], paints=paints))
        made = _layer(parts, name, layers[-1])
        state |= {f"layers.{number}.{key}": tensor for key, tensor in made.items()}
    network = FilteredSynthesis(
        parts["synthesis.input.affine.weight"].shape[1],
        sides[0],
        rate,
        tuple(layers),
        _number(parts, "synthesis.output_scale", _USUAL_SCALE),
    )
    return loaded(network, state)


def _number(parts: StyleTensors, name: str, usual: float) -> float:
    told = parts.settings.get(name)
    return float(told) if isinstance(told, int | float) else float(usual)


def _shape(parts: StyleTensors, name: str, into: int, out: int, *, paints: bool) -> FilteredShape:
    after, before, kernel, _ = parts[f"{name}.weight"].shape
    up, down = (parts[key] if (key := f"{name}.{way}_filter") in parts else torch.ones(1) for way in ("up", "down"))
    return FilteredShape(
        before=before,
        after=after,
        kernel=kernel,
        into=into,
        out=out,
        up=int(_number(parts, f"{name}.up_factor", max(len(up) // _USUAL_TAPS, 1))),
        down=int(_number(parts, f"{name}.down_factor", max(len(down) // _USUAL_TAPS, 1))),
        up_taps=len(up),
        down_taps=len(down),
        radial=down.dim() == 2,
        paints=paints,
        clamp=clamp_of(parts, name, _USUAL_CLAMP),
    )


def _features(parts: StyleTensors, rate: float) -> dict[str, Tensor]:
    """The tensors of the Fourier features, in effect: frequencies beyond the band are dampened for good."""
    there = "synthesis.input"
    if f"{there}.transform" in parts and not torch.equal(parts[f"{there}.transform"], torch.eye(3)):
        parts.problems.append("Its pictures are turned or moved by the file; that is left out.")
    style, offset = parts.dense(f"{there}.affine")
    frequencies, weight = parts[f"{there}.freqs"], parts[f"{there}.weight"]
    band = _number(parts, f"{there}.bandwidth", _USUAL_BANDWIDTH)
    weight = weight * (1 - (frequencies.norm(dim=1) - band) / (rate / 2 - band)).clamp(0, 1)
    return {
        "features.style.weight": style,
        "features.style.bias": offset,
        "features.weight": weight / math.sqrt(len(weight)),
        "features.frequencies": frequencies,
        "features.phases": parts[f"{there}.phases"],
    }


def _layer(parts: StyleTensors, name: str, shape: FilteredShape) -> dict[str, Tensor]:
    """The tensors of one layer, in effect."""
    weight, (style, offset) = parts[f"{name}.weight"], parts.dense(f"{name}.affine")
    gain, bias = parts[f"{name}.magnitude_ema"].rsqrt(), parts[f"{name}.bias"]
    if shape.paints:
        weight = weight / math.sqrt(weight[0].numel())
    else:  # a positive factor passes through leaky ReLU
        weight = weight * weight.square().mean(dim=(1, 2, 3), keepdim=True).rsqrt()
        gain, bias = gain * math.sqrt(2), bias * math.sqrt(2)
    filters = {
        f"{way}_filter": parts[key] if (key := f"{name}.{way}_filter") in parts else torch.ones(1)
        for way in ("up", "down")
    }
    return {
        "style.weight": style,
        "style.bias": offset,
        "weight": weight,
        "bias": bias,
        "gain": gain,
    } | filters
