"""Which photographs a verb was given, and what to call what comes of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from explorer.core.photos.picture_walk import PictureWalk
from explorer.core.problem import Problem


def named_photos(named: Sequence[Path]) -> Iterator[Path]:
    """The files that were named, and the pictures in the folders that were and in folders there, nearest first."""
    for path in named:
        if not path.is_dir():
            yield path
            continue
        found = list(PictureWalk(path).pictures())
        if not found:
            raise Problem(f"There are no pictures in the folder {path}.", "Name a folder that holds some.")
        yield from found


def names_of(files: Sequence[Path]) -> list[str]:
    """A name for the results of each picture: its own, with a number where two would have the same."""
    names: list[str] = []
    taken: set[str] = set()
    for file in files:
        name, number = file.stem, 1
        while name.lower() in taken:  # many disks take capital and small letters for the same
            number += 1
            name = f"{file.stem}-{number}"
        taken.add(name.lower())
        names.append(name)
    return names
