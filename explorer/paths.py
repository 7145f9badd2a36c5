"""Where the program's own files lie, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).parent


def _shipped(name: str) -> Path:
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def models_folder() -> Path:
    """The folder of the bundled models, one sub-folder each. Read-only."""
    return _shipped("models")


def is_bundled(path: Path) -> bool:
    """Whether a file is one of the models that come with the program."""
    return path.resolve().is_relative_to(models_folder().resolve())


def resources_folder() -> Path:
    """Icons, pictures and other fixed files of the program. Read-only."""
    return _shipped("resources")


def model_path(name: str) -> Path:
    """Where the model called ``name`` lies: the bundled one of that name, else ``name`` taken as a path."""
    bundled = models_folder() / name
    plain = name not in ("", ".", "..") and not set(name) & {"/", "\\"}
    return bundled if plain and bundled.is_dir() else Path(name)


def user_folder(kind: Literal["config", "data", "cache"]) -> Path:
    """Where this user's settings, own work, or what can be made again belong on this system."""
    import platformdirs

    folders = {
        "config": platformdirs.user_config_path,
        "data": platformdirs.user_data_path,
        "cache": platformdirs.user_cache_path,
    }
    return folders[kind]("latent-explorer", appauthor=False)
