"""A folder of images, however deeply nested."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from explorer.core.photos.photo_files import SUFFIXES
from explorer.training.sources.decoding import drawn_from_file
from explorer.training.sources.material import NOT_READABLE, Drawn, ListedSource
from explorer.training.sources.provenance import bounded_text, provenance_in
from explorer.training.sources.source_report import Tally

TABLES = ("labels.csv", "attributes.csv", "list_attr_celeba.txt", "list_attr_celeba.csv")
"""Names of label files that are looked for beside the pictures, in this order."""

TABLE_LIMIT = 256 << 20
"""Most bytes of a label file that are read."""

_CELEBA = tuple(name for name in TABLES if "celeba" in name)  # lies one folder above its pictures
_COMPANIONS = ("readme", "license", "licence", "data.json", *TABLES)
_LISTED = tuple[str, int, int]  # relative path, bytes, modification time in ns


def folder_material(folder: Path) -> ListedSource:
    """The pictures in ``folder`` and its sub-folders, sorted by path."""
    tally = Tally()
    files = sorted(_walk(folder, "", tally, {os.path.realpath(folder)}))
    paths = [path for path, _, _ in files]

    def draw(index: int, size: int, channels: int) -> Drawn:
        return drawn_from_file(folder / paths[index], size, channels)

    return ListedSource(
        title=f"the folder {folder.name or folder}",
        names=paths,
        paths=paths,
        stamp="\n".join(f"{path}|{size}|{changed}" for path, size, changed in files),
        draw=draw,
        table=table_beside(folder, TABLES) or table_beside(folder.absolute().parent, _CELEBA),
        tally=tally,
        provenance=provenance_in(folder),
    )


def reason_to_skip(name: str) -> str | None:
    """Why a file of this name is left alone without opening it; None if it should be tried."""
    suffix = PurePosixPath(name).suffix.lower()
    if is_hidden(name):
        return "hidden"
    return None if not suffix or suffix in SUFFIXES else "another kind of file"


def is_hidden(name: str) -> bool:
    """A dot file, an AppleDouble twin (``._x.jpg``) or the ``__MACOSX`` folder of a zip."""
    return any(
        part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in PurePosixPath(name).parts
    )


def is_companion(name: str) -> bool:
    """A file that tells about the pictures rather than being one: it is neither used nor skipped."""
    return PurePosixPath(name).name.lower().startswith(_COMPANIONS)


def table_beside(folder: Path, names: tuple[str, ...]) -> tuple[str, str] | None:
    """Name and text of the first of the label files ``names`` that is in ``folder``."""
    for name in names:
        if (folder / name).is_file():
            return name, bounded_text(folder / name, TABLE_LIMIT)
    return None


def _walk(folder: Path, under: str, tally: Tally, seen: set[str]) -> Iterator[_LISTED]:
    try:
        entries = list(os.scandir(folder / under))
    except OSError:
        tally.skip(under, NOT_READABLE)
        return
    for entry in entries:
        path = f"{under}/{entry.name}" if under else entry.name
        if entry.is_dir():
            yield from _walk_into(entry, folder, path, tally, seen)
        elif not is_companion(path):
            yield from _listed(entry, path, tally)


def _walk_into(entry: os.DirEntry[str], folder: Path, path: str, tally: Tally, seen: set[str]) -> Iterator[_LISTED]:
    real = os.path.realpath(entry.path)
    if is_hidden(entry.name):
        tally.skip(path, "hidden")
    elif real not in seen:  # a linked folder may lead back to where we are
        seen.add(real)
        yield from _walk(folder, path, tally, seen)


def _listed(entry: os.DirEntry[str], path: str, tally: Tally) -> Iterator[_LISTED]:
    reason = reason_to_skip(entry.name)
    if reason is None and not entry.is_file():
        reason = "not a regular file"
    if reason:
        tally.skip(path, reason)
        return
    try:
        stat = entry.stat()
    except OSError:
        tally.skip(path, NOT_READABLE)
        return
    yield path, stat.st_size, stat.st_mtime_ns
