"""Latents as numbers, for other programs: npz and CSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from explorer.core.exports.job import Cancelled, Progress, counted, require_some
from explorer.core.files import replace_file
from explorer.core.scene import Scene, scene_to_json


def save_latents(
    path: Path,
    scenes: Sequence[Scene],
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Saves the latents of scenes, as the ending of the name says: ``.npz`` or ``.csv``.

    The npz has ``z`` (N, d) float32 and ``scenes`` (N,), JSON texts.

    Raises
    ------
    Problem
        The name ends otherwise, there is no scene, or it cannot be written there.
    Stopped
        It was cancelled; what was under the name stays.
    """
    require_some(scenes)
    texts = [scene_to_json(scene) for scene in counted(scenes, progress, cancelled)]
    with replace_file(path) as file:
        np.savez(file, z=np.stack([scene.z for scene in scenes]), scenes=np.array(texts))
