"""What says that a generator is that of a run in training, and so changes under one name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.files import name_by
from explorer.core.json_store import JsonStore

if TYPE_CHECKING:
    from explorer.core.inference.generator import Generator

LIVE_FILE = "live.json"
LIVE_FOLDER = "live"
"""In the program's cache."""


def is_live(model: Path, folder: Path) -> bool:
    """Whether the model folder is that of a run in training: one of our own, in ``folder``; others only say so."""
    return (model / LIVE_FILE).is_file() and model.resolve().parent == folder.resolve()


def take_live_name(generator: Generator, model: Path) -> None:
    """Give ``generator`` the hash that all states of its run share, and a name that says its step."""
    state = JsonStore(model / LIVE_FILE).read(lambda state: (name_by(str(state["hash"])), int(state["step"])), None)
    if state is not None:  # else it is a model like any other
        generator.hash, step = state
        generator.card = replace(generator.card, name=f"{generator.card.name}, step {step:,}")
