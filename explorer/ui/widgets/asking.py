"""The system's dialogs for files and folders: each asks, and gives paths."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from explorer.core.files import free_name
from explorer.session.settings import Settings

MODEL_KINDS = "Models (*.onnx *.pt *.pth *.ckpt *.safetensors *.bin);;All files (*)"
"""What a dialog offers where a model in a file is asked for."""


def ask_file(over: QWidget, title: str, kinds: str, place: Path | str = "") -> Path | None:
    """A file of the user's choice, None where the dialog is cancelled.

    Parameters
    ----------
    over : QWidget
        What the dialog belongs to.
    kinds : str
        What it shows, as Qt writes it: "Pictures (*.png *.jpg);;All files (*)".
    place : Path or str
        The folder to begin in.
    """
    chosen, _ = QFileDialog.getOpenFileName(over.window(), title, str(place), kinds)
    return Path(chosen) if chosen else None


def ask_files(over: QWidget, title: str, kinds: str, place: Path | str = "") -> list[Path]:
    """Files of the user's choice; see `ask_file`."""
    chosen, _ = QFileDialog.getOpenFileNames(over.window(), title, str(place), kinds)
    return [Path(each) for each in chosen]


def ask_folder(over: QWidget, title: str, place: Path | str = "") -> Path | None:
    """A folder of the user's choice; see `ask_file`."""
    chosen = QFileDialog.getExistingDirectory(over.window(), title, str(place))
    return Path(chosen) if chosen else None


def ask_where(settings: Settings, over: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """Where to save something, None where the dialog is cancelled.

    The dialog begins in the folder that was saved to last, with the file name ``name``, or one like it that is free.
    A path that ends in none of the endings of ``kinds`` gets that of the kind which the dialog stood at.
    """
    suggested = free_name((settings.save_folder or Path.home()) / name)
    chosen, kind = QFileDialog.getSaveFileName(over.window(), title, str(suggested), kinds)
    if not chosen:
        return None
    path, endings = Path(chosen), re.findall(r"\*(\.\w+)", kinds)
    settings.save_folder = path.parent
    if not endings or path.suffix.lower() in endings:
        return path
    return path.with_name(path.name + next((ending for ending in endings if ending in kind), endings[0]))
