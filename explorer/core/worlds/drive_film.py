"""A drive as a film: the world at the left, the dream of it at the right; the dream alone where there is no world."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.core.exports.animation import save_film
from explorer.core.exports.export_job import Cancelled, Progress, counted
from explorer.core.rendering.picture_files import enlarged
from explorer.core.worlds.dream import Dream
from explorer.core.worlds.journey import Journey
from explorer.core.worlds.ride import Moment, Ride

_WIDE_PX = 256  # of each half


def save_drive(
    path: Path,
    dream: Dream,
    journey: Journey,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Saves a drive as a .mp4 or .gif: the same drive, the same bytes.

    Raises
    ------
    Problem
        The name ends otherwise, the drive does not fit the world, or the file cannot be written.
    Stopped
        It was cancelled.
    """
    factor = max(1, _WIDE_PX // dream.generator.card.height)
    seen = moments(dream, journey, progress, cancelled)
    frames = (enlarged(side_by_side(moment), factor) for moment in seen)
    save_film(path, frames, len(journey.moves) + 1, dream.facts.frames_a_second)


def moments(
    dream: Dream, journey: Journey, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Iterator[Moment]:
    """All moments of a drive, the first one before any move; raises as `save_drive` does."""
    ride = Ride(dream, journey.seed)
    for move in counted([None, *journey.moves], progress, cancelled):
        yield ride.moment() if move is None else ride.go(move)


def side_by_side(moment: Moment) -> NDArray[np.uint8]:
    """World and dream as one picture."""
    seen = [moment.dream] if moment.world is None else [moment.world, moment.dream]
    return np.concatenate(seen, 1)
