"""What is known of pictures: in which factors they differ, and which value of each every picture has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem

_MOST_KINDS = 12  # whole numbers of more values than these are numbers, and not kinds


@dataclass(frozen=True, eq=False)
class KnownFactors:
    """Factors of N pictures.

    Attributes
    ----------
    names : (K,) tuple of str
    values : (N, K) float64
        Numbers, or the place of a choice: 0, 1, ...
    are_kinds : (K,) tuple of bool
        Which are choices, whose order says nothing.
    left_out : tuple of str
        Factors that are the same in all pictures, or only say whether another one is large.
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]
    are_kinds: tuple[bool, ...]
    left_out: tuple[str, ...] = ()

    def binned(self, bins: int) -> NDArray[np.int64]:
        """(N, K): places of choices, and for numbers which of so many equally full bins they lie in."""
        columns = [
            np.unique(column, return_inverse=True)[1] if kind else bin_of(column, bins)
            for column, kind in zip(self.values.T, self.are_kinds, strict=True)
        ]
        return np.stack(columns, axis=1)

    def subset(self, rows: NDArray[np.intp]) -> KnownFactors:
        """Those of some of the pictures."""
        return KnownFactors(self.names, self.values[rows], self.are_kinds, self.left_out)

    def only(self, place: int) -> KnownFactors:
        """One of the factors."""
        return KnownFactors(self.names[place : place + 1], self.values[:, [place]], self.are_kinds[place : place + 1])


def bin_of(column: NDArray[np.floating], bins: int) -> NDArray[np.int64]:
    """Which of ``bins`` equally full bins each of the values (N,) lies in; equal values share one."""
    edges = np.quantile(column, np.linspace(0.0, 1.0, bins + 1)[1:-1])
    return np.searchsorted(edges, column, side="left").astype(np.int64)


def factors_from(
    names: Sequence[str], values: NDArray[np.floating], wanted: Sequence[str] | None = None
) -> KnownFactors:
    """Factors from columns of attributes, as sources of pictures have them.

    Columns called ``hat=cap``, ``hat=beret`` are the choices of one factor. Pictures of which a factor is not known
    must have been left out before.

    Parameters
    ----------
    names : (A,) of str
    values : (N, A)
    wanted : sequence of str, optional
        Only these factors.

    Raises
    ------
    Problem
        There is no factor of a name that is wanted, or none in which the pictures differ.
    """
    columns = _columns(names, np.asarray(values, np.float64))
    for name in wanted or ():
        if name not in columns:
            raise Problem(
                f"Nothing is known about {name} in these pictures.",
                f"What is known: {', '.join(columns) or 'no factors'}.",
            )
    chosen = {name: columns[name] for name in (wanted or columns)}
    varied = {
        name: column
        for name, column in chosen.items()
        if len(np.unique(column)) > 1 and not _is_told_by_another(column, chosen.values())
    }
    if not varied:
        raise Problem(
            "These pictures do not differ in anything that is known about them.",
            "Choose pictures with labels or attributes, such as portraits:2000.",
        )
    kinds = tuple(_is_kind(name, column, names) for name, column in varied.items())
    left_out = tuple(name for name in chosen if name not in varied)
    return KnownFactors(tuple(varied), np.stack(list(varied.values()), axis=1), kinds, left_out)


def _is_told_by_another(column: NDArray[np.float64], columns: Iterable[NDArray[np.float64]]) -> bool:
    """Whether a yes/no is only a threshold of a number, as smiling is of how broad the smile is."""
    values = np.unique(column)
    if len(values) != 2:
        return False
    yes = column == values[1]
    numbers = (each for each in columns if len(np.unique(each)) > _MOST_KINDS)
    return any(each[yes].min() > each[~yes].max() or each[yes].max() < each[~yes].min() for each in numbers)


def _columns(names: Sequence[str], values: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Each factor's values; of choices, the place of the one that is true."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(name.partition("=")[0], []).append(place)
    return {
        name: values[:, at].argmax(axis=1).astype(np.float64) if len(at) > 1 else values[:, at[0]]
        for name, at in places.items()
    }


def _is_kind(name: str, column: NDArray[np.float64], names: Sequence[str]) -> bool:
    if any(each.startswith(f"{name}=") for each in names):
        return True
    kinds = np.unique(column)
    return len(kinds) <= _MOST_KINDS and bool((kinds == np.round(kinds)).all())
