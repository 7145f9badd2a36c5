"""Paths as films, by the ending of the file's name, or as numbered pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from explorer.core.exports.export_job import Cancelled, Progress, counted, drawn, require_some
from explorer.core.exports.gif import save_gif
from explorer.core.exports.mp4 import save_mp4
from explorer.core.files import new_folder
from explorer.core.inference.generator import Pictures
from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import png_bytes
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene, scene_to_json


def save_animation(
    path: Path,
    renderer: Renderer,
    scenes: Sequence[Scene],
    fps: float = 30.0,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Saves a film of scenes, as the ending of the name says: ``.gif`` or ``.mp4``. Carries its first scene.

    Small pictures are enlarged by a whole factor, so that the shorter side has at least 256 pixels, if that
    leaves the longer one at most 4,096.

    Parameters
    ----------
    path : Path
    renderer : Renderer
    scenes : sequence of Scene
        One a frame.
    fps : float
        Frames a second: up to 50 in a GIF, up to 120 in an MP4.
    progress, cancelled : callable, optional

    Raises
    ------
    Problem
        The name ends otherwise, there is no scene, the rate cannot be, it cannot be drawn or written there.
    Stopped
        It was cancelled; what was under the name stays.
    """
    require_some(scenes)
    pictures = drawn(renderer, scenes, progress, cancelled)
    save_film(path, pictures, len(scenes), fps, comment=scene_to_json(scenes[0]))


def save_film(path: Path, pictures: Iterable[Pictures], count: int, fps: float = 30.0, *, comment: str = "") -> None:
    """Saves ``count`` pictures of one size, at least one, whatever they show; ``comment``, in ASCII, is in the file.

    Small pictures are enlarged, as by `save_animation`, and as there the ending of the name says the kind.

    Raises
    ------
    Problem
        The name ends otherwise, the rate cannot be, or it cannot be written there.
    """
    kind = path.suffix.lower()
    if kind == ".gif":
        save_gif(path, pictures, count, fps, comment)
    elif kind == ".mp4":
        save_mp4(path, pictures, fps, comment)
    else:
        raise Problem(f"A film is saved as .gif or .mp4, not as {kind or 'no kind'}.", "Change the ending.")


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
            picture = renderer.render(scene).whole
            (draft / f"{number:05d}.png").write_bytes(png_bytes(picture, scene))
