"""Bayes' rule: what a model that knows how likely pictures of each class are says of the class of a picture."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


def class_chances(bits: NDArray[np.floating], numbers: int, shares: NDArray[np.floating] | None = None) -> Doubles:
    """How probable each class is for each picture, (N, K), rows of sum 1: p(y|x) = p(x|y) p(y) / p(x).

    Parameters
    ----------
    bits : (N, K)
        Bits per dimension of each picture as one of each class: -log2 p(x|y) / numbers.
    numbers : int
        Numbers in one picture: its dimensions.
    shares : (K,), optional
        How common each class is, p(y); all alike by default. A class that never occurs is never chosen.
    """
    joint = _joint(bits, numbers, shares)
    joint -= joint.max(axis=1, keepdims=True)
    chances = np.exp2(joint)
    found: Doubles = chances / chances.sum(axis=1, keepdims=True)
    return found


def bits_of_any_class(bits: NDArray[np.floating], numbers: int, shares: NDArray[np.floating] | None = None) -> Doubles:
    """Bits per dimension of pictures whose class is not known, (N,): p(x) is the sum of p(x|y) p(y).

    Parameters are those of `class_chances`.
    """
    joint = _joint(bits, numbers, shares)
    largest = joint.max(axis=1, keepdims=True)
    summed: Doubles = largest[:, 0] + np.log2(np.exp2(joint - largest).sum(axis=1))
    return -summed / numbers


def _joint(bits: NDArray[np.floating], numbers: int, shares: NDArray[np.floating] | None) -> Doubles:
    """log2 p(x|y) p(y), (N, K)."""
    count = bits.shape[1]
    with np.errstate(divide="ignore"):
        prior = np.full(count, -math.log2(count)) if shares is None else np.log2(np.asarray(shares, np.float64))
    found: Doubles = prior - np.asarray(bits, np.float64) * numbers
    return found
