"""Tensors grouped into the layers that they belong to, as far as names and shapes tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from explorer.core.digits import whole_number

Kind = Literal["dense", "conv", "batch_norm", "affine", "slope", "other"]

_COUNTERS = ("num_batches_tracked",)


@dataclass(frozen=True, eq=False)
class WeightLayer:
    """One layer with weights.

    Attributes
    ----------
    name : str
        Its place, e.g. ``main.0``.
    kind : str
        ``dense``, ``conv`` (either way), ``batch_norm``, ``affine`` (another normalisation), ``slope`` (of a PReLU)
        or ``other``.
    weight : Tensor
    bias : Tensor or None
    mean, variance : Tensor or None
        The running statistics of a batch normalisation.
    """

    name: str
    kind: Kind
    weight: Tensor
    bias: Tensor | None = None
    mean: Tensor | None = None
    variance: Tensor | None = None

    @property
    def block(self) -> str:
        """What the layer is in, e.g. ``main``."""
        return self.name.rpartition(".")[0]

    @property
    def index(self) -> int | None:
        """Its number in a sequence; None where it has a name of its own."""
        return whole_number(self.name.rpartition(".")[2])

    @property
    def has_weight(self) -> bool:
        """Whether it is dense or a convolution."""
        return self.kind in ("dense", "conv")

    @property
    def kernel(self) -> int:
        """The side of a convolution's kernel; 0 for other layers."""
        return int(self.weight.shape[2]) if self.kind == "conv" else 0


def layers_of(tensors: Mapping[str, Tensor]) -> list[WeightLayer]:
    """The layers, in the order of the file."""
    grouped: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        place, _, part = name.rpartition(".")
        if part not in _COUNTERS:
            grouped.setdefault(place, {})[part] = tensor
    return [_layer(place, parts) for place, parts in grouped.items()]


def in_natural_order(layers: list[WeightLayer]) -> list[WeightLayer]:
    """By name, numbers counted: what files need that are sorted by the alphabet."""
    return sorted(layers, key=lambda layer: natural_key(layer.name))


def natural_key(name: str) -> list[tuple[int, str]]:
    """A sorting key by which ``main.2`` comes before ``main.10``."""
    return [
        (-1, part) if (number := whole_number(part)) is None else (number, "")
        for part in re.split(r"(\d+)", name)
        if part
    ]


def _layer(place: str, parts: dict[str, Tensor]) -> WeightLayer:
    weight, bias = parts.get("weight"), parts.get("bias")
    known = {"weight", "bias", "running_mean", "running_var"}
    mean, variance = parts.get("running_mean"), parts.get("running_var")
    if weight is None and mean is not None and variance is not None:  # affine=False
        weight = variance.new_ones(len(variance))
    if weight is None or set(parts) - known:
        return WeightLayer(place, "other", next(iter(parts.values())))
    return WeightLayer(place, _kind(weight, bias, mean, variance), weight, bias, mean, variance)


def _kind(weight: Tensor, bias: Tensor | None, mean: Tensor | None, variance: Tensor | None) -> Kind:
    if not weight.is_floating_point() or weight.numel() == 0:
        return "other"
    if mean is not None and variance is not None:
        return "batch_norm" if weight.dim() == 1 and weight.shape == mean.shape == variance.shape else "other"
    if weight.dim() == 2:
        return "dense"
    if weight.dim() == 4:
        return "conv" if weight.shape[2] == weight.shape[3] else "other"
    if weight.dim() == 3 and bias is not None and bias.shape == weight.shape:  # of all places of a picture
        return "affine"
    if weight.dim() == 1:
        return "affine" if bias is not None else "slope"
    return "other"
