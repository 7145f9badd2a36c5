"""Label files: a table with one row per picture."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from explorer.core.photos.photo_files import SUFFIXES
from explorer.core.problem import Problem
from explorer.training.sources.labels.label_files import LabelFile, text_of
from explorer.training.sources.labels.label_records import records_in
from explorer.training.sources.labels.row_names import Names

COLUMN_LIMIT = 1000
"""Most columns of a label file that are read."""

CELL_LIMIT = 20_000_000
"""Most cells of a label file that are read; CelebA's has eight million."""

ROW_LIMIT = 2_000_000
"""Most rows of a label file that are read."""

_PROBED = 300  # rows that the column of names is told by
_KEYS = ("file", "filename", "file_name", "image", "image_id", "path", "name")
_COUNTING = re.compile(r"|index|unnamed: ?\d+", re.IGNORECASE)
_Rows = list[list[str]]


@dataclass(frozen=True)
class LabelTable:
    """A label file, read but not yet understood.

    Attributes
    ----------
    name : str
        Of the file.
    columns : tuple of str
        Without the one that names the pictures; no name comes twice.
    keys : tuple of str
        What names the pictures, row by row.
    rows : tuple of tuple of str
        The other cells, stripped, as many in each row as there are columns.
    key : str
        The column that names the pictures.
    notes : tuple of str
        What was odd about it.
    decimal_comma : bool
        Whether a comma may stand in a number where a point is meant.
    """

    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    key: str = "file"
    notes: tuple[str, ...] = ()
    decimal_comma: bool = False


def table_from(file: LabelFile, paths: Sequence[str], key: str = "") -> LabelTable:
    """The table in a label file: CelebA's own forms, JSON of others, or values separated by commas, semicolons or tabs.

    The column whose cells name pictures is the key; an index that only counts never is, unless it is asked for. A first
    line that names a picture itself is a row; the columns are then called ``label``, or ``column 1``, ``column 2``, ...

    Parameters
    ----------
    file : LabelFile
    paths : sequence of str
        Of the pictures.
    key : str, optional
        The column that names the pictures.

    Raises
    ------
    Problem
        There is no table in it, or no such column.
    """
    name, data, folder = file
    text, encoding = text_of(data)
    notes = [f"{name} is not UTF-8 and was read as {encoding}."] if encoding == "cp1252" else []
    header, rows, comma = _cells(name, text, notes)
    known = Names(paths)
    at = _key_column(header, rows, known)
    if known.has(header[at]) and not _is_title(header[at], rows, at):
        rows = [header, *rows]
        header = _unnamed(len(header), at)
    columns = _distinct(header, notes, name)
    if key and key != columns[at]:
        at = _column_called(key, columns, name)
    others = [place for place in range(len(header)) if place != at and not _counts(columns[place], rows, place)]
    keys = tuple(f"{folder}/{row[at]}" if folder else row[at] for row in rows)
    cells = tuple(tuple(row[place] for place in others) for row in rows)
    named = tuple(columns[place] for place in others)
    return LabelTable(name, named, keys, cells, columns[at], tuple(notes), comma)


def joined(tables: Sequence[LabelTable]) -> LabelTable:
    """Several tables of one form, each for its own folder, as one."""
    first = tables[0]
    if len(tables) == 1:
        return first
    columns = tuple(dict.fromkeys(column for table in tables for column in table.columns))
    rows: list[tuple[str, ...]] = []
    for table in tables:
        place = {column: number for number, column in enumerate(table.columns)}
        rows += [tuple(row[place[c]] if c in place else "" for c in columns) for row in table.rows]
    keys = tuple(key for table in tables for key in table.keys)
    notes = tuple(note for table in tables for note in table.notes)
    return replace(first, columns=columns, keys=keys, rows=tuple(rows), notes=notes)


def _cells(name: str, text: str, notes: list[str]) -> tuple[list[str], _Rows, bool]:
    """The first line, the others, each as long as it, and whether commas may stand in numbers."""
    lines = re.split(r"\r\n?|\n", text.replace("\0", ""))
    if PurePosixPath(name).suffix.lower() in (".json", ".jsonl"):
        header, *rows = records_in(name, text, notes)
        return header, rows, False
    if celeba := _celeba(name, lines, notes):
        return celeba[0], _filled(celeba[0], celeba[1:], name, notes), False
    delimiter = _delimiter(lines)
    header, *rows = list(_separated(name, lines, delimiter)) or [[]]
    header = _trimmed(header, 0)
    if len(header) < 2:
        raise Problem(
            f"{name} is not a table of labels.",
            "It needs a line of column names, one of them for the file names, separated by commas.",
        )
    if rows and all(len(_trimmed(row, 0)) == len(header) + 1 for row in rows):
        header = ["file", *header]  # as R writes it: no name above the names of the rows
        notes.append(f"{name} has no name above its first column, which was taken for that of the pictures.")
    return header, _filled(header, rows, name, notes), delimiter != ","


def _trimmed(row: list[str], width: int) -> list[str]:
    """A row without the empty cells at its end that lie beyond ``width``."""
    while len(row) > width and not row[-1]:
        row = row[:-1]
    return row


