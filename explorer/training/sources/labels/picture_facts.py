"""What label files and folders say of pictures: numbers, classes, or whose picture it is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.training.sources.file_names import part_called
from explorer.training.sources.labels.label_tables import LabelTable
from explorer.training.sources.pictureset import Attributes

GROUP_COLUMNS = ("person", "person_id", "identity", "identity_id", "subject", "subject_id", "group")
"""Columns that say whose picture it is."""

LABEL_COLUMNS = ("label", "labels", "class", "class_name", "category", "target")
"""Columns that say which class it belongs to."""

UNKNOWN = frozenset({"", "?", "-", "na", "n/a", "#n/a", "<na>", "nan", "none", "null", "unknown"})
"""Cells that say nothing."""

CATEGORY_LIMIT = 40
"""Columns with more different words than this are free text, and left out."""

_WORDS = {"yes": 1.0, "true": 1.0, "y": 1.0, "on": 1.0, "no": 0.0, "false": 0.0, "n": 0.0, "off": 0.0}
_NONE = np.empty(0, np.int64)
_Columns = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class LabelFacts:
    """What a label file says of N pictures; each part is as in `PictureSet`, and ``column`` holds the classes."""

    attributes: Attributes | None = None
    labels: NDArray[np.int64] | None = None
    classes: tuple[str, ...] = ()
    groups: tuple[str, ...] | None = None
    column: str = ""
    notes: tuple[str, ...] = ()


def facts_from(
    table: LabelTable,
    rows: NDArray[np.int64],
    names: Sequence[str],
    classes_by: str = "",
    others: NDArray[np.int64] = _NONE,
) -> LabelFacts:
    """The facts about N pictures.

    Parameters
    ----------
    table : LabelTable
    rows : (N,) int64
        The row of each picture in ``table``, -1 where it has none.
    names : sequence of N str
        Names of the pictures. One whose group is unknown is a group of its own, called by its name.
    classes_by : str, optional
        The column of classes; without it one of `LABEL_COLUMNS`.
    others : (M,) int64, optional
        The rows of pictures that are there too, though these facts are not about them.

    Raises
    ------
    Problem
        There is no such column.
    """
    cells = {column: _cells(table, number, rows) for number, column in enumerate(table.columns)}
    notes = list(table.notes)
    by = _classes_column(cells, classes_by, table.name)
    groups = next((cells.pop(c) for c in list(cells) if c.lower() in GROUP_COLUMNS and c != by), None)
    labels, classes = _labels(cells, by, notes if not classes_by else None)
    columns, left_out = _all_columns(cells, table.decimal_comma)
    values = np.stack(list(columns.values()), 1) if columns else np.empty((len(names), 0), np.float32)
    return LabelFacts(
        attributes=Attributes(tuple(columns), values) if columns else None,
        labels=labels,
        classes=classes,
        groups=None if groups is None else tuple(g or n for g, n in zip(groups, names, strict=True)),
        column=by if labels is not None else "",
        notes=(
            *notes,
            *_coverage(table, rows, others),
            *(f"{c} in {table.name} is free text and was left out." for c in left_out),
        ),
    )


def _cells(table: LabelTable, number: int, rows: NDArray[np.int64]) -> list[str]:
    """One column, picture by picture; "" where unknown."""
    column = ["" if row[number].lower() in UNKNOWN else row[number] for row in table.rows]
    return ["" if row < 0 else column[row] for row in rows]


def _classes_column(cells: dict[str, list[str]], asked: str, name: str) -> str:
    """The column of classes; "" where there is none."""
    wanted = (asked.casefold(),) if asked else LABEL_COLUMNS
    found = next((column for column in cells if column.casefold() in wanted), "")
    if asked and not found:
        raise Problem(f"{name} has no column called {asked}.", f"It has {', '.join(list(cells)[:20])}.")
    return found


def _labels(
    cells: dict[str, list[str]], by: str, notes: list[str] | None
) -> tuple[NDArray[np.int64] | None, tuple[str, ...]]:
    """Takes the column of classes out of ``cells``, if it is one; ``notes`` are None where it was asked for."""
    known = [cell for cell in cells.get(by, ()) if cell]
    if not known:
        return None, ()
    words = {cell: _class_name(cell) for cell in set(known)}
    distinct = len(set(words.values()))
    if notes is not None and distinct > CATEGORY_LIMIT and 2 * distinct > len(known):
        notes.append(f"{by} differs for nearly each picture ({distinct:,} values), so it names no classes.")
        return None, ()
    column = cells.pop(by)
    classes = in_order(words.values())
    index = {name: number for number, name in enumerate(classes)}
    return np.array([index[words[cell]] if cell else -1 for cell in column], np.int64), classes


def _class_name(cell: str) -> str:
    """``2`` for ``2.0``; any other word is itself."""
    number = finite_number(cell)
    return str(int(number)) if number is not None and number == int(number) and abs(number) < 1e15 else cell


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Distinct names of classes: numbers by value, then words."""
    return tuple(sorted(set(names), key=_naturally))


