"""What makes the sheets that the window shows, each a function for a worker, which loads torch where it needs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from explorer.core.explain.explanation import Explanation

SheetSource = Callable[[], Explanation]


def family_source(key: str, settings: Mapping[str, Any], size: int, channels: int | None = None) -> SheetSource:
    """The sheet of a family with these settings; for the size that it has, where it makes none of this one."""

    def sheet() -> Explanation:
        from explorer.training.explain.training_sheets import family_sheet

        asked = family_sheet(key, settings, size, channels)
        return asked if asked.networks else family_sheet(key, settings)

    return sheet


def run_source(folder: Path) -> SheetSource:
    """The sheet of a run."""

    def sheet() -> Explanation:
        from explorer.training.explain.training_sheets import run_sheet

        return run_sheet(folder)

    return sheet


def model_source(path: Path) -> SheetSource:
    """The sheet of a model that is open, and so was tried before."""

    def sheet() -> Explanation:
        from explorer.core.explain.model_sheet import model_sheet

        return model_sheet(path, trusted=True)

    return sheet
