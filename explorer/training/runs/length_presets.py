"""How long, how large, how wide: runs of minutes, of an hour and of a night, from the speed of a short trial."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.training.learning.knobs import knobs

if TYPE_CHECKING:
    import torch

    from explorer.training.runs.spec import RunSpec
    from explorer.training.sources import PictureSet

#: Key, title, seconds that it may take, and pictures that should be seen in them, or the run is made smaller.
PLANS = (
    ("minutes", "Minutes", 5 * 60, 25_000),
    ("hour", "Hour", 60 * 60, 200_000),
    ("overnight", "Overnight", 8 * 60 * 60, 800_000),
)

_SPARE = 0.9  # of the time; the rest goes into checkpoints and sheets
_EPOCHS = 4000  # more often than this no picture is worth being seen
_FEWEST_SEEN = 200_000  # … but so many are always worth it
_SMALLEST = 28
_NARROWER, _NARROWEST = 0.5, 0.1  # the latter the least that families take
_WARM_UP_STEPS = 2


@dataclass(frozen=True)
class LengthPreset:
    """A sensible run.

    Attributes
    ----------
    key, title : str
    size : int
        Side of the pictures in pixels.
    steps : int
    expected_s : float
        How long it will take on the device of the trial.
    settings : mapping
        What differs from the settings that were tried.
    """

    key: str
    title: str
    size: int
    steps: int
    expected_s: float
    settings: Mapping[str, float]

    def sentence(self) -> str:
        """What it is, in a line."""
        narrow = ", narrower networks" if self.settings else ""
        return f"{self.steps:,} steps at {self.size} x {self.size}{narrow}: about {_duration(self.expected_s)}"


def presets(
    rate: float, *, size: int, batch_size: int, width: float | None, count: int, keeps: bool = False
) -> tuple[LengthPreset, ...]:
    """The presets for a speed that was measured.

    Where the time is too short for the pictures that a run should see, first the networks get narrower, then the
    pictures smaller. The cost of a picture is taken to go with its area and with the 1.5th power of the width.

    Parameters
    ----------
    rate : float
        Images a second, with pictures of ``size``.
    size, batch_size : int
        Of the trial.
    width : float or None
        The trial's setting; None where the family has none.
    count : int
        Pictures to learn from.
    keeps : bool
        Whether the size has to stay.
    """
    smallest = size if keeps else _SMALLEST
    return tuple(_preset(plan, rate, size, batch_size, width, count, smallest) for plan in PLANS)


def _preset(
    plan: tuple[str, str, int, int],
    rate: float,
    size: int,
    batch: int,
    width: float | None,
    count: int,
    smallest: int,
) -> LengthPreset:
    key, title, seconds, wanted = plan
    pace, settings = max(rate, 1e-6), {}
    if width is not None and width * _NARROWER >= _NARROWEST and _SPARE * seconds * pace < wanted:
        settings = {"width": round(width * _NARROWER, 3)}
        pace *= _NARROWER**-1.5
    while _SPARE * seconds * pace < wanted and size % 2 == 0 and size // 2 >= smallest:
        size, pace = size // 2, pace * 4
    seen = min(_SPARE * seconds * pace, max(_FEWEST_SEEN, _EPOCHS * count))
    steps = max(1, ceil(seen / batch))
    return LengthPreset(key, title, size, steps, steps * batch / pace / _SPARE, settings)


def width_of(spec: RunSpec) -> float | None:
    """The width that a run's networks have; None where the family has no such setting."""
    from explorer.training.families import family_called

    config = family_called(spec.family).config
    if "width" not in knobs(config):
        return None
    return float(spec.settings.get("width", getattr(config(), "width")))  # noqa: B009  its type is not known


def trial(
    spec: RunSpec, found: PictureSet, device: torch.device, seconds: float = 2.0
) -> Generator[float, None, float]:
    """Try a run's steps with a learner that is thrown away: yields how much is done, 0 to 1, gives images a second.

    Close it to cancel. The first steps are not counted.

    Raises
    ------
    Problem
        The run cannot be made.
    """
    import torch

    from explorer.training.runs.run import Run

    learner, batches = Run(Path(), spec.with_data(found).checked()).begun(found, device)

    def step() -> int:
        batch = batches.batch(learner.done_steps)
        learner.step(batch)
        learner.done_steps += 1
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        return len(batch.pictures)

    for done in range(_WARM_UP_STEPS):
        step()
        yield 0.2 * (done + 1) / _WARM_UP_STEPS
    began, images = time.perf_counter(), 0
    while (took := time.perf_counter() - began) < seconds or images == 0:
        images += step()
        yield min(1.0, 0.2 + 0.8 * (time.perf_counter() - began) / max(seconds, 1e-9))
    return images / took


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
