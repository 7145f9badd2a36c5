"""A run's folder that came from elsewhere may hold links, by which training would write over other files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from explorer.core.problem import Problem


def refuse_links(folder: Path) -> None:
    """Pass where everything in a run's folder, and in the folders in it, lies there itself.

    Raises
    ------
    Problem
        One is a link to another place.
    """
    for path in _links(folder, depth=2):
        raise Problem(
            f"{path.relative_to(folder)} in the run {folder.name} is a link to another place, which training "
            "would write to.",
            "Put what it points to in its place, or train another run.",
        )


def is_link(path: Path) -> bool:
    """Whether ``path`` itself is a link, or a junction of Windows; where nothing is, it is none."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    junction = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
    return stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", 0) == junction


def _links(folder: Path, depth: int) -> Iterator[Path]:
    try:
        found = list(folder.iterdir())
    except OSError:  # nothing is there yet, or the writing will say what stands in the way
        return
    for path in found:
        if is_link(path):
            yield path
        elif depth > 1 and path.is_dir():
            yield from _links(path, depth - 1)
