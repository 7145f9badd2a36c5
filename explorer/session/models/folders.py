"""What in a folder can be opened: the models of a collection, whose folder is none itself."""

from __future__ import annotations

from itertools import chain, islice
from pathlib import Path

from explorer.core.models.file_kinds import MODELS, RUN_FILE, WEIGHTS, kind_of
from explorer.core.models.model import drawing_file, translator_file
from explorer.core.problem import Problem
from explorer.training.weight_import.diffusers.config import weights_in

_NAMED = 4
MOST_LOOKED_AT = 2000
"""Entries of a folder that are looked at: it may be anything, on a slow disk too."""


def models_in(folder: Path) -> tuple[Path, ...]:
    """The models in a folder: files, and the folders of models and runs, by name; else those in its own folders.

    A file ``generator.onnx`` stands for its folder, so that one is opened as a whole.
    """
    if kind_of(folder) in ("model", "run"):
        return (folder,)
    if (of_diffusers := weights_in(folder)) is not None:
        return (of_diffusers,)
    entries = _entries(folder)
    found = tuple(entry for entry in entries if _is_model(entry))
    inside = chain.from_iterable(_entries(entry) for entry in entries if not entry.is_symlink())
    return found or tuple(entry for entry in islice(inside, MOST_LOOKED_AT) if _is_model(entry))


def only_model_in(folder: Path) -> Path:
    """The one model of a folder that is none itself; the folder where it has none.

    Raises
    ------
    Problem
        It has several; names some.
    """
    found = models_in(folder)
    if len(found) > 1:
        names = ", ".join(path.relative_to(folder).as_posix() for path in found[:_NAMED])
        more = ", …" if len(found) > _NAMED else ""
        raise Problem(f"The folder {folder.name} holds {len(found)} models: {names}{more}.", "Name one of them.")
    return found[0] if found else folder


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder, as far as it is looked at; nothing where it is none, or may not be read."""
    try:
        return sorted(islice(folder.iterdir(), MOST_LOOKED_AT))
    except OSError:
        return []


def _is_model(entry: Path) -> bool:
    try:
        if entry.is_dir():
            parts = drawing_file(entry), translator_file(entry)
            return any(part is not None for part in parts) or (entry / RUN_FILE).is_file()
        return entry.suffix.lower() in (*MODELS, *WEIGHTS) and entry.is_file()
    except OSError:
        return False
