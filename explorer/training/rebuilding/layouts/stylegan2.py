"""StyleGAN2 and StyleGAN2-ADA, conditional ones too, of NVIDIA's programs for PyTorch and of rosinality's.

A mapping and a synthesis are rebuilt apart, so that W, truncation and style mixing work. Both programs keep
weights before the factors that equalise learning rates (Karras et al. 2018, section 4.1); these are multiplied in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from explorer.core.card import ModelCard
from explorer.core.problem import Problem
from explorer.training.networks.stylegan2 import (
    SLOPES,
    MappingNetwork,
    Synthesis,
    SynthesisShape,
    smoothing_filter,
)
from explorer.training.rebuilding.rebuilt import Choice, Rebuilt
from explorer.training.rebuilding.style_names import below, copies, from_rosinality

ORDER = 10  # its names are like no other's
COPY, RATE = "copy", "mapping_rate"
_RATES = (("0.01", "0.01, the usual one"), ("0.1", "0.1"), ("1", "1"))
_USUAL_CLAMP = 256.0  # with which NVIDIA's programs train
_MOST_BLOCKS = 11
_LARGEST_SIDE = 4096
Network = TypeVar("Network", bound=nn.Module)
_AGAIN = "Save the whole generator's state_dict, mapping and synthesis."


def rebuild(
    tensors: Mapping[str, Tensor],
    chosen: Mapping[str, str],
    settings: Mapping[str, Any] | None = None,
) -> Rebuilt | None:
    """The mapping and the synthesis of a StyleGAN2; None where the tensors are of something else.

    Parameters
    ----------
    tensors : mapping of str to Tensor
        A state dict, or several below prefixes such as ``g_ema.``, of which the average is taken.
    chosen : mapping of str to str
        Answers to the questions `COPY` and `RATE`.
    settings : mapping of str to value, or None
        What `read_pickled_networks` found beside the tensors: activations, clamps and rates by module.

    Raises
    ------
    Problem
        A part is missing, or does not fit the others.
    """
    found = copies(tensors)
    if not found:
        return None
    taken = chosen.get(COPY, "")
    prefix = next((name for name in found if _key(name) == taken), next(iter(found)))
    told = below(settings or {}, prefix)
    try:
        own = below(tensors, prefix)
        if found[prefix]:
            own = from_rosinality(own, tensors.get("latent_avg"))
        rebuilt = _rebuilt(_Parts(own, told, foreign=found[prefix]), chosen)
    except (RuntimeError, ValueError, IndexError, TypeError, ArithmeticError) as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[-1].strip()[:160]
        raise Problem(f"The parts of this StyleGAN2 do not fit together ({said}).", _AGAIN) from None
    choices = () if len(found) == 1 else (_asked_copy(found, prefix),)
    return replace(rebuilt, choices=choices + rebuilt.choices)


def _rebuilt(parts: _Parts, chosen: Mapping[str, str]) -> Rebuilt:
    rate, asked = _rate(parts, chosen)
    mapping, synthesis = _mapping(parts, rate), _synthesis(parts)
    if mapping.w_size != synthesis.w_size:
        raise ValueError(f"a w of {mapping.w_size} numbers for a synthesis that takes {synthesis.w_size}")
    networks = {"mapping": mapping, "generator": synthesis}
    problems = (*parts.problems, *parts.left_over())
    return Rebuilt("StyleGAN2", networks, _card(mapping, synthesis), asked, problems)


class _Parts:
    """The tensors of one generator under NVIDIA's names, and what is told of its modules."""

    def __init__(self, tensors: Mapping[str, Tensor], settings: Mapping[str, Any], *, foreign: bool) -> None:
        self.tensors, self.settings, self.foreign = tensors, settings, foreign
        self.problems: list[str] = []
        self._taken: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self.tensors

    def __getitem__(self, name: str) -> Tensor:
        if name not in self.tensors:
            raise Problem(f"This StyleGAN2 lacks its {name[:80]}.", _AGAIN)
        self._taken.add(name)
        tensor = self.tensors[name].detach().float()
        if not bool(torch.isfinite(tensor).all()):
            raise Problem(
                f"{name[:80]} of this StyleGAN2 has values that are no numbers.", "Take an earlier one."
            )
        return tensor

    def dense(self, name: str, rate: float = 1.0) -> tuple[Tensor, Tensor]:
        """Weight (out, in) and bias (out,) of a dense layer, in effect."""
        weight = self[f"{name}.weight"]
        return weight * (rate / math.sqrt(weight.shape[1])), self[f"{name}.bias"] * rate

    def left_over(self) -> tuple[str, ...]:
        """A sentence for tensors that a StyleGAN2 has no place for."""
        names = [
            name for name in self.tensors if name not in self._taken and not name.endswith("resample_filter")
        ]
        if not names:
            return ()
        return (
            f"{len(names)} of its tensors have no place in a StyleGAN2 and were left out: {names[0][:80]}.",
        )


def _key(prefix: str) -> str:
    return prefix.rstrip(".") or "top"


def _asked_copy(found: Mapping[str, bool], taken: str) -> Choice:
    words = [
        (_key(name), f"{_key(name)}, the running average" if "ema" in name.lower() else _key(name))
        for name in found
    ]
    return Choice(COPY, "Which of its generators paints?", tuple(words), _key(taken))


