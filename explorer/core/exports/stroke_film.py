"""A film of a drawing as it came about: the board at the left, what the translator answers at the right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer.core.drawing.drawing import Drawing, Stroke
from explorer.core.exports.animation import save_film
from explorer.core.exports.export_job import Cancelled, Progress, counted
from explorer.core.inference.generator import Pictures
from explorer.core.inference.translator import Translator
from explorer.core.problem import Problem
from explorer.core.rendering.drawn_scenes import answered, drawing_in, raster_for
from explorer.core.rendering.picture_files import fitted
from explorer.core.rendering.scene import Scene, scene_to_json

_FPS = 30.0
_PLACES_PER_FRAME, _MOST_FRAMES = 8, 900  # the pace of a pen that tells of itself 250 times a second
_REST_S = 1.0  # at the end
_GIF_PX = 256  # about the board's side in a GIF, which grows with every pixel


def drawing_stages(drawing: Drawing) -> list[Drawing]:
    """A drawing as it grows, from its ground to all of it, at a hand's pace."""
    places = sum(len(stroke.points) for stroke in drawing.strokes)
    count = min(_MOST_FRAMES, -(-places // _PLACES_PER_FRAME))
    marks = np.rint(np.linspace(0, places, count + 1)).astype(int).tolist()
    return [_first_places(drawing, mark) for mark in marks] if places else [drawing]


def save_stroke_film(
    path: Path,
    translator: Translator,
    scene: Scene,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Saves the film of a drawn scene, as ``.mp4`` or ``.gif``; it carries the scene.

    Raises
    ------
    Problem
        Nothing is drawn, the name ends otherwise, it cannot be drawn or written there.
    StoppedError
        It was cancelled; what was under the name stays.
    """
    stages = drawing_stages(drawing_in(scene))
    frames = stages + stages[-1:] * round(_REST_S * _FPS)
    pictures = _pictures(
        translator, scene, frames, _GIF_PX if path.suffix.lower() == ".gif" else 0, progress, cancelled
    )
    save_film(path, pictures, len(frames), _FPS, comment=scene_to_json(scene))


def _pictures(
    translator: Translator,
    scene: Scene,
    frames: list[Drawing],
    most_px: int,
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> Iterator[Pictures]:
    raster, last, pair = raster_for(translator), None, None
    for drawing in counted(frames, progress, cancelled):
        if drawing is not last or pair is None:
            raster.draw(drawing)
            last = drawing
            found = answered(translator, replace(scene, drawing=drawing), raster.picture())
            if found is None:
                raise Problem("The translation was stopped.", "Start the film again.")
            height, width = raster.board.shape[:2]
            by = max(1, max(height, width) // most_px) if most_px else 1
            sides = height // by, width // by
            pair = np.concatenate([fitted(each, *sides, 3) for each in (raster.board, found.picture)], axis=1)
        yield pair


def _first_places(drawing: Drawing, count: int) -> Drawing:
    """The drawing when its hand had been at so many places."""
    kept: list[Stroke] = []
    for stroke in drawing.strokes:
        if count <= 0:
            break
        kept.append(_first_part(stroke, count))
        count -= len(stroke.points)
    return replace(drawing, strokes=tuple(kept))


def _first_part(stroke: Stroke, count: int) -> Stroke:
    if count >= len(stroke.points):
        return stroke
    pressed = stroke.pressures
    return replace(stroke, points=stroke.points[:count], pressures=None if pressed is None else pressed[:count])