def _naturally(word: str) -> tuple[float, str]:
    number = finite_number(word)
    return (math.inf, word) if number is None else (number, word)


def finite_number(word: str) -> float | None:
    """The number that a word is; None for any other word."""
    try:
        number = float(word)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _all_columns(cells: dict[str, list[str]], comma: bool) -> tuple[_Columns, list[str]]:
    columns: _Columns = {}
    left_out = []
    for name, column in cells.items():
        found = _columns(name, column, comma)
        columns.update(found)
        if not found and any(column):
            left_out.append(name)
    return columns, left_out


def _columns(name: str, cells: list[str], comma: bool) -> _Columns:
    """One column for numbers, yes/no and two words; one for each of more words; none for free text."""
    distinct = set(cells)
    numbers = {cell: _number(cell.replace(",", ".", 1) if comma else cell) for cell in distinct}
    words = sorted({cell.lower() for cell in distinct if cell})
    if not words:
        return {}
    if None not in numbers.values():
        return {name: _from_minus_one(np.array([numbers[cell] for cell in cells], np.float32))}
    if len(words) > CATEGORY_LIMIT:
        return {}
    shown = words[-1:] if len(words) <= 2 else words
    return {f"{name}={word}": np.array([_is(cell, word) for cell in cells], np.float32) for word in shown}


def _is(cell: str, word: str) -> float:
    return float(cell.lower() == word) if cell else math.nan


def _number(cell: str) -> float | None:
    """The number that a cell says, NaN where it says nothing, None where it is a word."""
    if not cell:
        return math.nan
    try:
        number = _WORDS[cell.lower()] if cell.lower() in _WORDS else float(cell)
    except ValueError:
        return None
    return number if math.isfinite(number) else math.nan


def _from_minus_one(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """CelebA's -1 and 1 become 0 and 1."""
    known = values[~np.isnan(values)]
    signs = (known == -1).any() and (np.abs(known) == 1).all()
    return (values + np.float32(1)) / np.float32(2) if signs else values


def _coverage(table: LabelTable, rows: NDArray[np.int64], others: NDArray[np.int64]) -> list[str]:
    """A sentence about pictures without a row and rows without a picture, if there are any."""
    missing = int((rows < 0).sum())
    left = len(table.keys) - len({*rows.tolist(), *others.tolist()} - {-1})
    parts = [f"says nothing about {missing:,} of them"] if missing else []
    rows_words = "1 row for a picture that is" if left == 1 else f"{left:,} rows for pictures that are"
    parts += [f"has {rows_words} not here"] if left else []
    return [f"{table.name} {' and '.join(parts)}."] if parts else []


class FolderFacts(NamedTuple):
    """(N,) labels and the names of the classes by folders, and the folders that split the set into parts."""

    labels: NDArray[np.int64] | None
    classes: tuple[str, ...]
    parts: tuple[str, ...]


def classes_from_folders(paths: Sequence[str], shards: bool = False) -> FolderFacts:
    """Classes by the first folder in which the paths differ.

    Folders that hold everything are looked through: ``animals/train/cat/1.png`` is a cat where all pictures
    lie under ``animals/train``. So are ``train``, ``val`` and ``test`` side by side, which are parts and no classes.
    Folders that only keep folders small are none either (``shards``, or ``00000``, ``01000`` and so on). Pictures
    beside the class folders are -1. None where there are not at least two such folders.
    """
    folders = [path.split("/")[:-1] for path in paths]
    depth = _common_depth(folders)
    parts = in_order(_at(folders, depth))
    if len(parts) < 2 or not all(map(part_called, parts)):
        parts = ()
    else:
        folders = [folder[:depth] + folder[depth + 1 :] for folder in folders]
        depth = _common_depth([folder for folder in folders if len(folder) > depth])
    classes = in_order(_at(folders, depth))
    if len(classes) < 2 or shards or _are_thousands(classes):
        return FolderFacts(None, (), parts)
    index = {name: number for number, name in enumerate(classes)}
    firsts = [folder[depth] if len(folder) > depth else "" for folder in folders]
    return FolderFacts(np.array([index.get(first, -1) for first in firsts], np.int64), classes, parts)


def _at(folders: list[list[str]], depth: int) -> set[str]:
    return {folder[depth] for folder in folders if len(folder) > depth}


def _are_thousands(names: Sequence[str]) -> bool:
    """As FFHQ and StyleGAN number their folders."""
    return all(len(name) == 5 and name.isdecimal() and name.endswith("000") for name in names)


def _common_depth(folders: list[list[str]]) -> int:
    """How many folders from the top are the same for all."""
    first, last = min(folders, default=[]), max(folders, default=[])
    return next((d for d, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
