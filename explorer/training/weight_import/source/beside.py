"""Which files may be the source of a file of weights: those beside it and in the folder above. Needs no torch."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from explorer.core.files import hash_of, read_file
from explorer.core.models.file_kinds import SOURCES
from explorer.core.problem import Problem
from explorer.training.weight_import.source.following.reading import LARGEST_CODE

_MOST_ENTRIES = 5000
_MOST_SOURCES = 24
_LARGEST_NOTEBOOK = 16 * 2**20
_LIKELY = re.compile(r"gan|vae|gen|model|net|auto|decod|train|main", re.IGNORECASE)


@dataclass(frozen=True)
class SourceFiles:
    """Files that may say how weights become a network.

    Attributes
    ----------
    paths : tuple of Path
        The likeliest first.
    is_given : bool
        Whether a person chose the file: then nothing else is tried where it does not fit.
    """

    paths: tuple[Path, ...] = ()
    is_given: bool = False

    @property
    def stamp(self) -> str:
        """What changes when any of them does; "" where there is none."""
        told = [f"{path.name} {hash_of(path)}" for path in self.paths]
        return hashlib.sha256("\n".join([str(self.is_given), *told]).encode()).hexdigest() if told else ""


def is_source(path: Path) -> bool:
    """Whether a file is, by its name, a Python program or a notebook."""
    return path.suffix.lower() in SOURCES


def given_source(path: Path) -> SourceFiles:
    """The one file that a person chose.

    Raises
    ------
    Problem
        It is not there, or is no program.
    """
    if not is_source(path):
        raise Problem(f"{path.name} is not a Python file or a notebook.", "Choose a .py or an .ipynb.")
    read_file(path, 64 * LARGEST_CODE)
    return SourceFiles((path.resolve(),), is_given=True)


def sources_beside(weights: Path) -> SourceFiles:
    """Programs beside a file of weights, and in the folder above, that speak of networks. Raises nothing."""
    folder = weights.absolute().parent
    found = [path for each in (folder, folder.parent) for path in _listed(each) if _speaks_of_networks(path)]
    return SourceFiles(tuple(found[:_MOST_SOURCES]))


def _listed(folder: Path) -> Sequence[Path]:
    try:
        with os.scandir(folder) as entries:
            paths = [Path(entry.path) for entry in islice(entries, _MOST_ENTRIES) if is_source(Path(entry.name))]
    except OSError:
        return ()
    return sorted(paths, key=lambda path: (not _LIKELY.search(path.stem), path.name))[: 4 * _MOST_SOURCES]


def _speaks_of_networks(path: Path) -> bool:
    largest = _LARGEST_NOTEBOOK if path.suffix.lower() == ".ipynb" else LARGEST_CODE
    try:
        data = read_file(path, largest)
    except Problem:
        return False
    return b"torch" in data
