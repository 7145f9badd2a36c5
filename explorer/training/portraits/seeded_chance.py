"""Chance that depends on (seed, index) alone: the same factors on every machine, in any order.

Each picture owns one stretch of a counter-based random stream (Philox; Salmon et al. 2011, "Parallel
random numbers: as easy as 1, 2, 3"), so one picture and a whole set come from the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.training.portraits.factors import FACTORS, Factors

Correlations = Mapping[tuple[str, str], float]

_NUMBERS_PER_PICTURE = 64  # more than there are factors, so that new ones leave the old as they are
_NUMBERS_PER_COUNT = 4  # Philox gives four 64-bit numbers a count
_COUNTS_PER_PICTURE = _NUMBERS_PER_PICTURE // _NUMBERS_PER_COUNT
_COLUMN = {f.name: i for i, f in enumerate(FACTORS)}


def uniforms(seed: int, first: int, count: int, correlations: Correlations | None = None) -> NDArray[np.float64]:
    """The chance behind pictures ``first`` to ``first + count - 1``.

    Returns
    -------
    array, shape (count, len(FACTORS)), in (0, 1)
        Independent and uniform, except that the columns named in ``correlations`` are joined by a
        Gaussian copula: each stays uniform by itself.

    Raises
    ------
    Problem
        The seed is out of range, or the correlations cannot hold.
    """
    check_seed(seed)
    stream = np.random.Philox(key=seed, counter=first * _COUNTS_PER_PICTURE)
    raw = stream.random_raw(count * _NUMBERS_PER_PICTURE).reshape(count, _NUMBERS_PER_PICTURE)
    chance = ((raw[:, : len(FACTORS)] >> 11).astype(np.float64) + 0.5) * 2.0**-53
    return _joined(chance, correlations) if correlations else chance


def sampled_factors(seed: int, index: int, correlations: Correlations | None = None) -> Factors:
    """The factors of picture ``index`` of the set that ``seed`` names.

    Parameters
    ----------
    correlations : mapping of pairs of names to numbers in [-1, 1], optional
        Correlation of the two factors' underlying normal variables (a Gaussian copula): for two
        continuous factors the correlation seen is within 0.02 of it, with a yes/no factor it is
        weaker by a fifth or more. Categories have no direction and cannot be correlated.

    Raises
    ------
    Problem
        A name is unknown or a category, or no set of variables can have these correlations.
    """
    row = uniforms(seed, index, 1, correlations)[0]
    return Factors(**{f.name: f.at(u).item() for f, u in zip(FACTORS, row, strict=True)})


def check_seed(seed: int) -> None:
    """Raise the `Problem` that `sampled_factors` would raise with this seed, if any."""
    if type(seed) is not int or not 0 <= seed < 2**64:
        raise Problem(f"The seed cannot be {seed!r}.", "Use a whole number from 0 up.")


def check_correlations(correlations: Correlations) -> None:
    """Raise the `Problem` that `sampled_factors` would raise with these correlations, if any."""
    if correlations:
        _mixing(tuple(sorted(correlations.items())))


def _joined(chance: NDArray[np.float64], correlations: Correlations) -> NDArray[np.float64]:
    columns, mixing = _mixing(tuple(sorted(correlations.items())))
    joined = chance.copy()
    joined[:, columns] = _cumulative(_normal(chance[:, columns]) @ mixing)
    return joined


_normal = np.vectorize(NormalDist().inv_cdf, otypes=[np.float64])
_cumulative = np.vectorize(NormalDist().cdf, otypes=[np.float64])


@cache
def _mixing(pairs: tuple[tuple[tuple[str, str], float], ...]) -> tuple[list[int], NDArray[np.float64]]:
    """The columns concerned, and the symmetric root of their correlation matrix."""
    names = sorted({name for pair, _ in pairs for name in pair}, key=lambda n: _COLUMN.get(n, -1))
    matrix = np.eye(len(names))
    for (one, other), value in pairs:
        _check_pair(one, other, value)
        i, j = names.index(one), names.index(other)
        if matrix[i, j]:
            raise Problem(f"{one} and {other} are given twice.", "Give each pair once, in either order.")
        matrix[i, j] = matrix[j, i] = value
    eigenvalues, axes = np.linalg.eigh(matrix)
    if eigenvalues.min() < -1e-9:
        raise Problem(
            f"The correlations among {', '.join(names)} contradict each other.",
            "Make them weaker: where a goes with b and b with c, a cannot go against c.",
        )
    return [_COLUMN[n] for n in names], (axes * np.sqrt(eigenvalues.clip(0))) @ axes.T


def _check_pair(one: str, other: str, value: float) -> None:
    can = {f.name for f in FACTORS if f.kind != "category"}
    for name in (one, other):
        if name not in can:
            what = "is a category and has no direction" if name in _COLUMN else "is not a factor of a portrait"
            raise Problem(f"{name} {what}.", f"These can be correlated: {', '.join(sorted(can))}.")
    if one == other or not -1 <= value <= 1:
        raise Problem(f"{one} and {other} cannot be correlated by {value}.", "Give two names and -1 to 1.")
