"""Which dimensions of a latent a search asks for, and in which order they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Order = Literal["number", "strength", "value"]
ORDERS: tuple[Order, ...] = ("number", "strength", "value")

_RANGE = re.compile(r"z?(\d{1,9})(?:-z?(\d{1,9}))?")
_BOUND = re.compile(r"([<>])(\d+(?:\.\d*)?|\.\d+)")


def matching(
    text: str,
    z: NDArray[np.float32],
    pins: Set[int],
    locks: Set[int],
    name: Callable[[int], str] = "z{}".format,
    first: int = 0,
) -> NDArray[np.int64]:
    """The dimensions that a search ``text`` asks for, in ascending order.

    ``17`` or ``z17`` is one dimension, ``3-9`` a range, ``pinned`` and ``locked`` (or their beginnings) what
    they say, ``>2`` and ``<0.5`` bound the absolute value. All words between two commas must hold; a comma
    means *or*. Any other word asks for those whose ``name`` holds it. Empty text asks for everything.
    Dimensions are counted from ``first`` on.
    """
    found = np.zeros(len(z), bool)
    for alternative in text.lower().split(",") if text.strip(" ,") else [" "]:
        words = alternative.split()
        if words or not text.strip(" ,"):
            found |= np.logical_and.reduce([_mask(word, z, pins, locks, name, first) for word in words] or [~found])
    return np.flatnonzero(found)


def _mask(
    word: str, z: NDArray[np.float32], pins: Set[int], locks: Set[int], name: Callable[[int], str], begin: int
) -> NDArray[np.bool_]:
    numbers = np.arange(len(z)) + begin
    if match := _RANGE.fullmatch(word):
        first = int(match[1])
        last = int(match[2]) if match[2] else first
        return (numbers >= first) & (numbers <= last)
    if match := _BOUND.fullmatch(word):
        bound = float(match[2])
        return np.asarray(np.abs(z) > bound if match[1] == ">" else np.abs(z) < bound)
    for said, members in (("pinned", pins), ("locked", locks)):
        if said.startswith(word):
            return _members(members, len(z))
    return np.array([word in name(index).lower() for index in range(len(z))], bool)


def ordered(
    dimensions: NDArray[np.int64],
    order: Order,
    z: NDArray[np.float32],
    strengths: NDArray[np.float32] | None,
    pins: Set[int],
) -> tuple[int, ...]:
    """``dimensions`` with the pinned ones first; within both parts by number, or the largest first.

    ``value`` goes by absolute value; ``strength`` by number while the strengths are unknown.
    """
    weights = {"value": np.abs(z), "strength": strengths}.get(order)
    if weights is not None:
        dimensions = dimensions[np.argsort(-weights[dimensions], kind="stable")]
    pinned = _members(pins, len(z))[dimensions]
    return tuple(np.concatenate([dimensions[pinned], dimensions[~pinned]]).tolist())


def _members(of: Set[int], count: int) -> NDArray[np.bool_]:
    """Which of the numbers below ``count`` are ``of`` a set; np.isin would import numpy.ma, while the window starts."""
    found = np.zeros(count, bool)
    found[[number for number in of if number < count]] = True
    return found
