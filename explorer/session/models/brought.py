"""Pictures that somebody brings, told from what is opened and gathered into one choice.

What lies there decides what is offered; `kind_of` says what it is.

====================  ======================================================================
model, run, weights   opened as the model
source, numbers       taken for the weights, or the model, that they belong to
scene, picture        shown, where a picture carries its scene; else it is a photo
photo                 to be edited, or the folder it lies in to be learned from
folder                its models, where it holds some; else its pictures, as for a photo
pictures              to be learned from, to find directions with, to ask about in a quiz
table                 the labels of pictures that come with it
====================  ======================================================================
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from explorer.core.models.file_kinds import Kind, kind_of
from explorer.core.photos.suffixes import SUFFIXES
from explorer.core.problem import Problem
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.folders import MOST_LOOKED_AT, models_in
from explorer.session.models.opening import scene_carried_by

MAYBE: tuple[Kind, ...] = ("photo", "picture", "pictures", "folder", "table")
"""Kinds that may be pictures, and are looked into."""

MOST_PHOTOS = 200
"""Photos that are listed to be edited."""

_MANY, _MUCH = 20, 16 << 20  # things, and bytes of them
_IN_FOLDERS = ("pictures",)  # kinds of files whose folder is a source of pictures


@dataclass(frozen=True)
class Brought:
    """Pictures, and where they come from.

    Attributes
    ----------
    photos : tuple of Path
        Files of one picture each, at most `MOST_PHOTOS`.
    title : str
        What they are, for people: ``beach.jpg``, ``3 pictures``, ``Holiday``.
    source : Path or None
        The folder or file that holds them all; None where they lie in several places.
    count : int
        How many pictures lie in ``source``, as far as was looked; 0 where only opening it tells.
    is_whole : bool
        Whether all that is in ``source`` was brought, not a part of it.
    table : Path or None
        Labels that came with them.
    """

    photos: tuple[Path, ...]
    title: str
    source: Path | None
    count: int = 0
    is_whole: bool = True
    table: Path | None = None


@dataclass(frozen=True)
class SortedOut:
    """What was brought, in two parts: what is to be opened, and pictures."""

    opened: tuple[Path, ...]
    pictures: Brought | None


def sorted_out(paths: Sequence[Path], report: Report, cancelled: Cancelled) -> SortedOut:
    """Tell pictures from what is opened; slow, for it looks into folders and pictures."""
    opened, photos, sources, tables = list[Path](), list[Path](), list[Path](), list[Path]()
    for number, path in enumerate(paths):
        if cancelled():
            break
        places = {"photo": photos, "pictures": sources, "table": tables}
        kind = _closer_kind(path)
        places.get(kind, opened).append(path)
        report((number + 1) / len(paths))
    if not photos and not sources:
        return SortedOut((*opened, *tables), None)
    is_labelled = len(tables) == 1
    found = _brought(photos, sources, tables[0] if is_labelled else None)
    return SortedOut((*opened, *(() if is_labelled else tables)), found)


def is_for_a_model(path: Path) -> bool:
    """Whether nothing can be shown of what lies at ``path`` where no model is open."""
    return _closer_kind(path) in ("numbers", "photo", "pictures")


def takes_long(paths: Sequence[Path]) -> bool:
    """Whether `sorted_out` may take more than a moment: many things, or much in them."""
    try:
        return len(paths) > _MANY or sum(path.stat().st_size for path in paths) > _MUCH
    except OSError:
        return False


def pictures_beside(folder: Path) -> list[Path]:
    """The pictures in a folder itself and, where it has none, in the folders there; only so many are looked at."""
    own = [entry for entry in _entries(folder) if _is_photo(entry)]
    return own or [
        entry for inner in _entries(folder) if inner.is_dir() for entry in _entries(inner) if _is_photo(entry)
    ]


def _closer_kind(path: Path) -> str:
    """``photo``, ``pictures`` or ``table``; anything else is for whoever opens it."""
    kind = kind_of(path)
    if kind == "picture":
        return "photo" if _carries_no_scene(path) else kind
    if kind == "folder":
        return "pictures" if not models_in(path) and _holds_pictures(path) else kind
    if kind == "pictures" and path.suffix.lower() == ".zip":
        return kind if _has_pictures(path) else "other"
    return kind


def _carries_no_scene(path: Path) -> bool:
    try:
        return path.is_file() and scene_carried_by(path) is None
    except Problem:  # a scene that is damaged is told by who opens it; what is no PNG at all may be a photo
        with path.open("rb") as file:
            return not file.read(4).startswith(b"\x89PNG")


def _holds_pictures(folder: Path) -> bool:
    entries = _entries(folder)
    return bool(pictures_beside(folder)) or any(kind_of(entry) in _IN_FOLDERS for entry in entries if entry.is_file())


def _has_pictures(path: Path) -> bool:
    """Whether a zip holds pictures or arrays; one that is damaged is told by who opens it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(Path(name).suffix.lower() in (*SUFFIXES, ".npy") for name in archive.namelist())
    except (OSError, ValueError, zipfile.BadZipFile):
        return True


def _brought(photos: Sequence[Path], sources: Sequence[Path], table: Path | None) -> Brought:
    inside = [photo for source in sources if source.is_dir() for photo in pictures_beside(source)]
    listed = tuple((*photos, *inside)[:MOST_PHOTOS])
    if len(sources) == 1 and not photos:
        return Brought(listed, sources[0].name, sources[0], len(inside), True, table)
    if sources:
        return Brought(listed, f"{len(photos) + len(sources)} things with pictures", None, table=table)
    folders = {photo.absolute().parent for photo in photos}
    title = photos[0].name if len(photos) == 1 else f"{len(photos)} pictures"
    if len(folders) > 1:
        return Brought(listed, title, None, table=table)
    folder = folders.pop()
    beside = [entry for entry in _entries(folder) if _is_photo(entry)]
    return Brought(listed, title, folder, len(beside), len(beside) <= len(photos), table)


def _entries(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(entry.path) for entry in islice(entries, MOST_LOOKED_AT))
    except OSError:
        return []


def _is_photo(entry: Path) -> bool:
    return entry.suffix.lower() in SUFFIXES and not entry.name.startswith(".")
