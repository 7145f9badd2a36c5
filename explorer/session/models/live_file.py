"""What says that a generator is that of a run in training, and so changes under one name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.files import name_by

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
    try:
        told = json.loads((model / LIVE_FILE).read_text(encoding="utf-8"))
        key, step = name_by(str(told["hash"])), int(told["step"])
    except (OSError, ValueError, KeyError, TypeError):
        return  # it is a model like any other
    generator.hash = key
    generator.card = replace(generator.card, name=f"{generator.card.name}, step {step:,}")
