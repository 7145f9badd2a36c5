"""A painting told and shown: a row of numbers for each step, a film, and a sheet of steps."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from explorer.core.exports.export_job import StoppedError
from explorer.core.files import replace_file
from explorer.core.inference.generator import Pictures
from explorer.core.rendering.picture_files import sheet
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene
from explorer.core.sampling.painting import PaintingState
from explorer.core.sampling.sampler import Sampler

_GAP = 2
COLUMNS = 10
"""Steps on a sheet, at most."""


@dataclass(frozen=True, eq=False)
class RecordedState:
    """What is kept of a state of one picture.

    Attributes
    ----------
    step, steps : int
    time : float
        As of a `PaintingState`.
    canvas, guess : (height, width, channels) uint8
    """

    step: int
    steps: int
    time: float
    canvas: Pictures
    guess: Pictures


_S = TypeVar("_S", PaintingState, RecordedState)


def recorded(
    sampler: Sampler,
    states: Iterable[PaintingState],
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[RecordedState]:
    """All states of a painting of one picture, as bytes.

    Raises
    ------
    StoppedError
        It was cancelled.
    Problem
        A run fails.
    """
    kept = []
    for state in states:
        if cancelled is not None and cancelled():
            raise StoppedError
        kept.append(recorded_state(sampler, state))
        if progress is not None:
            progress(state.step, state.steps)
    return kept


def ended_as_drawn(states: list[RecordedState], renderer: Renderer, scene: Scene) -> list[RecordedState]:
    """``states`` whose last shows the very picture that is drawn, and saved, of the scene that they are of.

    A generator that takes all steps in one run rounds here and there to another level than the steps do.
    """
    if scene.sampling is not None or isinstance(renderer.generator, Sampler) or not states:
        return states
    picture = renderer.render(scene).picture
    return [*states[:-1], replace(states[-1], canvas=picture, guess=picture)]


def recorded_state(sampler: Sampler, state: PaintingState) -> RecordedState:
    """A state of one picture, as bytes."""
    canvas, guess = sampler.as_bytes(state.canvas)[0], sampler.as_bytes(state.guess)[0]
    return RecordedState(state.step, state.steps, state.time, canvas, guess)


def whole_rows(states: Iterable[_S], width: int) -> Iterator[_S]:
    """Of a picture that is painted pixel by pixel, those states that end a row: there are too many to tell them all."""
    return (state for state in states if state.step % width == 0)


def rows_of(states: Sequence[RecordedState]) -> list[dict[str, Any]]:
    """For each state its step and time, and how far canvas and guess are from the last picture, in steps of 1/255."""
    last = states[-1].canvas
    return [
        {
            "step": state.step,
            "time": round(state.time, 6),
            "canvas_off": round(difference(state.canvas, last), 4),
            "guess_off": round(difference(state.guess, last), 4),
        }
        for state in states
    ]


def save_rows(path: Path, states: Sequence[RecordedState]) -> None:
    """Writes the rows of `rows_of` as CSV, below their names. Raises a `Problem` where it cannot be written."""
    text, rows = io.StringIO(newline=""), rows_of(states)
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    with replace_file(path) as file:
        file.write(text.getvalue().encode())


def difference(one: Pictures, other: Pictures) -> float:
    """Mean absolute difference of two pictures, in steps of 1/255."""
    return float(np.abs(one.astype(np.float64) - other).mean())


def frames_of(states: Sequence[RecordedState]) -> list[Pictures]:
    """For a film: the canvas, and the guess to the right of it, where it is another one."""
    if not _guesses(states):
        return [state.canvas for state in states]
    return [_beside(state.canvas, state.guess) for state in states]


def sheet_of(states: Sequence[RecordedState], columns: int = COLUMNS) -> Pictures:
    """Some states, evenly chosen, the first and the last among them: the canvas above, the guess, if another, below."""
    count = min(columns, len(states))
    chosen = [states[round(place)] for place in np.linspace(0, len(states) - 1, count)]
    below = [each.guess for each in chosen] if _guesses(states) else []
    return sheet(np.stack([*(each.canvas for each in chosen), *below]), columns=count)


def _guesses(states: Sequence[RecordedState]) -> bool:
    """Whether anything else is expected of a picture than what is painted so far."""
    return any((state.canvas != state.guess).any() for state in states)


def _beside(left: Pictures, right: Pictures) -> Pictures:
    gap = np.full((left.shape[0], _GAP, left.shape[2]), 255, np.uint8)
    return np.concatenate([left, gap, right], axis=1)
