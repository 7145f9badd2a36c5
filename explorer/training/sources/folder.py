"""A folder of images, however deeply nested."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from explorer.training.sources.decoding import drawn_from_file
from explorer.training.sources.file_names import is_companion, is_hidden, printable, reason_to_skip
from explorer.training.sources.labels.label_files import CELEBA, label_files, read_bytes
from explorer.training.sources.material import NOT_READABLE, Drawn, ListedSource
from explorer.training.sources.paging import with_pages
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.provenance import provenance_in
from explorer.training.sources.source_report import Tally

_Listed = tuple[str, int, int]  # relative path, bytes, modification time in ns
_LOOKED_AFTER = 1000  # entries


def folder_material(folder: Path, reading: PictureReading) -> ListedSource:
    """The pictures in ``folder`` and its sub-folders, sorted by path."""
    tally = Tally()
    files = sorted(_files(folder, tally, reading))
    pictures = [file for file in files if _is_picture(file[0], tally)]
    paths = [path for path, _, _ in pictures]

    def draw(index: int, size: int, channels: int, page: int = 0) -> Drawn:
        return drawn_from_file(folder / paths[index], size, channels, reading, page)

    names = [path for path, _, _ in files]
    tables = label_files(names, lambda name: read_bytes(folder / name), tally)
    return with_pages(
        ListedSource(
            title=f"the folder {printable(folder.name or str(folder))}",
            names=[printable(path) for path in paths],
            paths=paths,
            stamp="\n".join(f"{path}|{size}|{changed}" for path, size, changed in pictures),
            draw=draw,
            tables=tables or _above(folder.absolute().parent, tally),
            tally=tally,
            provenance=provenance_in(folder),
        ),
        reading,
        lambda index: folder / paths[index],
        draw,
    )


def _above(parent: Path, tally: Tally) -> tuple[tuple[str, bytes, str], ...]:
    """CelebA keeps its tables one folder above its pictures."""
    try:
        names = [name for name in os.listdir(parent) if name.lower() in CELEBA]
    except OSError:
        return ()
    return label_files(names, lambda name: read_bytes(parent / name), tally)


def _is_picture(path: str, tally: Tally) -> bool:
    if is_companion(path):
        return False
    reason = reason_to_skip(path)
    if reason:
        tally.skip(printable(path), reason)
    return reason is None


def _files(folder: Path, tally: Tally, reading: PictureReading) -> Iterator[_Listed]:
    """Every file; folders without recursion, for they may be deep, and each once, for links may lead back."""
    seen = set[tuple[int, int]]()
    _is_new(folder, seen)
    waiting, links = [""], list[str]()
    looked_at = 0
    while waiting or links:
        if not waiting and not _follow(folder, links, waiting, seen):
            continue
        under = waiting.pop()
        try:
            with os.scandir(folder / under) as entries:
                for entry in entries:
                    looked_at += 1
                    if looked_at % _LOOKED_AFTER == 0:
                        reading.check()
                    yield from _taken(entry, under, tally, seen, waiting, links)
        except OSError:
            tally.skip(printable(under), NOT_READABLE)


def _taken(
    entry: os.DirEntry[str], under: str, tally: Tally, seen: set[tuple[int, int]], waiting: list[str], links: list[str]
) -> Iterator[_Listed]:
    """A file, or nothing while a folder is put among those to look through: links last, so that real names win."""
    path = f"{under}/{entry.name}" if under else entry.name
    try:
        if not entry.is_dir():
            yield from _file(entry, path, tally)
        elif is_hidden(entry.name):
            tally.skip(printable(path), "hidden")
        elif entry.is_symlink():
            links.append(path)
        elif _is_new(entry.path, seen):
            waiting.append(path)
    except OSError:  # a link to itself, for instance
        tally.skip(printable(path), NOT_READABLE)


def _file(entry: os.DirEntry[str], path: str, tally: Tally) -> Iterator[_Listed]:
    if entry.is_file():
        stat = entry.stat()
        yield path, stat.st_size, stat.st_mtime_ns
    elif not is_companion(path):
        tally.skip(printable(path), reason_to_skip(path) or "not a regular file")


def _follow(folder: Path, links: list[str], waiting: list[str], seen: set[tuple[int, int]]) -> bool:
    """Take one linked folder among those to look through, if it is none of them under another name."""
    links.sort(reverse=True)
    path = links.pop()
    if _is_new(folder / path, seen):
        waiting.append(path)
    return bool(waiting)


def _is_new(path: str | Path, seen: set[tuple[int, int]]) -> bool:
    stat = os.stat(path)
    here = stat.st_dev, stat.st_ino
    is_new = here not in seen
    seen.add(here)
    return is_new
