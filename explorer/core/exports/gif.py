"""GIF films by Pillow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from explorer.core.exports.animation import enlargement
from explorer.core.exports.job import Cancelled, Progress, drawn, require_some
from explorer.core.files import replace_file
from explorer.core.pictures import enlarged, rgb
from explorer.core.renderer import Renderer
from explorer.core.scene import Scene, scene_to_json


def save_gif(
    path: Path,
    renderer: Renderer,
    scenes: Sequence[Scene],
    fps: float = 30.0,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Saves a GIF that plays for ever. Its comment is the first scene."""
    require_some(scenes)
    with replace_file(path) as file:
        images = [
            Image.fromarray(enlarged(rgb(p), enlargement(*p.shape[:2])))
            for p in drawn(renderer, scenes, progress, cancelled)
        ]
        images[0].save(
            file,
            "GIF",
            save_all=True,
            append_images=images[1:],
            duration=1000 / fps,
            loop=0,
            comment=scene_to_json(scenes[0]).encode(),
        )