def _filled(header: list[str], rows: _Rows, name: str, notes: list[str]) -> _Rows:
    """The rows as long as the header; those that are longer or shorter are told."""
    width, odd, first = len(header), 0, ""
    for place, whole in enumerate(rows):
        row = _trimmed(whole, width)
        if len(row) != width:
            odd, first = odd + 1, first or f"row {place + 1} has {len(row)}"
            row = (row + [""] * width)[:width]
        rows[place] = row
    if odd:
        notes.append(f"{name} names {width} columns, and {odd:,} of its rows have a different number: {first}.")
    return rows


def _celeba(name: str, lines: list[str], notes: list[str]) -> _Rows:
    """CelebA's forms: a count, names, then a file name and numbers; or a file name and an identity. [] if neither."""
    if name.lower().endswith("identity_celeba.txt"):
        rows = [line.split()[:2] for line in lines if len(line.split()) >= 2]
        return [["file", "identity"], *rows] if rows else []
    if len(lines) < 3 or not re.fullmatch(r"\s*\d+\s*", lines[0]):
        return []
    header = ["file", *lines[1].split()]
    rows = [line.split() for line in lines[2:] if line.strip()]
    if not rows or len(rows[0]) != len(header):
        return []
    if int(lines[0][:20]) != len(rows):
        notes.append(f"{name} announces {lines[0].strip()[:20]} rows and has {len(rows):,}.")
    return [header, *rows]


def _delimiter(lines: list[str]) -> str:
    """What separates the cells: as the first line says (``sep=;``), else what is commonest in the header."""
    while lines and not lines[0].strip():
        del lines[0]
    if lines and (stated := re.fullmatch(r"\"?sep=(.)\"?\s*", lines[0], re.IGNORECASE)):
        del lines[0]
        return stated[1]
    return max(",;\t", key=(lines or [""])[0].count)


def _separated(name: str, lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """The rows that are not empty. Equal cells are one string, which keeps tables of few words small."""
    pool: dict[str, str] = {}
    cells = 0
    try:
        for number, row in enumerate(csv.reader(lines, delimiter=delimiter, skipinitialspace=True)):
            cells += len(row)
            if cells > CELL_LIMIT or len(row) > COLUMN_LIMIT or number >= ROW_LIMIT:
                raise Problem(
                    f"{name} has more than {COLUMN_LIMIT:,} columns, {ROW_LIMIT:,} rows or {CELL_LIMIT:,} cells and "
                    "was left out.",
                    "Keep the columns that matter: the file names, and what to learn.",
                )
            if any(cell.strip() for cell in row):
                yield [pool.setdefault(word, word) for word in (_tidy(cell) for cell in row)]
    except csv.Error as error:
        raise Problem(f"{name} cannot be read as a table: {error}.", "Save it as plain CSV.") from error


def _tidy(cell: str) -> str:
    return cell.strip() if cell.isascii() else unicodedata.normalize("NFC", cell.strip())


def _key_column(header: list[str], rows: _Rows, known: Names) -> int:
    """The column whose cells name most pictures, whole names counting more; else one called so, or the first."""
    probed = rows[:: max(1, len(rows) // _PROBED)]
    scores = [sum(known.score(row[place]) for row in probed) for place in range(len(header))]
    named = [place for place, score in enumerate(scores) if score and not _counts(header[place], rows, place)]
    if named:
        return max(named, key=lambda place: (scores[place], -place))
    return next((place for place, cell in enumerate(header) if cell.lower() in _KEYS), 0)


def _column_called(asked: str, columns: list[str], name: str) -> int:
    found = next((place for place, column in enumerate(columns) if column.casefold() == asked.casefold()), None)
    if found is None:
        raise Problem(f"{name} has no column called {asked}.", f"It has {', '.join(columns[:20])}.")
    return found


def _counts(column: str, rows: _Rows, place: int) -> bool:
    """Whether a column is an index that only counts, as pandas writes one: no name, and 0, 1, 2 ... in any order."""
    if not _COUNTING.fullmatch(column):
        return False
    cells = {row[place] for row in rows}
    return len(cells) == len(rows) and all(cell.isdecimal() and int(cell[:20]) <= len(rows) for cell in cells)


def _is_title(cell: str, rows: _Rows, at: int) -> bool:
    """Whether a first cell that is called like a picture is a title: it has no ending, and those below do."""
    endings = (PurePosixPath(row[at].lower()).suffix in SUFFIXES for row in rows[:_PROBED])
    return PurePosixPath(cell.lower()).suffix not in SUFFIXES and any(endings)


def _unnamed(width: int, at: int) -> list[str]:
    others = ["label"] if width == 2 else [f"column {number}" for number in range(1, width)]
    return [*others[:at], "file", *others[at:]]


def _distinct(header: list[str], notes: list[str], name: str) -> list[str]:
    """Names for all columns, none of them twice: ``age``, ``age.1``."""
    found: list[str] = []
    for number, cell in enumerate(header):
        plain = unique = cell or f"Unnamed: {number}"
        again = 0
        while unique in found:
            again += 1
            unique = f"{plain}.{again}"
        if again:
            notes.append(f"{name} has several columns called {plain}; one is called {unique} here.")
        found.append(unique)
    return found