def _rate(parts: _Parts, chosen: Mapping[str, str]) -> tuple[float, tuple[Choice, ...]]:
    """By what the mapping's learning rate was multiplied: told, or judged by weights that began as 1 / rate."""
    told = parts.settings.get("mapping.fc0.bias_gain")
    if isinstance(told, int | float) and 0 < told < 1e3:
        return float(told), ()
    spread = float(parts["mapping.fc0.weight"].std())
    likely = min((key for key, _ in _RATES), key=lambda key: abs(math.log(max(spread, 1e-9) * float(key))))
    taken = chosen.get(RATE, likely)
    taken = taken if taken in dict(_RATES) else likely
    question = "By which factor was the mapping's learning rate lowered?"
    return float(taken), (Choice(RATE, question, _RATES, taken),)


def _activation(parts: _Parts, place: str) -> str:
    told = parts.settings.get(f"{place}.activation", "lrelu")
    if told not in SLOPES:
        raise Problem(
            f"This StyleGAN2 has the activation {str(told)[:40]}, which is not rebuilt.",
            "Those with lrelu, relu and linear are.",
        )
    return str(told)


def _mapping(parts: _Parts, rate: float) -> MappingNetwork:
    depth = next(number for number in count() if f"mapping.fc{number}.weight" not in parts)
    layers = [parts.dense(f"mapping.fc{number}", rate) for number in range(depth)]
    state = {
        f"layers.{i}.{part}": t
        for i, pair in enumerate(layers)
        for part, t in zip(("weight", "bias"), pair, strict=True)
    }
    classes = class_size = 0
    if "mapping.embed.weight" in parts:
        weight, bias = parts.dense("mapping.embed")
        class_size, classes = weight.shape
        state["embedding"] = weight.T + bias
    if "mapping.w_avg" in parts:
        state["w_mean"] = parts["mapping.w_avg"]
    else:
        parts.problems.append("The mean of its W is not told; it is measured when it is needed.")
    network = MappingNetwork(
        layers[0][0].shape[1] - class_size,
        [len(weight) for weight, _ in layers],
        classes=classes,
        class_size=class_size,
        activation=_activation(parts, "mapping.fc0"),
        has_mean="w_mean" in state,
    )
    return _loaded(network, state)


def _synthesis(parts: _Parts) -> Synthesis:
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
    return _loaded(network, state)


def _shape(parts: _Parts) -> SynthesisShape:
    sides = [4 << number for number in range(_MOST_BLOCKS)]
    sides = sides[
        : next((n for n, side in enumerate(sides) if f"synthesis.b{side}.conv1.weight" not in parts), None)
    ]
    first = "synthesis.b4"
    last = f"synthesis.b{sides[-1]}"
    residual = any(f"synthesis.b{side}.skip.weight" in parts for side in sides)
    clamp = parts.settings.get(f"{first}.conv1.conv_clamp", None if parts.foreign else _USUAL_CLAMP)
    height, width = parts[f"{first}.const"].shape[1:]
    if max(height, width) << len(sides) - 1 > _LARGEST_SIDE:
        raise ValueError(f"pictures of more than {_LARGEST_SIDE} pixels")
    return SynthesisShape(
        w_size=parts[f"{first}.conv1.affine.weight"].shape[1],
        start=(height, width),
        channels=tuple(len(parts[f"synthesis.b{side}.conv1.weight"]) for side in sides),
        picture_channels=len(parts[f"{last}.torgb.weight"]),
        architecture="skip" if f"{first}.torgb.weight" in parts else "resnet" if residual else "orig",
        activation=_activation(parts, f"{first}.conv1"),
        clamp=float(clamp) if isinstance(clamp, int | float) else None,
    )


def _filter(parts: _Parts) -> Tensor:
    """The smoothing filter (k, k), with the sum 1."""
    name = "synthesis.b8.conv0.resample_filter"
    taps = parts[name] if name in parts else smoothing_filter(4)
    return torch.outer(taps, taps) if taps.dim() == 1 else taps


def _layer(parts: _Parts, there: str, own: str, shape: SynthesisShape, number: int) -> dict[str, Tensor]:
    """The tensors of one of our layers, in effect."""
    weight = parts[f"{there}.weight"]
    if own == "skip":
        return {"weight": weight * math.sqrt(0.5 / weight.shape[1])}
    style, offset = parts.dense(f"{there}.affine")
    made = {"style.weight": style, "style.bias": offset, "bias": parts[f"{there}.bias"]}
    if own == "paint":
        return made | {"weight": weight / math.sqrt(weight[0].numel())}
    return made | {"weight": weight, "noise": _noise(parts, there, shape, number)}


def _noise(parts: _Parts, there: str, shape: SynthesisShape, number: int) -> Tensor:
    if f"{there}.noise_strength" not in parts:
        return torch.zeros(shape.side(number))
    strength = parts[f"{there}.noise_strength"]
    if f"{there}.noise_const" in parts:
        return parts[f"{there}.noise_const"] * strength
    drawn = torch.Generator().manual_seed(2 * number + there.endswith("conv1"))
    return torch.randn(shape.side(number), generator=drawn) * strength


def _loaded(network: Network, state: Mapping[str, Tensor]) -> Network:
    network.load_state_dict(dict(state), strict=True, assign=True)
    return network.eval().requires_grad_(False)


def _card(mapping: MappingNetwork, synthesis: Synthesis) -> ModelCard:
    shape = synthesis.shape
    height, width = shape.side(len(shape.channels) - 1)
    return ModelCard(
        kind="generator",
        latent_size=mapping.z_size,
        styles=shape.styles,
        style_size=shape.w_size,
        height=height,
        width=width,
        channels=shape.picture_channels,
        classes=tuple(str(number) for number in range(mapping.classes)),
        config={"architecture": shape.architecture, "channels": list(shape.channels)},
    )
