"""Latents as numbers, for other programs: npz and CSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from explorer.core.exports.export_job import Cancelled, Progress, counted, require_some
from explorer.core.files import replace_file
from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import SCENE_KEY
from explorer.core.rendering.scene import Scene, scene_to_json


def save_latents(
    path: Path,
    scenes: Sequence[Scene],
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Saves the latents of scenes, as the ending of the name says: ``.npz`` or ``.csv``.

    The npz has ``z``, (N, d) float32, and ``scenes``, (N,) texts as JSON. The CSV has the first scene in a
    comment, a line of names and a line for each latent, in the shortest digits that give the float32 back.
    Both hold the latents as they are in the scenes, before truncation and directions. Where all scenes are points
    of W, or all of W+, the npz has those too, ``w`` (N, style_size) or (N, styles * style_size) float32, and the CSV
    has them in the place of z.

    Raises
    ------
    Problem
        The name ends otherwise, there is no scene, the latents are of unlike size, or it cannot be written.
    Stopped
        It was cancelled; what was under the name stays.
    """
    require_some(scenes)
    kind = path.suffix.lower()
    if kind not in (".npz", ".csv"):
        raise Problem(f"Latents are saved as .npz or .csv, not as {kind or 'no kind'}.", "Change the ending.")
    if len({scene.z.shape for scene in scenes}) > 1:
        raise Problem("These latents differ in size.", "Choose scenes of one model.")
    with replace_file(path) as file:
        (_write_npz if kind == ".npz" else _write_csv)(file, scenes, progress, cancelled)


def _write_npz(file: BinaryIO, scenes: Sequence[Scene], progress: Progress | None, cancelled: Cancelled | None) -> None:
    texts = [scene_to_json(scene) for scene in counted(scenes, progress, cancelled)]
    points = _points_of_w(scenes)
    more: dict[str, Any] = {} if points is None else {"w": points}
    np.savez(file, z=np.stack([scene.z for scene in scenes]), scenes=np.array(texts), **more)


def _write_csv(file: BinaryIO, scenes: Sequence[Scene], progress: Progress | None, cancelled: Cancelled | None) -> None:
    points = _points_of_w(scenes)
    rows = [scene.z for scene in scenes] if points is None else list(points)
    names = ",".join(f"{'z' if points is None else 'w'}{index}" for index in range(rows[0].size))
    file.write(f"# {SCENE_KEY}: {scene_to_json(scenes[0])}\n{names}\n".encode())
    for row in counted(rows, progress, cancelled):
        file.write((",".join(str(value) for value in row) + "\n").encode())


def _points_of_w(scenes: Sequence[Scene]) -> NDArray[np.float32] | None:
    points = [scene.w for scene in scenes if scene.w is not None]
    alike = len(points) == len(scenes) and len({point.size for point in points}) == 1
    return np.stack(points) if alike else None
