"""Encoders of the VAEs of others: convolutions and dense layers from a picture to the mean of its latent."""

from __future__ import annotations

import math
from collections.abc import Sequence

from torch import nn

from explorer.training.weight_import.activations import activation
from explorer.training.weight_import.assembly import batch_norm, convolution, dense, sequence
from explorer.training.weight_import.layers import WeightLayer

_STEPS: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((1, 0),),
    2: ((2, 0),),
    3: ((2, 1), (1, 1), (2, 0)),
    4: ((2, 1), (1, 0), (2, 0)),
    5: ((2, 2), (1, 2), (2, 0)),
    7: ((2, 3), (1, 3)),
}
"""Stride and padding of convolutions, by kernel, the likeliest first."""

Frame = tuple[int, int, int]


def encoder(layers: Sequence[WeightLayer], head: WeightLayer, frame: Frame, hidden: str) -> nn.Sequential | None:
    """From pictures to the means of their latents; None where the layers do not fit the picture.

    Parameters
    ----------
    layers : sequence of Layer
        In their order, without the head.
    head : WeightLayer
        The dense layer whose result is the mean.
    frame : (channels, height, width)
    hidden : str
        The activation behind each layer but the head.
    """
    convolutions = [layer for layer in layers if layer.kind == "conv"]
    first_dense = next((layer for layer in [*layers, head] if layer.kind == "dense"), head)
    steps = _steps(convolutions, frame, int(first_dense.weight.shape[1]))
    if steps is None:
        return None
    modules: list[nn.Module] = []
    open_end, flat, ways = False, not convolutions, iter(steps)
    if flat:
        modules.append(nn.Flatten())
    for layer in [*layers, head]:
        if layer.has_weight and open_end:
            modules.append(activation(hidden))
        if layer.kind == "dense" and not flat:
            modules.append(nn.Flatten())
            flat = True
        made = _module(layer, flat, ways)
        if made is None:
            return None
        modules.append(made)
        open_end = open_end or layer.has_weight
    return sequence(modules) if _is_chain(layers, head, frame) else None


def _module(layer: WeightLayer, flat: bool, ways: object) -> nn.Module | None:
    if layer.kind == "dense":
        return dense(layer.weight, layer.bias)
    if layer.kind == "batch_norm":
        return batch_norm(layer, flat)
    if layer.kind == "conv":
        stride, padding = next(ways)  # type: ignore[call-overload]
        return convolution(layer, stride, padding)
    return None


def _steps(convolutions: list[WeightLayer], frame: Frame, numbers: int) -> list[tuple[int, int]] | None:
    """Strides and paddings that leave just the ``numbers`` which the first dense layer takes."""
    if not convolutions:
        return [] if numbers == math.prod(frame) else None
    channels = int(convolutions[-1].weight.shape[0])
    ways: list[tuple[int, int, list[tuple[int, int]]]] = [(0, frame[1], [])]
    for layer in convolutions:
        ways = [
            (cost + more, (side + 2 * padding - layer.kernel) // stride + 1, [*taken, (stride, padding)])
            for cost, side, taken in ways
            for more, (stride, padding) in enumerate(_STEPS.get(layer.kernel, ()))
            if side + 2 * padding >= layer.kernel
        ]
        ways = sorted(ways, key=lambda way: way[0])[:2048]
    fitting = [taken for _, side, taken in ways if channels * side * side == numbers]
    return min(fitting, key=lambda taken: _variety(convolutions, taken), default=None)


def _variety(convolutions: list[WeightLayer], taken: Sequence[tuple[int, int]]) -> int:
    """How many different strides and paddings there are for kernels of each size: people write few."""
    return len({(layer.kernel, way) for layer, way in zip(convolutions, taken, strict=True)})


def variety(layers: Sequence[WeightLayer], head: WeightLayer, frame: Frame) -> int | None:
    """How many different strides and paddings pictures of this frame take; None where they cannot be read."""
    convolutions = [layer for layer in layers if layer.kind == "conv"]
    first_dense = next((layer for layer in [*layers, head] if layer.kind == "dense"), head)
    taken = _steps(convolutions, frame, int(first_dense.weight.shape[1]))
    return None if taken is None or not _is_chain(layers, head, frame) else _variety(convolutions, taken)


def _is_chain(layers: Sequence[WeightLayer], head: WeightLayer, frame: Frame) -> bool:
    """Whether each layer takes what the one before it gives."""
    width, flat = frame[0], False
    for layer in [*layers, head]:
        if layer.kind == "conv":
            if flat or layer.weight.shape[1] != width:
                return False
        elif layer.kind == "dense":
            if flat and layer.weight.shape[1] != width:
                return False
            flat = True
        elif len(layer.weight) != width:
            return False
        width = int(layer.weight.shape[0])
    return True
