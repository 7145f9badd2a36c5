"""Which kind of source a word or a path is."""

from __future__ import annotations

import os
from pathlib import Path

from explorer.core.problem import Problem
from explorer.training.sources.folder import folder_material
from explorer.training.sources.idx import idx_in, idx_material, is_idx
from explorer.training.sources.material import Material

_KINDS = "Choose a folder or a zip of images, an IDX file, an .npz file, or write portraits."


def listed(source: str | Path) -> Material:
    """The source, recognised by what it is rather than by its name, and listed.

    Raises
    ------
    Problem
        There is nothing there, or nothing that can be used.
    """
    path, part = _path_and_part(source)
    try:
        return _folder(path, part) if path.is_dir() else _file(path, part)
    except OSError as error:
        raise Problem(
            f"{path} cannot be read: {error.strerror or error}.", "Check that you may read it."
        ) from error


def _path_and_part(source: str | Path) -> tuple[Path, str]:
    """``digits#test`` is the part ``test`` of ``digits``, unless something of that very name exists."""
    path = Path(source).expanduser()
    part = ""
    if not path.exists() and "#" in path.name:
        name, _, part = path.name.rpartition("#")
        path = path.with_name(name)
    if not path.exists():
        raise Problem(f"There is no {path}.", _KINDS)
    return path, part.lower()


def _folder(folder: Path, part: str) -> Material:
    if images := idx_in(folder, part):
        return idx_material(images)
    if part:
        raise Problem(f"{folder} has no part called {part}.", "Leave out the # and what follows it.")
    material = folder_material(folder)
    if not material.names:
        raise Problem(f"There are no pictures in {folder}.", _KINDS)
    return material


def _file(path: Path, part: str) -> Material:
    if not path.is_file() or os.path.getsize(path) == 0:
        raise Problem(f"{path.name} is empty.", _KINDS)
    if is_idx(path):
        return idx_material(path)
    raise Problem(f"{path.name} is no kind of file that pictures can be taken from.", _KINDS)
