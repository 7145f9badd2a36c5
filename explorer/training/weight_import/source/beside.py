"""Which files may be the source of a file of weights: those beside it and in the folder above. Needs no torch."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from explorer.core.files import hash_of, read_file
from explorer.core.models.file_kinds import SOURCES
from explorer.core.problem import Problem
from explorer.training.weight_import.diffusers.config import config_file
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
    config : Path or None
        What diffusers keeps beside weights; it goes before programs that nobody chose.
    """

    paths: tuple[Path, ...] = ()
    is_given: bool = False
    config: Path | None = None

    @staticmethod
    def from_told(told: Mapping[str, Any]) -> SourceFiles:
        """Those that a parent `told` its child."""
        config = Path(told["config"]) if told["config"] else None
        return SourceFiles(tuple(map(Path, told["sources"])), bool(told["source_is_given"]), config)

    @property
    def told(self) -> dict[str, Any]:
        """The same for a child, in words of JSON."""
        paths = [str(each) for each in self.paths]
        return {"sources": paths, "source_is_given": self.is_given, "config": str(self.config or "")}

    @property
    def stamp(self) -> str:
        """What changes when any of them does; "" where there is none."""
        config = () if self.config is None else (self.config,)
        told = [f"{path.name} {hash_of(path)}" for path in (*self.paths, *config)]
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
    return SourceFiles(tuple(found[:_MOST_SOURCES]), config=config_file(weights))


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
