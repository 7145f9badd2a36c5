"""Paths as films, by the ending of the file's name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from explorer.core.exports.gif import save_gif
from explorer.core.exports.job import Cancelled, Progress
from explorer.core.exports.mp4 import save_mp4
from explorer.core.problem import Problem
from explorer.core.renderer import Renderer
from explorer.core.scene import Scene

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
    kind = path.suffix.lower()
    if kind not in _SAVING:
        raise Problem(f"A film is saved as .gif or .mp4, not as {kind or 'no kind'}.", "Change the ending.")
    _SAVING[kind](path, renderer, scenes, fps, progress=progress, cancelled=cancelled)
