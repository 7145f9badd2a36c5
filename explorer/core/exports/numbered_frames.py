"""Paths as numbered pictures, each with its own scene."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from explorer.core.exports.export_job import Cancelled, Progress, counted, require_some
from explorer.core.files import new_folder
from explorer.core.rendering.picture_files import png_bytes
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene


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
        There is no scene, the folder is there and not empty or cannot be made, or a picture cannot be drawn.
    Stopped
        It was cancelled; there is no folder.
    """
    require_some(scenes)
    with new_folder(folder) as draft:
        for number, scene in enumerate(counted(scenes, progress, cancelled)):
            picture = renderer.render(scene).picture
            (draft / f"{number:05d}.png").write_bytes(png_bytes(picture, scene))
