"""MP4 films (H.264) by FFmpeg's libraries, which come in PyAV's wheels."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from explorer.core.exports.animation import enlargement
from explorer.core.exports.job import Cancelled, Progress, drawn, require_some
from explorer.core.files import replace_file
from explorer.core.generator import Pictures
from explorer.core.pictures import enlarged, rgb
from explorer.core.renderer import Renderer
from explorer.core.scene import Scene, scene_to_json


def save_mp4(
    path: Path,
    renderer: Renderer,
    scenes: Sequence[Scene],
    fps: float = 30.0,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Saves an MP4. The comment in its metadata is the first scene."""
    import av

    require_some(scenes)
    card = renderer.generator.card
    factor = enlargement(card.height, card.width)
    with replace_file(path) as file, av.open(file, "w", format="mp4") as film:
        film.metadata["comment"] = scene_to_json(scenes[0])
        stream = film.add_stream("libx264", rate=Fraction(fps).limit_denominator(1001))
        stream.pix_fmt, stream.options = "yuv420p", {"crf": "16"}
        stream.height, stream.width = (
            side * factor + side * factor % 2 for side in (card.height, card.width)
        )
        for picture in drawn(renderer, scenes, progress, cancelled):
            whole = _even(enlarged(rgb(picture), factor))
            film.mux(stream.encode(av.VideoFrame.from_ndarray(whole, "rgb24")))
        film.mux(stream.encode(None))


def _even(picture: Pictures) -> Pictures:
    """H.264 halves the resolution of colours, so that sides must be even: an odd one is padded."""
    height, width = picture.shape[:2]
    return np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
