"""The map as one PNG: thumbnails where their points lie."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from explorer.core.exports.job import Cancelled, Progress, drawn, require_some
from explorer.core.exports.sheet import PLAN_KEY
from explorer.core.files import replace_file
from explorer.core.generator import Pictures
from explorer.core.pictures import png_bytes, rgb
from explorer.core.renderer import Renderer
from explorer.core.scene import Scene
from explorer.core.traversal.layout import Points


def save_map(
    path: Path,
    renderer: Renderer,
    scenes: Sequence[Scene],
    points: Points,
    facts: Mapping[str, Any],
    *,
    side: int = 1600,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Saves a map of scenes as a PNG, with its first scene and ``facts`` inside.

    Raises
    ------
    Problem
        There is no scene, it cannot be drawn, or not be written there.
    Stopped
        It was cancelled; what was under the name stays.
    """
    require_some(scenes)
    with replace_file(path) as file:
        pictures = np.stack(list(drawn(renderer, scenes, progress, cancelled)))
        whole = scattered(pictures, points, side)
        file.write(png_bytes(whole, scenes[0], {PLAN_KEY: json.dumps({"kind": "map", **facts})}))


def scattered(pictures: Pictures, points: Points, side: int = 1600) -> Pictures:
    """Thumbnails on white, each with its centre at its point, (side, side, 3) uint8."""
    whole = np.full((side, side, 3), 255, np.uint8)
    height, width = pictures.shape[1:3]
    low, extent = points.min(axis=0), max(float(np.ptp(points, axis=0).max()), 1e-9)
    for picture, (x, y) in zip(pictures, (points - low) / extent, strict=True):
        left, top = round(x * (side - width)), round((1.0 - y) * (side - height))
        whole[top : top + height, left : left + width] = rgb(picture)
    return whole
