"""The first StyleGAN, as rosinality's style-based-gan-pytorch keeps it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from explorer.core.models.card import ModelCard
from explorer.training.networks.adaptive_synthesis import AdaptiveShape, AdaptiveSynthesis
from explorer.training.networks.style import GAINS, MappingNetwork
from explorer.training.weight_import.choices import SIZE, asked_size
from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.stylegan.style_parts import loaded

ORDER = 9  # before those of which it is refused
_MOST_BLOCKS = 9
_NO_NOISE = "The file has no noise of its own, so another, fixed one was drawn."
_NO_MEAN = "The mean of its W is not given; it is measured when needed."


def rebuild(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
    """The mapping and the synthesis; None where the tensors are of something else."""
    prefix = "generator." if "generator.progression.0.conv1.input" in tensors else ""
    if f"{prefix}progression.0.conv1.input" not in tensors or "style.1.linear.weight_orig" not in tensors:
        return None
    own = {name.removeprefix(prefix): tensor for name, tensor in tensors.items()}
    count = next(n for n in range(_MOST_BLOCKS + 1) if f"progression.{n}.conv2.conv.weight_orig" not in own)
    sides = [4 << number for number in range(count)]
    trained = max(
        (n for n in range(count) if bool(own[f"progression.{n}.noise2.weight_orig"].any())), default=count - 1
    )
    wanted = chosen.get(SIZE, str(sides[trained]))
    last = sides.index(int(wanted)) if wanted in map(str, sides) else trained
    mapping, synthesis = _mapping(own), _synthesis(own, last + 1)
    side = sides[last]
    card = ModelCard(
        kind="generator",
        latent_size=mapping.z_size,
        styles=synthesis.styles,
        style_size=synthesis.w_size,
        height=side,
        width=side,
        channels=synthesis.picture_channels,
        config=dict(synthesis.told),
    )
    said = (f"Its layers up to {sides[trained]} pixels were trained, the others never.",) if trained < count - 1 else ()
    choices = (asked_size(sides[::-1], side),)
    networks = {"mapping": mapping, "generator": synthesis}
    return Rebuilt("StyleGAN (Karras et al., 2018)", networks, card, choices, (*said, _NO_NOISE, _NO_MEAN))


def _scaled(tensor: Tensor) -> Tensor:
    """A weight as it takes effect: its learning rate was equalised."""
    return tensor.float() * math.sqrt(2 / tensor[0].numel())


def _mapping(own: Mapping[str, Tensor]) -> MappingNetwork:
    """The mapping: its layers have no gain behind them, as ours have, so it is taken out before."""
    numbers = [n for n in range(1, 64, 2) if f"style.{n}.linear.weight_orig" in own]
    weights = [_scaled(own[f"style.{n}.linear.weight_orig"]) / GAINS["lrelu"] for n in numbers]
    biases = [own[f"style.{n}.linear.bias"].float() / GAINS["lrelu"] for n in numbers]
    state = {f"layers.{place}.weight": weight for place, weight in enumerate(weights)}
    state |= {f"layers.{place}.bias": bias for place, bias in enumerate(biases)}
    return loaded(MappingNetwork(weights[0].shape[1], [len(weight) for weight in weights], has_mean=False), state)


def _synthesis(own: Mapping[str, Tensor], blocks: int) -> AdaptiveSynthesis:
    layers: list[AdaptiveShape] = []
    start = own["progression.0.conv1.input"].float()
    state: dict[str, Tensor] = {"start": start}
    width, side = start.shape[1], start.shape[2]
    for block in range(blocks):
        there = f"progression.{block}"
        noise = torch.randn((side, side), generator=torch.Generator().manual_seed(block))
        for half in (1, 2):
            shape, made = _convolution(own, there, half, width, side)
            style = f"{there}.adain{half}.style.linear"
            made |= {"style.weight": _scaled(own[f"{style}.weight_orig"]), "style.bias": own[f"{style}.bias"].float()}
            made |= {"strength": _scaled(own[f"{there}.noise{half}.weight_orig"]).flatten(), "noise": noise}
            state |= {f"layers.{len(layers)}.{name}": tensor for name, tensor in made.items()}
            layers.append(shape)
            width = shape.after
        side *= 2
    colours = f"to_rgb.{blocks - 1}.conv"
    state |= {"colours.weight": _scaled(own[f"{colours}.weight_orig"]), "colours.bias": own[f"{colours}.bias"].float()}
    w_size = state["layers.0.style.weight"].shape[1]
    return loaded(AdaptiveSynthesis(tuple(layers), w_size, len(state["colours.weight"])), state)


def _convolution(
    own: Mapping[str, Tensor], there: str, half: int, width: int, side: int
) -> tuple[AdaptiveShape, dict[str, Tensor]]:
    """A layer's shape and convolution; a fused one enlarges by the mean of its kernel's four shifts."""
    if f"{there}.conv1.input" in own and half == 1:
        return AdaptiveShape(width, width, side, "start"), {}
    if half == 1 and f"{there}.conv1.0.weight" in own:
        weight = own[f"{there}.conv1.0.weight"].float()
        weight = weight * math.sqrt(2 / (weight.shape[0] * weight.shape[2] * weight.shape[3]))
        grown = torch.nn.functional.pad(weight, (1, 1, 1, 1))
        weight = (grown[..., 1:, 1:] + grown[..., :-1, 1:] + grown[..., 1:, :-1] + grown[..., :-1, :-1]) / 4
        made = {"weight": weight, "bias": own[f"{there}.conv1.0.bias"].float()}
        return AdaptiveShape(width, weight.shape[1], side, "transpose", f"{there}.conv1.1.weight" in own), made
    place = f"{there}.conv1.1.conv" if half == 1 else f"{there}.conv2.conv"
    weight = _scaled(own[f"{place}.weight_orig"])
    blurs = half == 1 and f"{there}.conv1.2.weight" in own
    shape = AdaptiveShape(width, len(weight), side, "repeat" if half == 1 else "keep", blurs)
    return shape, {"weight": weight, "bias": own[f"{place}.bias"].float()}
