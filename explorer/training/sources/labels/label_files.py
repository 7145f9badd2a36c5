"""Which label files lie beside pictures, and what text they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from explorer.training.sources.file_names import TABLES, is_hidden, is_table
from explorer.training.sources.source_report import Tally

TABLE_LIMIT = 256 << 20
"""Most bytes of a label file that are read."""

CELEBA = tuple(name for name in TABLES if "celeba" in name)

LabelFile = tuple[str, bytes, str]
"""A label file: its name, what it holds, and the folder for whose pictures it speaks."""

_LISTS = 8  # JSON files that are looked into
_HEAD = 1 << 16


def label_files(names: Iterable[str], read: Callable[[str], bytes], tally: Tally) -> tuple[LabelFile, ...]:
    """The label files among ``names``: those that lie least deep, one for each folder.

    Lists of boxes and outlines in COCO's form, and further label files, are left alone and noted.
    """
    names = [name for name in names if not is_hidden(name)]
    tables = [name for name in names if is_table(name)]
    depth = min((name.count("/") for name in tables), default=0)
    by_folder: dict[str, list[str]] = {}
    for name in tables:
        if name.count("/") == depth:
            by_folder.setdefault(name.rpartition("/")[0], []).append(name)
    found = []
    for folder, several in sorted(by_folder.items()):
        first, *others = sorted(several, key=lambda name: TABLES.index(PurePosixPath(name).name.lower()))
        found.append((first, read(first), folder))
        if others:
            tally.note(f"{', '.join(others)} is also there, and {first} is used instead.")
    _note_lists(names, read, tally)
    return tuple(found)


def read_bytes(path: Path, limit: int = TABLE_LIMIT) -> bytes:
    """The first ``limit`` bytes of a file; none where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(limit)
    except OSError:
        return b""


def text_of(data: bytes) -> tuple[str, str]:
    """The text in ``data``, and how it was written: UTF-8, UTF-16 or else Windows' western letters."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace"), "UTF-16"
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":  # cut at the limit, within a letter
            return data.decode("utf-8-sig", "replace"), "UTF-8"
        return data.decode("cp1252", "replace"), "cp1252"


def _note_lists(names: list[str], read: Callable[[str], bytes], tally: Tally) -> None:
    lists = [name for name in names if name.lower().endswith(".json") and name.count("/") <= 2 and not is_table(name)]
    for name in lists[:_LISTS]:
        head = read(name)[:_HEAD]
        if b'"annotations"' in head or (b'"images"' in head and b'"file_name"' in head):
            tally.note(f"{name} is a list in COCO's form (boxes, outlines, captions), which is ignored.")
