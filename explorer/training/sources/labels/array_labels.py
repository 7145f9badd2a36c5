"""Labels that come as an array beside pictures: numbers, words, or a column for each class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.training.sources.array_files import StoredArray
from explorer.training.sources.labels.picture_facts import CATEGORY_LIMIT, LabelFacts
from explorer.training.sources.pictureset import Attributes
from explorer.training.sources.source_report import Tally

_CLASS_NAMES = ("classes", "class_names", "label_names")
_FEW = 10  # classes that are counted from 0 though not each is there, such as ten digits
_COLUMNS = 1000


def labels_from(arrays: Mapping[str, StoredArray], names: Sequence[str], count: int, tally: Tally) -> LabelFacts:
    """What the first array of one of the ``names`` says of ``count`` pictures: classes, or attributes."""
    for name in names:
        array = arrays.get(name)
        if array is None:
            continue
        if array.dtype.kind not in "buifUS" or not array.shape or array.shape[0] != count or len(array.shape) > 2:
            shown = f"the shape {array.shape}" if array.dtype.kind in "buifUS" else f"the kind {array.dtype}"
            tally.note(f"{name} has {shown} and cannot be labels of {count:,} pictures.")
            continue
        if not array.fits:
            tally.note(f"{name} unpacks to {array.header.size_bytes / 1e9:,.1f} GB and was left out.")
            continue
        values = array.read()
        if values.ndim == 2 and values.shape[1] > 1:
            return _columns(name, values, arrays, tally)
        return _classes(name, values.reshape(-1), _class_names(arrays), tally)
    return LabelFacts()


def _classes(name: str, values: NDArray[Any], names: tuple[str, ...], tally: Tally) -> LabelFacts:
    """Classes: as many as there are different labels, however large those are."""
    if values.dtype.kind == "S":
        values = np.char.decode(values, "utf-8", "replace")
    known = np.ones(len(values), np.bool_)
    if values.dtype.kind in "if":
        known = np.isfinite(values) & (values >= 0 if values.dtype.kind == "i" else True)
    distinct, places = np.unique(values[known], return_inverse=True)
    if values.dtype.kind == "f" and (distinct != np.rint(distinct)).any():
        return _numbers(name, values, tally)
    if values.dtype.kind == "U":
        known &= values != ""
        distinct, places = np.unique(values[known], return_inverse=True)
        shown = tuple(str(word) for word in distinct)
    else:
        counted = len(distinct) > 0 and distinct[0] >= 0 and distinct[-1] < max(_FEW, 2 * len(distinct), len(names))
        if counted:
            places, distinct = values[known].astype(np.int64), np.arange(max(int(distinct[-1]) + 1, len(names)))
        named = len(distinct) and distinct[0] >= 0 and int(distinct[-1]) < len(names)
        shown = tuple(names[int(number)] if named else _shown(number) for number in distinct)
    if len(shown) > CATEGORY_LIMIT and 2 * len(shown) > len(values):
        tally.note(f"{name} differs for nearly each picture ({len(shown):,} values), so it names no classes.")
        return LabelFacts()
    labels = np.full(len(values), -1, np.int64)
    labels[known] = places
    return LabelFacts(labels=labels, classes=shown, column=name)


def _shown(number: Any) -> str:
    return str(int(number)) if abs(number) < 1e20 else f"{number:g}"


def _columns(name: str, values: NDArray[Any], arrays: Mapping[str, StoredArray], tally: Tally) -> LabelFacts:
    """One 1 in each row is a class; other numbers are attributes."""
    names = _class_names(arrays)
    if values.dtype.kind not in "buif" or values.shape[1] > _COLUMNS:
        tally.note(f"{name} has the shape {values.shape} and was left out.")
        return LabelFacts()
    if ((values == 0) | (values == 1)).all() and (values.sum(1) == 1).all():
        classes = names if len(names) == values.shape[1] else tuple(str(n) for n in range(values.shape[1]))
        return LabelFacts(labels=values.argmax(1).astype(np.int64), classes=classes, column=name)
    columns = names if len(names) == values.shape[1] else tuple(f"{name} {n}" for n in range(values.shape[1]))
    return LabelFacts(attributes=Attributes(columns, values.astype(np.float32)))


def _numbers(name: str, values: NDArray[Any], tally: Tally) -> LabelFacts:
    tally.note(f"{name} holds numbers between whole ones, which are not classes; they are kept as an attribute.")
    return LabelFacts(attributes=Attributes((name,), values.astype(np.float32)[:, None]))


def _class_names(arrays: Mapping[str, StoredArray]) -> tuple[str, ...]:
    for name in _CLASS_NAMES:
        array = arrays.get(name)
        if array is not None and array.dtype.kind == "U" and len(array.shape) == 1 and array.fits:
            return tuple(str(word) for word in array.read())
    return ()
