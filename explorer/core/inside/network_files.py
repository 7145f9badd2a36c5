"""Which networks of a model look at pictures, and so can be fooled, or dream."""

from __future__ import annotations

from pathlib import Path

from explorer.core.models.model import GENERATOR, STEP, TRANSLATOR
from explorer.core.problem import Problem

PARTS = {
    "classifier": "classifier.onnx",
    "critic": "critic.onnx",
    "encoder": "encoder.onnx",
    "translator": TRANSLATOR,
}
"""Files of a model's folder, those first that answer a question."""


def networks_in(folder: Path) -> tuple[Path, ...]:
    """The networks that look at pictures in a model's folder, a generator's or none's."""
    return tuple(folder / file for file in PARTS.values() if (folder / file).is_file())


def network_at(path: Path, part: str = "") -> Path:
    """The network at ``path``: a file itself, or the ``part`` of a model's folder; "" for the first of `PARTS`.

    Raises
    ------
    Problem
        There is nothing there, or the model has no such part.
    """
    if not path.exists():
        raise Problem(f"There is no model {path}.", "It may have been moved or renamed.")
    folder = path.parent if path.name in (GENERATOR, STEP) else path
    if not folder.is_dir():
        return path
    found = networks_in(folder)
    name = folder.resolve().name
    if not found:
        raise Problem(
            f"{name} has no network that looks at pictures.",
            "Choose a model with a critic, a classifier or an encoder.",
        )
    if not part:
        return found[0]
    if folder / PARTS[part] not in found:
        has = ", ".join(file.stem for file in found)
        raise Problem(f"{name} has no {part}.", f"It has: {has}.")
    return folder / PARTS[part]
