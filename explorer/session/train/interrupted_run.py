"""Which run is trained in the window, noted on the disk: whatever ends the program, the next start can offer it."""

from __future__ import annotations

from pathlib import Path

from explorer.core.files import path_in
from explorer.session.settings import Settings
from explorer.training.runs.run_folder import run_facts

_INTERRUPTED = "train/interrupted"


def left_over(settings: Settings) -> Path | None:
    """The run that was being trained when the program last ended, where it can still go on."""
    folder = path_in(settings.choice(_INTERRUPTED))
    facts = run_facts(folder) if folder is not None else None
    return facts.folder if facts is not None and not (facts.is_done or facts.is_trained) else None


def remember_trained(settings: Settings, folder: Path | None) -> None:
    """Note what is trained now; None for nothing."""
    settings.remember_choice(_INTERRUPTED, str(folder or ""))
    settings.save()
