"""``gym:NAME[:COUNT[:SEED]]``: a recording of an environment of Gymnasium, where that is installed, by random hands.

Frames are what the environment draws; actions are its own, of a box, or which of so many, as one number.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.core.problem import Problem
from explorer.training.sources.decoding import drawn_from_image
from explorer.training.sources.material import Drawn, ListedSource
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.provenance import Provenance
from explorer.training.worlds.recordings import as_attributes

DEFAULT_COUNT = 5_000

_FORM = re.compile(r"gym:([\w./-]{1,100})(?::(\d{1,7}))?(?::(\d{1,9}))?", re.IGNORECASE | re.ASCII)
_HELD = 0.15  # chance of another action in a frame: hands that tremble go nowhere


def gymnasium_material(source: str, size: int, reading: PictureReading | None = None) -> ListedSource:
    """The frames of an environment, with what was done at each.

    Raises
    ------
    Problem
        Gymnasium is not installed, has no such environment, or that one draws nothing or takes other actions.
    """
    form = _FORM.fullmatch(source)
    if form is None:
        raise Problem(f"{source} is not understood.", "Write gym:CarRacing-v3 or gym:CarRacing-v3:5000:7.")
    count, seed = int(form[2] or DEFAULT_COUNT), int(form[3] or 0)
    if count < 2:
        raise Problem("A recording of one frame has nothing that comes next.", "Ask for some thousands.")
    frames, actions, rewards, ends, episodes = _recorded(form[1], count, seed, size)

    def draw(index: int, size: int, channels: int) -> Drawn:
        return drawn_from_image(Image.fromarray(frames[index]), size, channels, reading)

    return ListedSource(
        title=f"{count:,} frames of {form[1]} with seed {seed}",
        names=[f"{form[1].replace('/', '-')}-{seed}-{index:07d}" for index in range(count)],
        stamp=hashlib.sha256(b"".join(frame.tobytes() for frame in frames[:: max(1, count // 8)])).hexdigest(),
        draw=draw,
        attributes=as_attributes([f"a{number}" for number in range(actions.shape[1])], actions, rewards, ends),
        groups=[f"{seed}-{episode}" for episode in episodes],
        provenance=Provenance(f"{count:,} frames of {form[1]} of Gymnasium, random actions, seed {seed}"),
    )


def _recorded(
    name: str, count: int, seed: int, size: int
) -> tuple[list[NDArray[np.uint8]], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], list[int]]:
    world, chance = _made(name), np.random.RandomState(seed)
    frames, actions, rewards, ends, episodes = [], [], [], [], []
    try:
        world.reset(seed=seed)
        episode, action = 0, _action(world.action_space, chance)
        for _ in range(count):
            if chance.random_sample() < _HELD:
                action = _action(world.action_space, chance)
            frames.append(_shrunk(world.render(), size, name))
            _, reward, is_end, is_cut, _ = world.step(action)
            actions.append(np.atleast_1d(np.asarray(action, np.float32)).reshape(-1))
            rewards.append(float(reward))
            ends.append(float(is_end))
            episodes.append(episode)
            if is_end or is_cut:
                episode += 1
                world.reset(seed=seed + episode)
    finally:
        world.close()
    return frames, np.stack(actions), np.array(rewards, np.float32), np.array(ends, np.float32), episodes


def _made(name: str) -> Any:
    try:
        import gymnasium
    except ImportError:
        raise Problem("Gymnasium is not installed.", "Install it: pip install gymnasium.") from None
    try:
        return gymnasium.make(name, render_mode="rgb_array")
    except Exception as error:  # noqa: BLE001: whatever an environment of others fails with
        raise Problem(f"{name} cannot be made: {str(error).splitlines()[0]}.", "Check its name and needs.") from error


def _action(space: Any, chance: np.random.RandomState) -> Any:
    if hasattr(space, "n"):
        return int(chance.randint(int(space.n)))
    low, high = np.asarray(getattr(space, "low", np.nan)), np.asarray(getattr(space, "high", np.nan))
    if low.ndim != 1 or not np.isfinite([low, high]).all():
        raise Problem("Its actions are neither one of several nor numbers in a range.", "Choose another environment.")
    return chance.uniform(low, high).astype(np.float32)


def _shrunk(frame: Any, size: int, name: str) -> NDArray[np.uint8]:
    """A frame, not much larger than it is wanted."""
    found = np.asarray(frame)
    if found.ndim != 3 or found.dtype != np.uint8 or found.shape[2] != 3:
        raise Problem(f"{name} draws no frames in colour.", "Choose another environment.")
    picture = Image.fromarray(found)
    picture.thumbnail((4 * size, 2 * size), Image.Resampling.BOX)
    return np.asarray(picture)
