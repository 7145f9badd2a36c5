"""Where a world model lies that a person names."""

from __future__ import annotations

from pathlib import Path

from explorer.core.models.model import DREAM
from explorer.paths import model_path


def dream_folder(name: str) -> Path:
    """The folder of the world model called ``name`` or at that path; of what `train` wrote, the model within."""
    path = Path(model_path(name))
    return path / "model" if (path / "model" / DREAM).is_file() else path
