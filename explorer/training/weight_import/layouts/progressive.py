"""Progressive GANs (Karras et al., 2017), as pytorch_GAN_zoo and torch.hub keep them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.core.models.card import ModelCard
from explorer.training.networks.style import EPSILON, normalised
from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.stylegan.style_parts import loaded

ORDER = 9
_SLOPE, _START = 0.2, 4
_LAYER = re.compile(r"scaleLayers\.(\d{1,2})\.(\d)\.module\.weight")
_ENTERS = (
    "What enters is a latent alone: where it was trained with classes, the last numbers of its latent are these in "
    "one-hot."
)


class ProgressiveGenerator(nn.Module):
    """z (N, d) to picture (N, C, H, W): pixels are normalised behind every convolution, and repeated before a scale.

    Parameters
    ----------
    latent_size : int
    widths : sequence of sequence of int
        Channels behind the convolutions of each scale; those of the first begin with the dense layer's.
    colours : int
    """

    def __init__(self, latent_size: int, widths: list[list[int]], colours: int) -> None:
        super().__init__()
        self.dense = nn.Linear(latent_size, widths[0][0] * _START**2)
        self.scales = nn.ModuleList()
        self._first = before = widths[0][0]
        for number, several in enumerate(widths):
            convolutions = []
            for after in several[number == 0 :]:
                convolutions.append(nn.Conv2d(before, after, 3, padding=1))
                before = after
            self.scales.append(nn.ModuleList(convolutions))
        self.colours = nn.Conv2d(before, colours, 1)

    def forward(self, z: Tensor) -> Tensor:
        """The picture."""
        x = functional.leaky_relu(self.dense(normalised(z)), _SLOPE)
        x = _levelled(x.reshape(-1, self._first, _START, _START))
        for number, scale in enumerate(self.scales):
            x = functional.interpolate(x, scale_factor=2.0, mode="nearest") if number else x
            for convolution in scale:  # type: ignore[attr-defined]
                x = _levelled(functional.leaky_relu(convolution(x), _SLOPE))
        picture: Tensor = self.colours(x)
        return picture


def _levelled(x: Tensor) -> Tensor:
    """The channels of each pixel with unit mean square (section 4.2)."""
    return x * torch.rsqrt(x.square().mean(1, keepdim=True) + EPSILON)


def rebuild(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
    """The generator; None where the tensors are of something else."""
    if "formatLayer.module.weight" not in tensors or "groupScale0.0.module.weight" not in tensors:
        return None
    names = [["formatLayer", *_numbered(tensors, "groupScale0")]]
    scales = max((int(match[1]) for name in tensors if (match := _LAYER.fullmatch(name))), default=-1) + 1
    names += [_numbered(tensors, f"scaleLayers.{scale}") for scale in range(scales)]
    painter = f"toRGBLayers.{scales}"
    state: dict[str, Tensor] = {}
    places = [(name, f"scales.{s}.{n - (s == 0)}") for s, several in enumerate(names) for n, name in enumerate(several)]
    for name, place in [("formatLayer", "dense"), *places[1:], (painter, "colours")]:
        weight, bias = tensors[f"{name}.module.weight"].float(), tensors[f"{name}.module.bias"].float()
        factor = math.sqrt(2 / weight[0].numel())  # what equalises learning rates is multiplied with all that leaves
        state |= {f"{place}.weight": weight * factor, f"{place}.bias": bias * factor}
    widths = [[len(tensors[f"{name}.module.weight"]) for name in several] for several in names]
    widths[0][0] //= _START**2
    latent, colours = int(state["dense.weight"].shape[1]), len(state["colours.weight"])
    network = loaded(ProgressiveGenerator(latent, widths, colours), state)
    side = _START << scales
    card = ModelCard(kind="generator", latent_size=latent, height=side, width=side, channels=colours)
    problems = () if latent in (64, 128, 256, 512) else (_ENTERS,)
    return Rebuilt("Progressive GAN", {"generator": network}, card, (), problems)


def _numbered(tensors: Mapping[str, Tensor], there: str) -> list[str]:
    found = [f"{there}.{number}" for number in range(4)]
    return [name for name in found if f"{name}.module.weight" in tensors]
