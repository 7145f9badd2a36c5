"""The models that were made of weights that others saved: they lie in the cache, and the least recently used go."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from explorer.core.models.model import GENERATOR

MOST_BYTES = 8 * 2**30
"""Of all converted models together."""


@dataclass(frozen=True)
class ConvertedModel:
    """One model of the cache.

    Attributes
    ----------
    folder : Path
    name : str
        The file that it was made of.
    size_bytes : int
    used_s : float
        When it was opened last, in seconds since 1970.
    """

    folder: Path
    name: str
    size_bytes: int
    used_s: float


def converted_models(cache: Path) -> tuple[ConvertedModel, ...]:
    """The converted models in a folder of the cache, the most recently used first."""
    return tuple(sorted(_found(cache), key=lambda model: -model.used_s))


def note_use(folder: Path, most_bytes: int = MOST_BYTES) -> None:
    """Note that the model in ``folder`` is used now; of the others beside it, those that are too many go."""
    with suppress(OSError):
        os.utime(folder)
    left = most_bytes
    for model in converted_models(folder.parent):
        left -= model.size_bytes
        if left < 0 and model.folder != folder:
            shutil.rmtree(model.folder, ignore_errors=True)


def forget_all(cache: Path) -> int:
    """Remove all converted models, which are made again when their weights are opened; gives the bytes they took."""
    models = converted_models(cache)
    for model in models:
        shutil.rmtree(model.folder, ignore_errors=True)
    return sum(model.size_bytes for model in models)


def _found(cache: Path) -> Iterator[ConvertedModel]:
    from explorer.training.weight_import.interpretation import readings_of

    for folder in cache.glob("weights-*"):
        with suppress(OSError):  # removed meanwhile
            told = readings_of(folder) if (folder / GENERATOR).is_file() else None
            size = sum(file.stat().st_size for file in folder.iterdir())
            yield ConvertedModel(folder, told.file if told else folder.name, size, folder.stat().st_mtime)
