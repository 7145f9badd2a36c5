"""How good a world model is: what it foretells of episodes it never saw, how long its dreams hold, and who earns what.

An open-loop dream is told the actions alone. Its latents are compared with those of the frames that really came, beside
what a picture that stands still is off by; a dream that is no better than that has forgotten where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.exports.export_job import Cancelled, Progress, counted
from explorer.core.problem import Problem
from explorer.core.worlds.dream import LOWEST, Dream
from explorer.core.worlds.drivers import careless, scripted
from explorer.core.worlds.trials import Earnings, driven, driven_awake
from explorer.training.sources.pictureset import PictureSet
from explorer.training.worlds.recordings import WorldRecording
from explorer.training.worlds.sequences import starts

WARM_UP = 5
"""Frames that a dream sees before it goes on alone, so that it knows how fast things move."""

_MOST = 64


@dataclass(frozen=True)
class OpenLoop:
    """What dreams are off by, in root mean squares of pixel values (0 to 255), for each of T steps.

    Attributes
    ----------
    dreamt, frozen, seen : (T,) float64
        Of the dream; of the last frame that was seen, which stands still; and of what the eyes alone lose.
    example : (T, 3, H, W, C) uint8
        What came in one of the episodes, the dream of it, and the frame that stands still.
    """

    dreamt: NDArray[np.float64]
    frozen: NDArray[np.float64]
    seen: NDArray[np.float64]
    example: NDArray[np.uint8]


def open_loop(
    dream: Dream,
    found: PictureSet,
    held_out: NDArray[np.bool_],
    steps: int = 30,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> OpenLoop:
    """How far dreams are from what really came, over episodes that were held out.

    Raises
    ------
    Stopped
        It was cancelled.
    Problem
        ``found`` is no recording, or has no episode that is long enough among those held out.
    """
    recording = WorldRecording.of(found)
    if not held_out.any():
        raise Problem("No episode was held out to judge by.", "Judge by another seed, such as drive:4000:9.")
    first = starts(recording, np.flatnonzero(held_out), WARM_UP + steps)
    first = first[np.unique(np.linspace(0, len(first) - 1, _MOST).astype(np.int64))]
    state, chance = dream.begun(found.pictures[first]), np.random.RandomState(0)

    def on(at: int) -> NDArray[np.float32]:
        noise = dream.chance(len(first), chance)
        noise[:, dream.facts.latent :] = 0.0  # the middle of the likeliest
        return dream.step(state, recording.actions[first + at], noise, LOWEST)[0]

    for at in range(WARM_UP):
        state = dream.seen(on(at), found.pictures[first + at + 1])
    still = found.pictures[first + WARM_UP]
    rows: list[tuple[float, float, float]] = []
    example: list[NDArray[np.uint8]] = []
    for at in counted(range(WARM_UP, WARM_UP + steps - 1), progress, cancelled):
        state = on(at)
        real, alone = found.pictures[first + at + 1], dream.pictures(state)
        again = dream.pictures(dream.begun(real))
        rows.append((_off(alone, real), _off(still, real), _off(again, real)))
        example.append(np.stack([real[0], alone[0], still[0]]))
    dreamt, frozen, seen = np.array(rows).T
    return OpenLoop(dreamt, frozen, seen, np.array(example))


def _off(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    return float(np.sqrt(np.square(one.astype(np.float32) - other).mean()))


def earnings(dream: Dream, seeds: Sequence[int], frames: int = 200) -> dict[str, Earnings]:
    """What the scripted driver, one that knows nothing, and the controller, if there is one, earn on these roads."""
    chance = np.random.RandomState(0)
    found = {
        "scripted": driven(seeds, frames, scripted),
        "random": driven(seeds, frames, lambda drive: careless(len(drive.x), chance)),
    }
    if dream.has_controller:
        found["controller"] = driven_awake(dream, seeds, frames, dream.steered)
    return found
