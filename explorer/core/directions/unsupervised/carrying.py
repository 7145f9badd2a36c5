"""A tensor that holds numbers of the latent, each times a constant, and what becomes of it in a node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto


@dataclass(frozen=True, eq=False)
class Carried:
    """A tensor that holds numbers of the latent, each times a constant.

    Attributes
    ----------
    numbers : int64 array
        Which number of the latent lies in each place, for a batch of 1; -1 where none does.
    scale : float64 array of the same shape
        What it is multiplied by.
    """

    numbers: NDArray[np.int64]
    scale: NDArray[np.float64]

    @property
    def shape(self) -> tuple[int, ...]:
        """For a batch of 1."""
        return self.numbers.shape


@dataclass(frozen=True)
class Beside:
    """A tensor of which only the shape matters, for a batch of 1.

    Attributes
    ----------
    shape : tuple of int
    measured : bool
        Whether the latent was measured by it, such as its length; else it comes from a class.
    """

    shape: tuple[int, ...]
    measured: bool


Constant = NDArray[Any]
Value = Constant | Carried | Beside


def is_measured(value: Value) -> bool:
    """Whether it depends on the latent other than by carrying it."""
    return isinstance(value, Beside) and value.measured


def shifted(values: Sequence[Value]) -> Carried | None:
    """What is added is an offset, which an affine layer's matrix does not see."""
    carried = [value for value in values if isinstance(value, Carried)]
    if len(carried) != 1 or any(is_measured(value) for value in values):
        return None
    return _spread(carried[0], np.ones(()), np.broadcast_shapes(*(value.shape for value in values)))


def scaled(first: Value, second: Value, *, divided: bool = False) -> Carried | None:
    """The latent times a constant, or over its own length, which leaves its direction as it is."""
    if isinstance(second, Carried) and not divided:
        first, second = second, first
    if not isinstance(first, Carried) or isinstance(second, Carried):
        return None
    if isinstance(second, Beside):
        if not second.measured or np.prod(second.shape) != 1:
            return None
        second = np.ones(second.shape)
    factor = np.asarray(second, np.float64)
    shape = np.broadcast_shapes(first.shape, factor.shape)
    return _spread(first, 1.0 / factor if divided else factor, shape)


def normalised(node: NodeProto, values: Sequence[Value]) -> Carried | None:
    """Batch normalisation with fixed statistics: gamma / sqrt(variance + epsilon) a channel."""
    first, *rest = values
    if len(rest) != 4 or not all(isinstance(value, np.ndarray) for value in rest):
        return None
    gamma, _, _, variance = (np.asarray(value, np.float64) for value in rest)
    epsilon = next((a.f for a in node.attribute if a.name == "epsilon"), 1e-5)
    factor = gamma / np.sqrt(variance + epsilon)
    return scaled(first, factor.reshape(1, -1, *[1] * (len(first.shape) - 2)))


def moved_parts(node: NodeProto, values: Sequence[Value]) -> tuple[list[Constant], list[Constant]]:
    """What a node that only moves numbers is fed to move the places (first) and the scales of what is carried.

    What a Concat puts beside the latent is no number of it: its place is -1 and its scale 0.
    """
    places: list[Constant] = []
    scales: list[Constant] = []
    for value in values:
        if isinstance(value, Carried):
            places.append(value.numbers)
            scales.append(value.scale)
        elif isinstance(value, Beside) or node.op_type == "Concat":
            places.append(np.full(value.shape, -1, np.int64))
            scales.append(np.zeros(value.shape))
        else:
            places.append(value)
            scales.append(value)
    return places, scales


def _spread(carried: Carried, factor: NDArray[np.float64], shape: tuple[int, ...]) -> Carried:
    return Carried(np.broadcast_to(carried.numbers, shape), np.broadcast_to(carried.scale * factor, shape))
