"""Label files: a table with one row per picture, and which row tells about which picture."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from explorer.core.photos.photo_files import SUFFIXES
from explorer.core.problem import Problem

_Parts = tuple[str, ...]
_Likeness = tuple[int, bool, int, bool]
_UNLIKE: _Likeness = (-1, False, 0, False)


@dataclass(frozen=True)
class LabelTable:
    """A label file, read but not yet understood.

    Attributes
    ----------
    name : str
        Of the file.
    columns : tuple of str
        Without the first column, which names the pictures.
    keys : tuple of str
        What the first column says, row by row.
    rows : tuple of tuple of str
        The other cells, stripped, as many in each row as there are columns.
    """

    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def table_from(name: str, text: str) -> LabelTable:
    """The table in ``text``: CelebA's own form, or values separated by commas, semicolons or tabs.

    A first line whose first cell ends like a picture's name is taken as a row; the columns are then called
    ``label``, or ``column 1``, ``column 2``, ...

    Raises
    ------
    Problem
        There is no table in it.
    """
    lines = text.replace("\0", "").splitlines()
    cells = _celeba(lines) or _separated(name, lines)
    if not cells or len(cells[0]) < 2:
        raise Problem(
            f"{name} is not a table of labels.",
            "It needs a line of column names, the first one for the file names, separated by commas.",
        )
    header, rows = (cells[0], cells[1:]) if not _names_a_picture(cells[0][0]) else (_unnamed(len(cells[0])), cells)
    width = len(header) - 1
    filled = tuple(tuple((row[1:] + [""] * width)[:width]) for row in rows)
    return LabelTable(name, tuple(header[1:]), tuple(row[0] for row in rows), filled)


def rows_for(paths: Sequence[str], table: LabelTable) -> NDArray[np.int64]:
    """(N,) the row that tells about each path, -1 where none does.

    A row belongs to the picture of the same file name, with any ending. Where several have that name, the row
    and the path that are most alike belong together, which a whole path always is; what is still ambiguous
    belongs to nobody.
    """
    keys = [_parts(key) for key in table.keys]
    by_stem: dict[str, list[int]] = {}
    for row, parts in enumerate(keys):
        by_stem.setdefault(_stem(parts[-1]), []).append(row)
    wanted = [_parts(path) for path in paths]
    return _undisputed([_best(parts, by_stem.get(_stem(parts[-1]), []), keys) for parts in wanted])


def _celeba(lines: list[str]) -> list[list[str]]:
    """A count, a line of names, then a file name and -1 or 1 for each name; [] if it is not of that form."""
    if len(lines) < 3 or not re.fullmatch(r"\s*\d+\s*", lines[0]):
        return []
    header = ["file", *lines[1].split()]
    rows = [line.split() for line in lines[2:] if line.strip()]
    return [header, *rows] if rows and len(rows[0]) == len(header) else []


def _separated(name: str, lines: list[str]) -> list[list[str]]:
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    try:
        read = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
        return [[cell.strip() for cell in row] for row in read if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Problem(f"{name} cannot be read as a table: {error}.", "Save it as plain CSV.") from error


def _names_a_picture(cell: str) -> bool:
    return PurePosixPath(cell.lower()).suffix in SUFFIXES


def _unnamed(width: int) -> list[str]:
    return ["file", "label"] if width == 2 else ["file", *(f"column {n}" for n in range(1, width))]


def _parts(path: str) -> tuple[str, ...]:
    return PurePosixPath(path.replace("\\", "/").casefold()).parts or ("",)


def _stem(name: str) -> str:
    return PurePosixPath(name).stem if PurePosixPath(name).suffix in SUFFIXES else name


def _best(parts: _Parts, rows: list[int], keys: list[_Parts]) -> tuple[int, _Likeness]:
    """The row that is most like ``parts``, and how like; -1 where there is none, or two are equally like."""
    ranked = sorted(((_likeness(parts, keys[row]), row) for row in rows), reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return -1, _UNLIKE
    return ranked[0][1], ranked[0][0]


def _likeness(one: _Parts, other: _Parts) -> _Likeness:
    """Folders that agree, from the file upwards; then no contradiction, little left over, same ending."""
    pairs = list(zip(one[-2::-1], other[-2::-1], strict=False))
    agree = next((number for number, (mine, theirs) in enumerate(pairs) if mine != theirs), len(pairs))
    left_over = len(one) + len(other) - 2 * agree
    return agree, agree == len(pairs), -left_over, one[-1] == other[-1]


def _undisputed(found: list[tuple[int, _Likeness]]) -> NDArray[np.int64]:
    """A row that several pictures claim belongs to the one that is most like it, if there is only one."""
    best: dict[int, _Likeness] = {}
    for row, likeness in found:
        best[row] = max(likeness, best.get(row, _UNLIKE))
    claims = Counter(row for row, likeness in found if likeness == best[row])
    mine = [row if likeness == best[row] and claims[row] == 1 else -1 for row, likeness in found]
    return np.array(mine, np.int64)
