"""What there is to learn of pictures' attributes: which are yes/no, which are numbers, and how they spread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.training.sources import Attributes, PictureSet


@dataclass(frozen=True)
class AttributeColumn:
    """One attribute, as the pictures to learn from have it.

    Attributes
    ----------
    name : str
    kind : str
        ``yes/no`` where every known value is 0 or 1, else ``number``.
    known : int
        Of how many pictures it is known.
    low, high, mean, deviation : float
        Of its known values; the mean of a yes/no is the share of yes.
    """

    name: str
    kind: str
    known: int
    low: float
    high: float
    mean: float
    deviation: float


def facts_of(found: PictureSet) -> Attributes:
    """What is known of the pictures: their attributes; where they have none, a yes/no for each class."""
    return found.attributes or _classes_of(found)


def all_facts_of(found: PictureSet) -> Attributes:
    """The attributes of the pictures, and a yes/no for each class that is not called like one of them."""
    told, classes = found.attributes, _classes_of(found)
    if told is None:
        return classes
    names = {name.casefold() for name in told.names}
    new = [place for place, name in enumerate(classes.names) if name.casefold() not in names]
    values = np.concatenate([told.values, classes.values[:, new]], axis=1)
    return Attributes((*told.names, *(classes.names[place] for place in new)), values)


def _classes_of(found: PictureSet) -> Attributes:
    if found.labels is None:
        return Attributes((), np.empty((len(found), 0), np.float32))
    yes = (found.labels[:, None] == np.arange(len(found.classes))[None, :]).astype(np.float32)
    yes[found.labels < 0] = np.nan
    return Attributes(found.classes, yes)


def columns_of(facts: Attributes, chosen: NDArray[np.int64]) -> tuple[AttributeColumn, ...]:
    """The columns of ``facts`` over the ``chosen`` pictures, those with nothing to learn included."""
    return tuple(_column(name, facts.values[chosen, at]) for at, name in enumerate(facts.names))


def _column(name: str, values: NDArray[np.float32]) -> AttributeColumn:
    known = values[np.isfinite(values)].astype(np.float64)
    kind = "yes/no" if np.isin(known, (0.0, 1.0)).all() else "number"
    if not len(known):
        return AttributeColumn(name, kind, 0, 0.0, 0.0, 0.0, 0.0)
    low, high, mean, spread = known.min(), known.max(), known.mean(), known.std()
    return AttributeColumn(name, kind, len(known), float(low), float(high), float(mean), float(spread))


def column_from(data: Any) -> AttributeColumn:
    """The column that ``run.json`` describes.

    Raises
    ------
    ValueError
        It describes none.
    """
    try:
        column = AttributeColumn(**data)
        figures = (column.known, column.low, column.high, column.mean, column.deviation)
        if not isinstance(column.name, str) or not all(math.isfinite(figure) for figure in figures):
            raise ValueError(f"its column is {data!r}")
    except TypeError as error:
        raise ValueError(str(error)) from None
    return column
