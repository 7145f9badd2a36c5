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
from explorer.core.photos.picture_walk import PictureWalk
from explorer.core.photos.suffixes import SUFFIXES
from explorer.core.problem import Problem
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.folders import models_in
from explorer.session.models.opening import scene_carried_by

MAYBE: tuple[Kind, ...] = ("photo", "picture", "pictures", "folder", "table")
"""Kinds that may be pictures, and are looked into."""

MOST_PHOTOS = 200
"""Photos that are listed to be edited."""

MOST_VISITED = 20_000
"""Files and folders that are looked at in what was brought: it may be a home folder, on a slow disk too."""

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
        How many pictures lie in ``source`` and the folders in it, as far as was looked; 0 where only opening it tells.
    is_whole : bool
        Whether all that is in ``source`` was brought, not a part of it.
    table : Path or None
        Labels that came with them.
    is_at_least : bool
        Whether there may be more: ``source`` was not looked through to its end, or has files whose names do not tell.
    """

    photos: tuple[Path, ...]
    title: str
    source: Path | None
    count: int = 0
    is_whole: bool = True
    table: Path | None = None
    is_at_least: bool = False

    @property
    def counted(self) -> str:
        """``931 pictures`` or ``at least 20,000 pictures``; "" where only opening it tells."""
        words = f"{self.count:,} picture{'' if self.count == 1 else 's'}" if self.count else ""
        return f"at least {words}" if words and self.is_at_least else words


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
    found = _brought(photos, sources, tables[0] if is_labelled else None, cancelled)
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
    if any(kind_of(entry) in _IN_FOLDERS for entry in _entries(folder) if entry.is_file()):
        return True
    return next(PictureWalk(folder, MOST_VISITED).pictures(), None) is not None


def _has_pictures(path: Path) -> bool:
    """Whether a zip holds pictures or arrays; one that is damaged is told by who opens it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(Path(name).suffix.lower() in (*SUFFIXES, ".npy") for name in archive.namelist())
    except (OSError, ValueError, zipfile.BadZipFile):
        return True


def _brought(photos: Sequence[Path], sources: Sequence[Path], table: Path | None, cancelled: Cancelled) -> Brought:
    if len(sources) == 1 and not photos:
        walk = PictureWalk(sources[0], MOST_VISITED, cancelled)
        inside = list(walk.pictures()) if sources[0].is_dir() else []
        listed, name = tuple(inside[:MOST_PHOTOS]), sources[0].name
        return Brought(listed, name, sources[0], len(inside), True, table, walk.is_cut or walk.is_unclear)
    if sources:
        inside = [
            photo
            for source in sources
            if source.is_dir()
            for photo in islice(PictureWalk(source, MOST_VISITED).pictures(), MOST_PHOTOS)
        ]
        listed = tuple((*photos, *inside)[:MOST_PHOTOS])
        return Brought(listed, f"{len(photos) + len(sources)} things with pictures", None, table=table)
    listed = tuple(photos[:MOST_PHOTOS])
    folders = {photo.absolute().parent for photo in photos}
    title = photos[0].name if len(photos) == 1 else f"{len(photos)} pictures"
    if len(folders) > 1:
        return Brought(listed, title, None, table=table)
    folder = folders.pop()
    walk = PictureWalk(folder, MOST_VISITED, cancelled)
    beside = sum(1 for _ in walk.pictures())
    return Brought(
        listed, title, folder, beside, beside <= len(photos) and not walk.is_cut, table, walk.is_cut or walk.is_unclear
    )


def _entries(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return [Path(entry.path) for entry in islice(entries, MOST_VISITED)]
    except OSError:
        return []
