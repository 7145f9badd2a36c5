"""Paths as films, by the ending of the file's name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from explorer.core.exports.export_job import Cancelled, Progress
from explorer.core.exports.gif import save_gif, save_gif_of
from explorer.core.exports.mp4 import save_mp4, save_mp4_of
from explorer.core.inference.generator import Pictures
from explorer.core.problem import Problem
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene

_SAVING = {".gif": save_gif, ".mp4": save_mp4}


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

    Small pictures are enlarged by a whole factor, so that the shorter side has at least 256 pixels.

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
    _SAVING[_kind(path)](path, renderer, scenes, fps, progress=progress, cancelled=cancelled)


def save_film(path: Path, pictures: Iterable[Pictures], count: int, fps: float = 30.0) -> None:
    """Saves ``count`` pictures of one size, at least one, that are no scenes: sheets of samples, or plots.

    Small pictures are enlarged, as by `save_animation`, and as there the ending of the name says the kind.

    Raises
    ------
    Problem
        The name ends otherwise, the rate cannot be, or it cannot be written there.
    """
    if _kind(path) == ".gif":
        save_gif_of(path, pictures, count, fps)
    else:
        save_mp4_of(path, pictures, fps)


def _kind(path: Path) -> str:
    kind = path.suffix.lower()
    if kind not in _SAVING:
        raise Problem(f"A film is saved as .gif or .mp4, not as {kind or 'no kind'}.", "Change the ending.")
    return kind
