"""What the layers of a generator see: the tensors that go into its convolutions, as grey pictures.

Such a tensor is found by going back from each convolution over what only scales, pads or enlarges its input. A second
session stops there, and gives it averaged down to a size that can be looked at.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.inference.graph_shapes import Shape, tensor_shapes
from explorer.core.models.onnx_parts import ModelProto, NodeProto
from explorer.core.problem import Problem

LARGEST_SIDE = 256
"""Of the pictures of a layer, in pixels; larger ones are averaged down by a whole factor."""

_CONVOLUTIONS = ("Conv", "ConvTranspose")
_PASSED = ("Pad", "Resize", "Upsample", "Identity", "Cast")
_SCALING = ("Mul", "Div")
_SMALLEST = 4  # pixels of a layer that is worth looking at

Maps = NDArray[np.float32]


@dataclass(frozen=True)
class FeatureLayer:
    """A layer whose activations can be looked at.

    Attributes
    ----------
    number : int
        In the graph's order, from 0.
    tensor : str
        What the graph calls it.
    channels, height, width : int
    """

    number: int
    tensor: str
    channels: int
    height: int
    width: int

    @property
    def words(self) -> str:
        """What it is, for people: "3: 64 of 16 px", channels and their side; "3: 64 of 16 × 24"; "5: 10 numbers"."""
        if self.height == self.width == 1:
            return f"{self.number}: {self.channels} numbers"
        size = f"{self.height} px" if self.height == self.width else f"{self.width} × {self.height}"
        return f"{self.number}: {self.channels} of {size}"

    @property
    def thinning(self) -> int:
        """By what its sides are divided for looking at."""
        return math.ceil(max(self.height, self.width) / LARGEST_SIDE)


@dataclass(frozen=True, eq=False)
class FeatureMaps:
    """The activations of a layer for one picture.

    Attributes
    ----------
    layer : FeatureLayer
    values : (channels, height, width) float32
        Averaged down by ``layer.thinning``.
    """

    layer: FeatureLayer
    values: Maps

    def strongest(self, count: int) -> tuple[int, ...]:
        """The channels that vary most over the picture, the most first: by their standard deviation."""
        spread = np.nan_to_num(self.values.std(axis=(1, 2), dtype=np.float64))
        return tuple(int(channel) for channel in np.argsort(-spread, kind="stable")[:count])

    def map(self, channel: int | None) -> Maps:
        """The activations (height, width) of one channel, or their mean over all."""
        found: Maps = self.values.mean(axis=0, dtype=np.float32) if channel is None else self.values[channel]
        return found

    def picture(self, channel: int | None) -> NDArray[np.uint8]:
        """A channel, or the mean, as (height, width, 1): its smallest value is black, its largest white."""
        return as_grey(self.map(channel))

    def pictures(self, channels: tuple[int, ...]) -> NDArray[np.uint8]:
        """`picture` of some channels, (N, height, width, 1)."""
        return np.stack([self.picture(channel) for channel in channels])


def as_grey(values: Maps) -> NDArray[np.uint8]:
    """Values (height, width) as a grey picture (height, width, 1), from the smallest to the largest."""
    finite = np.nan_to_num(values.astype(np.float64))
    low, high = finite.min(), finite.max()
    if high <= low:
        return np.full((*values.shape, 1), 128, np.uint8)
    return np.asarray(((finite - low) * (255.0 / (high - low))).round(), np.uint8)[:, :, None]


def feature_layers(model: ModelProto) -> tuple[FeatureLayer, ...]:
    """The layers of a generator that can be looked at, in the graph's order; none where it has no convolutions."""
    shapes = tensor_shapes(model)
    made = {name: node for node in model.graph.node for name in node.output}
    found: dict[str, Shape] = {}
    for node in model.graph.node:
        if node.op_type in _CONVOLUTIONS and not _filters(node, shapes):
            name = _activations(node.input[0], made, shapes)
            shape = shapes.get(name, ())
            if name in made and len(shape) == 4 and min(shape[1:]) > 0 and min(shape[2:]) >= _SMALLEST:
                found[name] = shape
    return tuple(FeatureLayer(number, name, *shape[1:]) for number, (name, shape) in enumerate(found.items()))


def layer_called(wanted: str, layers: tuple[FeatureLayer, ...], model: str) -> FeatureLayer:
    """The layer of a number, counted from 0, or of the graph's own name.

    Raises
    ------
    Problem
        There is none; says those that there are.
    """
    if not layers:
        raise Problem(f"{model} has no layers that can be looked at.", "Choose a model with convolutions.")
    for layer in layers:
        if wanted in (str(layer.number), layer.tensor):
            return layer
    listed = "; ".join(layer.words for layer in layers)
    raise Problem(f"{model} has no layer {wanted[:60]}.", f"It has {listed}.")


def _filters(node: NodeProto, shapes: Mapping[str, Shape]) -> bool:
    """Whether a convolution only smooths or enlarges, each channel by itself."""
    groups = next((attribute.i for attribute in node.attribute if attribute.name == "group"), 1)
    shape = shapes.get(node.input[0], ())
    return groups > 1 and len(shape) == 4 and groups == shape[1]


def _activations(name: str, made: Mapping[str, NodeProto], shapes: Mapping[str, Shape]) -> str:
    """What a convolution's input is made of by scaling channels, padding and enlarging alone."""
    while (node := made.get(name)) is not None:
        if node.op_type in _PASSED:
            name = node.input[0]
        elif node.op_type in _SCALING:
            maps = [given for given in node.input if _is_map(shapes.get(given, ()))]
            if len(maps) != 1:
                return name
            name = maps[0]
        else:
            return name
    return name


def _is_map(shape: Shape) -> bool:
    return len(shape) == 4 and max(shape[2:]) > 1
