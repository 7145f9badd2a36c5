"""Judging on what was kept out: folds that never part a group, and what held-out examples say of a cut."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.direction import PAIRS, HeldOut
from explorer.core.directions.fitting.examples import Doubles, Mask
from explorer.core.directions.fitting.hyperplanes import Fold, Hyperplane, pair_differences
from explorer.core.problem import Problem
from explorer.core.proportions import difference

FOLDS = 5


def folds(
    has: Mask, groups: NDArray[np.int64] | None, seed: int, most: int | None = None
) -> tuple[tuple[Fold, Fold], ...]:
    """Up to five splits into examples to fit to and examples kept, every example kept once.

    Groups stay whole, and both sides are spread over the splits as evenly as groups allow.

    Parameters
    ----------
    has : (N,) bool
    groups : (N,) int64 or None
        None where every example stands alone.
    seed : int
    most : int, optional
        Use about so many of the examples, of both sides in proportion.

    Returns
    -------
    tuple of (fit, kept) indices
        Empty where a part to fit to would lack two examples of a side.
    """
    order = _shuffled(has, groups, seed)
    skip = 1 if most is None else -(-len(has) // most)
    taken = order[::skip]
    count = min(FOLDS, len(taken))
    number = np.full(len(order), -1)
    number[taken] = np.arange(len(taken)) % max(count, 1)
    fold = number if groups is None else number[np.unique(groups, return_inverse=True)[1]]
    parts = tuple(
        (np.flatnonzero((fold >= 0) & (fold != index)), np.flatnonzero(fold == index)) for index in range(count)
    )
    enough = all(2 <= has[fit].sum() <= len(fit) - 2 for fit, _ in parts)
    return parts if count > 1 and enough else ()


def _shuffled(has: Mask, groups: NDArray[np.int64] | None, seed: int) -> NDArray[np.int64]:
    """The groups in chance order, then sorted by how many of each have the attribute."""
    if groups is None:
        share = has.astype(np.float64)
    else:
        index = np.unique(groups, return_inverse=True)[1]
        share = np.bincount(index, has) / np.bincount(index)
    order = np.random.RandomState(seed).permutation(len(share))
    return order[np.argsort(share[order], kind="stable")]


def places_across(
    cut_of: Callable[[Fold], Hyperplane], latents: NDArray[np.float32], parts: tuple[tuple[Fold, Fold], ...]
) -> Doubles | None:
    """(N,) where each example lies by the cut of the split that kept it; None where a split cannot be cut."""
    places = np.zeros(len(latents))
    try:
        for fit, kept in parts:
            places[kept] = cut_of(fit).places(latents[kept])
    except Problem:  # a split without pairs, say: the fit itself succeeded, so this is no failure
        return None
    return places


def judgement(places: Doubles, has: Mask) -> HeldOut:
    """The share of examples that lie on their side."""
    return HeldOut.counted(int(((places > 0.0) == has).sum()), len(has))


def no_better_than_chance(places: Doubles, has: Mask) -> bool | None:
    """Whether chance could explain where the examples lie; None where one side is missing.

    Chance puts as many of either side on the side of the attribute: the 95 % interval of the difference of
    these shares then contains 0. Unlike the accuracy, this does not reward guessing the larger side.
    """
    sides = [(int((places[side] > 0.0).sum()), int(side.sum())) for side in (has, ~has)]
    if not (sides[0][1] and sides[1][1]):
        return None
    return difference(sides[0], sides[1])[0] <= 0.0


def pairs_in_order(places: Doubles, has: Mask, groups: NDArray[np.int64]) -> HeldOut | None:
    """The share of groups whose mean with the attribute lies further along; None without such groups."""
    try:
        steps, _, _ = pair_differences(places[:, None], has, groups, np.zeros((len(places), 0)))
    except Problem:
        return None
    return HeldOut.counted(int((steps[:, 0] > 0.0).sum()), len(steps), PAIRS)
