"""Which kind of source a word or a path is."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from os.path import exists
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

from explorer.core.photos.photo_files import SUFFIXES
from explorer.core.problem import Problem
from explorer.training.extensions import Extensions, extensions
from explorer.training.sources.archive import opened_zip, zip_material
from explorer.training.sources.array_files import are_arrays, is_npy
from explorer.training.sources.arrays import arrays_material
from explorer.training.sources.file_names import part_called
from explorer.training.sources.folder import folder_material
from explorer.training.sources.idx import idx_in, idx_material, is_idx
from explorer.training.sources.material import Drawn, ListedSource, UnreadablePictureError
from explorer.training.sources.parquet import is_parquet, parquet_material
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.procedural import (
    asks_for_digits,
    asks_for_driving,
    asks_for_gymnasium,
    asks_for_portraits,
    digits_material,
    portraits_material,
)
from explorer.training.sources.tars import is_packed_otherwise, is_tar, shards_in, tar_material

_KINDS = "Choose a folder, zip or tar of images, an IDX, .npz or Parquet file, or write portraits, digits or drive."


def listed(source: str | Path, size: int, reading: PictureReading | None = None) -> ListedSource:
    """The source, recognised by what it is rather than by its name, and listed.

    Raises
    ------
    Problem
        There is nothing there, or nothing that can be used.
    """
    if isinstance(source, str) and asks_for_portraits(source):
        return portraits_material(source, size, reading)
    if isinstance(source, str) and asks_for_digits(source):
        return digits_material(source, size, reading)
    if isinstance(source, str) and asks_for_driving(source):
        from explorer.training.worlds.driven import drive_material  # which is made of what lies here

        return drive_material(source, size, reading)
    if isinstance(source, str) and asks_for_gymnasium(source):
        from explorer.training.worlds.gymnasium_worlds import gymnasium_material

        return gymnasium_material(source, size, reading)
    if isinstance(source, str) and (word := source.partition(":")[0]) in {
        **_theirs().found,
        **_theirs().problems,
    }:
        return _of_others(word, source, size)
    reading = reading or PictureReading()
    path, part = _path_and_part(source)
    try:
        return _folder(path, part, reading) if path.is_dir() else _file(path, part, reading)
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror or error}.", "Check that you may read it.") from error


@cache
def _theirs() -> Extensions:
    """The sources of other packages: functions (source, size) -> ListedSource, for NAME and for NAME:ANYTHING."""
    return extensions("data_sources", {"portraits", "digits", "drive", "gym"}, _check)


def _check(_name: str, found: Any) -> None:
    if not callable(found):
        raise TypeError("it is not a function")


def _of_others(word: str, source: str, size: int) -> ListedSource:
    if word in _theirs().problems:
        raise _theirs().problems[word]
    try:
        found = _theirs().found[word](source, size)
        if not isinstance(found, ListedSource):
            raise TypeError("it gives no ListedSource")
    except Problem:
        raise
    except Exception as error:
        raise Problem(f"The data source {word} failed: {error}.", "Update the package that adds it.") from error

    def draw(index: int, size: int, channels: int) -> Drawn:
        try:
            return found.draw(index, size, channels)
        except UnreadablePictureError:
            raise
        except Exception as error:
            raise UnreadablePictureError("not drawn by its source") from error

    return _with_pictures(replace(found, draw=draw))


def _path_and_part(source: str | Path) -> tuple[Path, str]:
    """``digits#test`` is the part ``test`` of ``digits``, unless something of that very name exists."""
    path = Path(source).expanduser()
    part = ""
    if not exists(path) and "#" in path.name:
        name, _, part = path.name.rpartition("#")
        path = path.with_name(name)
    if not exists(path):  # unlike that of a Path, which long texts break
        raise Problem(f"There is no {path}.", _KINDS)
    return path, part.lower()


def _folder(folder: Path, part: str, reading: PictureReading) -> ListedSource:
    if images := idx_in(folder, part):
        return idx_material(images, reading)
    if part:
        raise Problem(f"{folder} has no part called {part}.", "Leave out the # and what follows it.")
    found = folder_material(folder, reading)
    if not found.names and (shards := shards_in(folder)):
        return _with_pictures(tar_material(shards, reading))
    return _with_pictures(_of_part(found, reading))


def _of_part(material: ListedSource, reading: PictureReading) -> ListedSource:
    """The pictures under a folder that is called ``train`` or so, where only those are wanted."""
    wanted = reading.assume.parts
    if wanted in ("", "all") or not material.paths:
        return material
    in_it = [
        place
        for place, path in enumerate(material.paths)
        if any(wanted in (part_called(folder), folder) for folder in path.split("/")[:-1])
    ]
    return material.chosen(in_it, f"part {wanted}")


def _with_pictures(material: ListedSource) -> ListedSource:
    if not material.names:
        material.close()
        raise Problem(f"There are no pictures in {material.title}.{_left_out(material)}", _KINDS)
    return material


def _left_out(material: ListedSource) -> str:
    reasons = [f"{count:,} {reason}" for reason, count in material.tally.skipped.most_common(3)]
    return f" Left out: {', '.join(reasons)}." if reasons else ""


def _file(path: Path, part: str, reading: PictureReading) -> ListedSource:
    if not path.is_file() or os.path.getsize(path) == 0:
        raise Problem(f"{path.name} is empty.", _KINDS)
    if is_idx(path):
        return idx_material(path, reading)
    if is_npy(path):
        return arrays_material(path, part, reading)
    if is_parquet(path):
        return _with_pictures(parquet_material(path, reading))
    if path.suffix.lower() in (".zip", ".npz") or is_zipfile(path):
        return _zip(path, part, reading)
    if is_tar(path):
        return _with_pictures(tar_material([path], reading))
    if is_packed_otherwise(path):
        raise Problem(
            f"{path.name} is packed with Zstandard, which is not read.",
            f"Unpack it (tar -xf {path.name}) and choose the folder.",
        )
    if path.suffix.lower() in SUFFIXES:
        raise Problem(f"{path.name} is one picture, and a model needs many.", "Choose the folder that it lies in.")
    raise Problem(f"{path.name} is not a kind of file that pictures can be taken from.", _KINDS)


def _zip(path: Path, part: str, reading: PictureReading) -> ListedSource:
    archive = opened_zip(path)
    if are_arrays(path, archive):
        archive.close()
        return arrays_material(path, part, reading)
    return _with_pictures(_of_part(zip_material(path, archive, reading), reading))
