"""A recording as a film: pictures with the times at which they were shown, at an even rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from explorer.core.exports.animation import save_film
from explorer.core.exports.export_job import Cancelled, Progress, counted, require_some
from explorer.core.inference.generator import Pictures
from explorer.core.rendering.saved_pictures import Enlargement, resampled

LONGEST_REST_S = 1.0  # what stands still for longer is cut to so much

Shown = tuple[float, Pictures]
"""When a picture came into sight, in seconds, and the picture."""


def even_frames(times_s: Sequence[float], end_s: float, fps: float) -> list[int]:
    """Which picture each frame shows: the newest by then; rests are cut to a second.

    Parameters
    ----------
    times_s : sequence of float
        When each came into sight, ascending.
    end_s : float
        When the last one left.
    fps : float
        Frames a second.
    """
    frames, due = [], 0.0
    starts = [*times_s, end_s]
    place = 0.0  # of the picture in the film, in seconds
    for index, (start, stop) in enumerate(pairwise(starts)):
        place += min(max(stop - start, 0.0), LONGEST_REST_S)
        while due < place - 1e-9:
            frames.append(index)
            due += 1 / fps
    return frames or ([len(times_s) - 1] if times_s else [])


def save_recording(
    path: Path,
    shown: Sequence[Shown],
    end_s: float,
    fps: float,
    enlargement: Enlargement | None = None,
    *,
    comment: str = "",
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Saves what was shown, pictures of one size, as ``.mp4`` or ``.gif``; ``comment``, in ASCII, is in the file.

    Raises
    ------
    Problem
        Nothing was shown, the name ends otherwise, the rate or size cannot be, or it cannot be written there.
    StoppedError
        It was cancelled; what was under the name stays.
    """
    frames = even_frames([time for time, _ in shown], end_s, fps)
    require_some(frames)
    save_film(
        path,
        _pictures(shown, frames, enlargement or Enlargement(), progress, cancelled),
        len(frames),
        fps,
        comment=comment,
    )


def _pictures(
    shown: Sequence[Shown],
    frames: Sequence[int],
    enlargement: Enlargement,
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> Iterator[Pictures]:
    last, picture = -1, shown[0][1]
    for index in counted(frames, progress, cancelled):
        if index != last:
            last, picture = index, resampled(shown[index][1], enlargement)
        yield picture
