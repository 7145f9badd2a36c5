"""What leaves each step of a network, worked out from shapes alone, and why a step cannot take what reaches it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from explorer.training.weight_import.architecture import Step

Size = tuple[int, ...]
"""A row of numbers, (count,), or pictures, (channels, height, width)."""

_INTO = {"dense": 1, "conv": 1, "up": 0, "norm": 0, "affine": 0}  # the axis of a weight that says what it takes


def size_after(step: Step, weight: Sequence[int], size: Size) -> Size:
    """What leaves ``step``, whose weight has this shape, where ``size`` reaches it.

    Raises
    ------
    ValueError
        It cannot take that: says why.
    """
    _check_kind(step, size)
    if step.op in _INTO and size[0] != weight[_INTO[step.op]]:
        raise ValueError(f"it takes {weight[_INTO[step.op]]:,} channels and gets {size[0]:,}")
    if step.op == "slope" and weight[0] not in (1, size[0]):
        raise ValueError(f"it takes {weight[0]:,} channels and gets {size[0]:,}")
    if step.op == "dense":
        return (weight[0],)
    if step.op == "view":
        if math.prod(step.size) != size[0]:
            raise ValueError(f"{size[0]:,} numbers are not {' × '.join(map(str, step.size))}")
        return step.size
    if step.op in ("conv", "up"):
        channels = weight[0] if step.op == "conv" else weight[1]
        return (channels, *(_side(step, weight[2], side) for side in size[1:]))
    return _without_weights(step, size)


def _check_kind(step: Step, size: Size) -> None:
    if step.op in ("dense", "view") and len(size) != 1:
        raise ValueError("it takes a row of numbers and gets pictures")
    if step.op in ("conv", "up", "enlarge", "shuffle", "crop") and len(size) != 3:
        raise ValueError("it takes pictures and gets a row of numbers")


def _side(step: Step, kernel: int, side: int) -> int:
    if step.op == "conv":
        after = (side + 2 * step.padding - kernel) // step.stride + 1
    else:
        after = (side - 1) * step.stride - 2 * step.padding + kernel + step.more
        if step.more >= step.stride and step.more > 0:
            raise ValueError("its output padding must be smaller than its stride")
    if after < 1:
        raise ValueError(f"nothing would be left of pictures of {side} pixels")
    return after


def _without_weights(step: Step, size: Size) -> Size:
    if step.op == "enlarge":
        return (size[0], size[1] * step.factor, size[2] * step.factor)
    if step.op == "shuffle":
        channels, rest = divmod(size[0], step.factor**2)
        if rest:
            raise ValueError(f"{size[0]:,} channels cannot be divided by {step.factor**2}")
        return (channels, size[1] * step.factor, size[2] * step.factor)
    if step.op == "crop":
        return (size[0], min(size[1], step.size[0]), min(size[2], step.size[1]))
    return size
