"""Paths as numbered pictures, each with its own scene."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from explorer.core.exports.job import Cancelled, Progress, counted, require_some
from explorer.core.files import made_folder
from explorer.core.pictures import save_png
from explorer.core.renderer import Renderer
from explorer.core.scene import Scene


def save_frames(
    folder: Path,
    renderer: Renderer,
    scenes: Sequence[Scene],
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Saves numbered PNGs, 00000.png and so on, in a new folder that appears when all of them are there.

    Raises
    ------
    Problem
        The folder is there and not empty, cannot be made, or a picture cannot be drawn.
    Stopped
        It was cancelled; there is no folder.
    """
    require_some(scenes)
    made_folder(folder)
    for number, scene in enumerate(counted(scenes, progress, cancelled)):
        save_png(folder / f"{number:05d}.png", renderer.render(scene).picture, scene)
