"""Facts about the pictures of a map, one name at a time, and the colours that show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem

Rgb = tuple[int, int, int]
Colours = NDArray[np.uint8]

UNKNOWN: Rgb = (128, 128, 128)
OTHERS: Rgb = (190, 190, 190)
PALETTE: tuple[Rgb, ...] = (
    (230, 159, 0),
    (86, 180, 233),
    (0, 158, 115),
    (240, 228, 66),
    (0, 114, 178),
    (213, 94, 0),
    (204, 121, 167),
    (136, 34, 85),
    (153, 153, 51),
    (119, 102, 204),
)
"""Told apart by the colour-blind too: Okabe and Ito (2008) without black, then three by Tol (2021)."""

GRADIENT: tuple[Rgb, ...] = (
    (65, 68, 135),
    (53, 95, 141),
    (42, 120, 142),
    (33, 145, 140),
    (34, 168, 132),
    (68, 191, 112),
    (122, 209, 81),
    (189, 223, 38),
    (253, 231, 37),
)
"""Viridis (Smith and van der Walt, 2015) at equal steps, without the fifth too dark for a dark ground."""

_NO_YES = ("no", "yes")


@dataclass(frozen=True, eq=False)
class Fact:
    """What is known of N pictures under one name.

    Attributes
    ----------
    name : str
    values : (N,) float32
        Numbers, or indices into ``words``; NaN where unknown.
    words : tuple of str
        What the values stand for; () where they are numbers.
    """

    name: str
    values: NDArray[np.float32]
    words: tuple[str, ...] = ()

    def told(self, index: int) -> str:
        """What is known of one picture, in words."""
        value = float(self.values[index])
        if np.isnan(value):
            return "unknown"
        return self.words[int(value)] if self.words else f"{value:.3g}"


@dataclass(frozen=True, eq=False)
class Colouring:
    """The colours of N pictures, and what they mean.

    Attributes
    ----------
    name : str
        Of the fact that is shown.
    colours : (N, 3) uint8
    swatches : tuple of (str, Rgb)
        The words of a legend, each with its colour; of a gradient only what lies beside it.
    ends : (float, float) or None
        The numbers at the ends of `GRADIENT`; None where there is no gradient.
    """

    name: str
    colours: Colours
    swatches: tuple[tuple[str, Rgb], ...]
    ends: tuple[float, float] | None = None


def facts_of(
    names: Sequence[str],
    values: NDArray[np.float32],
    labels: Sequence[int | None] | NDArray[np.int64] | None = None,
    classes: Sequence[str] = (),
) -> tuple[Fact, ...]:
    """The facts that a table of attributes tells.

    Parameters
    ----------
    names : sequence of A str
        ``smile`` for numbers or yes and no; ``eyes=blue`` for one word of several, which become one fact.
    values : (N, A) float32
        Yes is 1, no is 0, unknown is NaN.
    labels : sequence of N int, optional
        Indices into ``classes``; -1 or None where unknown.
    classes : sequence of str
    """
    facts: dict[str, Fact] = {}
    if labels is not None and len(classes):
        facts["class"] = _class_fact(labels, tuple(classes))
    for name, places in _grouped(names):
        if name not in facts:
            facts[name] = _fact(name, [names[place] for place in places], values[:, places])
    return tuple(facts.values())


def fact_called(name: str, facts: Iterable[Fact]) -> Fact:
    """The fact of that name.

    Raises
    ------
    Problem
        There is none.
    """
    known = {fact.name: fact for fact in facts}
    if name not in known:
        raise Problem(f"The pictures have no attribute called {name}.", f"They have: {', '.join(known) or 'none'}.")
    return known[name]


def coloured(fact: Fact) -> Colouring:
    """A gradient for numbers, a colour of its own for each word, grey for what is unknown.

    Of more words than there are colours the commonest have one; the rest share a pale grey.
    """
    known = ~np.isnan(fact.values)
    colours = np.full((len(fact.values), 3), UNKNOWN, np.uint8)
    found = _by_words(fact, known, colours) if fact.words else _by_numbers(fact, known, colours)
    unknown = () if known.all() else (("unknown", UNKNOWN),)
    return Colouring(fact.name, colours, (*found[0], *unknown), found[1])


def gradient_at(shares: NDArray[np.float64]) -> Colours:
    """The colours of `GRADIENT` at shares (N,) of its length, (N, 3) uint8."""
    steps, inks = np.linspace(0.0, 1.0, len(GRADIENT)), np.array(GRADIENT, np.float64)
    found = np.stack([np.interp(shares, steps, inks[:, part]) for part in range(3)], axis=1)
    return found.round().astype(np.uint8)


def _by_words(fact: Fact, known: NDArray[np.bool_], colours: Colours) -> tuple[tuple[tuple[str, Rgb], ...], None]:
    indices = fact.values[known].astype(np.int64)
    counts = np.bincount(indices, minlength=len(fact.words))
    shown = np.sort(np.argsort(-counts, kind="stable")[: len(PALETTE)])
    inks = np.full((len(fact.words), 3), OTHERS, np.uint8)
    inks[shown] = PALETTE[: len(shown)]
    colours[known] = inks[indices]
    swatches = tuple((fact.words[word], PALETTE[place]) for place, word in enumerate(shown.tolist()))
    others = len(fact.words) - len(shown)
    return (*swatches, *(((f"{others} others", OTHERS),) if others else ())), None


def _by_numbers(
    fact: Fact, known: NDArray[np.bool_], colours: Colours
) -> tuple[tuple[tuple[str, Rgb], ...], tuple[float, float] | None]:
    values = fact.values[known].astype(np.float64)
    if not len(values):
        return (), None
    low, high = float(values.min()), float(values.max())
    share = (values - low) / (high - low) if high > low else np.full(len(values), 0.5)
    colours[known] = gradient_at(share)
    return (), (low, high)


def _class_fact(labels: Sequence[int | None] | NDArray[np.int64], classes: tuple[str, ...]) -> Fact:
    values = [np.nan if label is None or not 0 <= label < len(classes) else label for label in labels]
    return Fact("class", np.array(values, np.float32), classes)


def _grouped(names: Sequence[str]) -> Iterator[tuple[str, list[int]]]:
    """What the columns are about, and which belong to it: ``eyes=blue`` and ``eyes=green`` together."""
    things: dict[tuple[str, str], list[int]] = {}
    for place, name in enumerate(names):
        thing, equals, _ = name.partition("=")
        things.setdefault((thing, equals), []).append(place)
    return ((thing, places) for (thing, _), places in things.items())


def _fact(name: str, columns: Sequence[str], values: NDArray[np.float32]) -> Fact:
    if len(columns) > 1:
        words = tuple(column.partition("=")[2] for column in columns)
        known = (values > 0.5).any(axis=1)
        return Fact(name, np.where(known, (values > 0.5).argmax(axis=1), np.nan).astype(np.float32), words)
    column = values[:, 0]
    if not np.isin(column[~np.isnan(column)], (0.0, 1.0)).all() or np.isnan(column).all():
        return Fact(name, column)
    word = columns[0].partition("=")[2]
    return Fact(name, column, (f"not {word}", word) if word else _NO_YES)
