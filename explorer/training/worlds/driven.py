"""``drive[:COUNT[:SEED]]``: frames of the drawn road, driven by hands of all kinds."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.core.problem import Problem
from explorer.core.worlds.drive import ACTIONS, Drive, Views
from explorer.core.worlds.drivers import Wanderer
from explorer.core.worlds.painting import painted
from explorer.training.sources.decoding import drawn_from_image
from explorer.training.sources.material import Drawn, ListedSource
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.provenance import Provenance
from explorer.training.worlds.recordings import as_attributes

DEFAULT_COUNT = 20_000
"""How many frames the bare word ``drive`` means."""

LONGEST = 100
"""Frames of an episode, at most."""

_FORM = re.compile(r"drive(?::(\d{1,9}))?(?::(\d{1,9}))?", re.IGNORECASE | re.ASCII)
_MOST = 2_000_000
_PROBES = 8
_BLOCK = 32


@dataclass(frozen=True)
class Drives:
    """Frames that were driven, before they are painted.

    Attributes
    ----------
    views : (N, VIEW_SIZE) float32
    actions : (N, A) float32
    rewards, ends : (N,) float32
    episodes : (N,) int64
    """

    views: Views
    actions: NDArray[np.float32]
    rewards: NDArray[np.float32]
    ends: NDArray[np.float32]
    episodes: NDArray[np.int64]


@lru_cache(maxsize=2)
def driven(count: int, seed: int) -> Drives:
    """So many frames of many cars at once; the same for ever."""
    cars = -(-count // LONGEST)
    chance = np.random.RandomState(seed)
    seeds = chance.randint(0, 2**31, cars)
    drive, wanderer = Drive(seeds.tolist()), Wanderer(cars, seed)
    kept: list[tuple[NDArray[np.float32], ...]] = []
    episode, began = np.zeros(cars, np.int64), []
    for _ in range(LONGEST):
        views, actions = drive.views(), wanderer(drive)
        rewards, ends = drive.step(actions)
        kept.append((views, actions, rewards, np.asarray(ends, np.float32)))
        began.append(episode.copy())
        for car in np.flatnonzero(ends):
            drive.restart(int(car), int(chance.randint(0, 2**31)))
            episode[car] += 1
    rows = [np.stack(part, 1).reshape(cars * LONGEST, *part[0].shape[1:])[:count] for part in zip(*kept, strict=True)]
    numbers = np.stack(began, 1) + np.arange(cars)[:, None] * LONGEST
    views, actions, earned, over = rows
    return Drives(views, actions, earned, over, numbers.reshape(-1)[:count])


@lru_cache(maxsize=32)
def _block(count: int, seed: int, number: int, size: int) -> NDArray[np.uint8]:
    """Frames that lie side by side, which are painted faster together."""
    return painted(driven(count, seed).views[number * _BLOCK : (number + 1) * _BLOCK], size)


def drive_material(source: str, size: int, reading: PictureReading | None = None) -> ListedSource:
    """``drive[:COUNT[:SEED]]``, to be painted at ``size`` pixels.

    Raises
    ------
    Problem
        The count or the seed cannot be.
    """
    form = _FORM.fullmatch(source)
    if form is None:
        raise Problem(f"{source} is not understood.", "Write drive, drive:20000 or drive:20000:7.")
    count, seed = int(form[1] or DEFAULT_COUNT), int(form[2] or 0)
    if not 2 <= count <= _MOST:
        raise Problem(f"A drive of {count:,} frames cannot be recorded.", f"Ask for 2 to {_MOST:,}.")
    found = driven(count, seed)

    def draw(index: int, size: int, channels: int) -> Drawn:
        frame = _block(count, seed, index // _BLOCK, size)[index % _BLOCK]
        return drawn_from_image(Image.fromarray(frame), size, channels, reading)

    probes = painted(found.views[:: max(1, count // _PROBES)][:_PROBES], size)
    return ListedSource(
        title=f"{count:,} frames of driving with seed {seed}",
        names=[f"drive-{seed}-{index:07d}" for index in range(count)],
        stamp=hashlib.sha256(probes.tobytes() + found.actions.tobytes()).hexdigest(),
        draw=draw,
        channels=3,
        attributes=as_attributes(ACTIONS, found.actions, found.rewards, found.ends),
        groups=[f"{seed}-{episode}" for episode in found.episodes],
        provenance=Provenance(
            f"{count:,} frames of a drawn road, seed {seed}", "MIT", "Drawn by Latent explorer itself"
        ),
    )
