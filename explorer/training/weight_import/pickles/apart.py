"""Tensors beside objects that PyTorch's reader does not know: told apart by the machine that makes no objects.

A checkpoint may keep settings, enumerations or queues beside its weights. What they are of is named and passed over.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from torch import Tensor

from explorer.training.weight_import.archives import parts_of
from explorer.training.weight_import.pickles.listing import IDLE, passed_over, refuse_objects, wanted_names
from explorer.training.weight_import.pickles.machine import read_one
from explorer.training.weight_import.pickles.pickled_tensors import StorageArchive, TensorsInside, is_tensor
from explorer.training.weight_import.pickles.values import Made, RefusedPickleError, UnreadablePickleError

_DEEPEST, _MOST_VALUES = 8, 200_000
_BYTES = 4  # of a number once it is float32


def tensors_apart(path: Path) -> Mapping[str, Tensor]:
    """The tensors in the dictionaries and lists of a zip of PyTorch's, by their names; none where it is damaged.

    Raises
    ------
    Problem
        There are none in these, but objects of a program.
    """
    try:
        archive = StorageArchive(path.read_bytes())
        described = dict(_described(read_one(BytesIO(archive.pickle))))
        if not described:
            refuse_objects(path.name, list(wanted_names(BytesIO(archive.pickle))))
        inside = TensorsInside(described, _BYTES * path.stat().st_size, archive)
        return {name: inside[name] for name in inside}
    except (RefusedPickleError, OSError, ValueError):
        return {}


def beside(path: Path) -> tuple[str, ...]:
    """Of what classes the objects are that lie beside the tensors of a zip, and were passed over."""
    with zipfile.ZipFile(path) as archive:
        pickle = next(info for info in parts_of(archive) if info.filename.endswith("/data.pkl"))
        with archive.open(pickle) as file:
            names = tuple(dict.fromkeys(wanted_names(file)))
    idle = [name for name in names if name in IDLE and not name.startswith("numpy.")]
    return (*idle, *(name for name in passed_over(names) if not name.startswith(("copyreg.", "copy_reg."))))


def _described(content: Any) -> Iterator[tuple[str, Made]]:
    """What describes tensors, by names joined with dots, nested a few levels deep."""
    level: list[tuple[str, Any]] = [("", content)]
    count = 0
    for _ in range(_DEEPEST + 1):
        below: list[tuple[str, Any]] = []
        for name, value in level:
            count += 1
            if count > _MOST_VALUES:
                raise UnreadablePickleError("it holds more than any checkpoint")
            if is_tensor(value):
                yield name, value
            elif isinstance(value, dict | list | tuple):
                pairs = value.items() if isinstance(value, dict) else enumerate(value)
                below += [(f"{name}.{key}" if name else str(key), inner) for key, inner in pairs]
                if len(below) > _MOST_VALUES:
                    raise UnreadablePickleError("it holds more than any checkpoint")
        level = below
