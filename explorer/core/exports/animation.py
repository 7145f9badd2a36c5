"""Paths as films: GIF and MP4."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from explorer.core.exports.job import Cancelled, Progress
from explorer.core.problem import Problem
from explorer.core.renderer import Renderer
from explorer.core.scene import Scene

_SMALLEST_SIDE = 256  # pixels; smaller pictures are enlarged by a whole factor, to be watchable


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

    Raises
    ------
    Problem
        The name ends otherwise, there is no scene, the rate cannot be, it cannot be drawn or written there.
    Stopped
        It was cancelled; what was under the name stays.
    """
    from explorer.core.exports.gif import save_gif
    from explorer.core.exports.mp4 import save_mp4

    kind = path.suffix.lower()
    if kind not in (".gif", ".mp4"):
        raise Problem(f"A film is saved as .gif or .mp4, not as {kind or 'no kind'}.", "Change the ending.")
    save = save_gif if kind == ".gif" else save_mp4
    save(path, renderer, scenes, fps, progress=progress, cancelled=cancelled)


def enlargement(height: int, width: int) -> int:
    """By how much pictures are enlarged for a film: the shorter side has at least 256 pixels afterwards."""
    return max(math.ceil(_SMALLEST_SIDE / min(height, width)), 1)
