"""Where the program's own files lie, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def _shipped(name: str) -> Path:
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def models_folder() -> Path:
    """The folder of the bundled models, one sub-folder each. Read-only."""
    return _shipped("models")


def resources_folder() -> Path:
    """Icons, pictures and other fixed files of the program. Read-only."""
    return _shipped("resources")


def model_path(name: str) -> Path:
    """Where the model called ``name`` lies: the bundled one of that name, else ``name`` taken as a path."""
    bundled = models_folder() / name
    plain = name not in ("", ".", "..") and not set(name) & {"/", "\\"}
    return bundled if plain and bundled.is_dir() else Path(name)
