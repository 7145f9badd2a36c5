"""Recordings in .npz files, as others make them: frames, and beside them actions, rewards and ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.training.sources.array_files import StoredArray
from explorer.training.sources.pictureset import Attributes
from explorer.training.worlds.recordings import as_attributes

_ACTIONS = ("actions", "action")
_REWARDS = ("rewards", "reward")
_ENDS = ("ends", "terminals", "terminated", "dones", "done")
_CUTS = ("truncated", "truncations", "timeouts")
_MOST_ACTIONS = 32


def recorded_facts(arrays: Mapping[str, StoredArray], count: int, file: str) -> tuple[Attributes, Sequence[str]] | None:
    """What was done at each of ``count`` frames, and to which episode each belongs; None where no actions are kept.

    Rewards and ends that are not kept are 0. An episode is over after an end, or where it was cut.

    Raises
    ------
    Problem
        There is one frame only, the arrays are not of one length, or actions are no few numbers.
    """
    stored = _named(arrays, _ACTIONS)
    if stored is None:
        return None
    if count < 2:
        raise Problem(f"{file} records one frame, after which nothing comes.", "Record some hundreds at least.")
    actions = _numbers(stored, count, file)
    actions = actions[:, None] if actions.ndim == 1 else actions
    if actions.ndim != 2 or not 1 <= actions.shape[1] <= _MOST_ACTIONS or not np.isfinite(actions).all():
        raise Problem(
            f"The actions in {file} have the shape {stored.shape}, which does not fit frames.",
            f"Give each frame one row of 1 to {_MOST_ACTIONS} finite numbers.",
        )
    rewards, ends, cuts = (_column(arrays, names, count, file) for names in (_REWARDS, _ENDS, _CUTS))
    over = np.concatenate([[0.0], (np.maximum(ends, cuts) > 0)[:-1]])
    names = [f"a{number}" for number in range(actions.shape[1])]
    groups = [str(int(number)) for number in np.cumsum(over)]
    return as_attributes(names, actions, rewards, (ends > 0).astype(np.float32)), groups


def _named(arrays: Mapping[str, StoredArray], names: Sequence[str]) -> StoredArray | None:
    return next((arrays[name] for name in names if name in arrays), None)


def _column(arrays: Mapping[str, StoredArray], names: Sequence[str], count: int, file: str) -> NDArray[Any]:
    stored = _named(arrays, names)
    if stored is None:
        return np.zeros(count, np.float32)
    found = _numbers(stored, count, file)
    if found.size != count or not np.isfinite(found).all():
        raise Problem(f"The {stored.name} in {file} are not one finite number per frame.", "Record them again.")
    return found.reshape(count)


def _numbers(stored: StoredArray, count: int, file: str) -> NDArray[np.float32]:
    if stored.dtype.kind not in "buif" or not stored.fits:
        raise Problem(f"The {stored.name} in {file} are not numbers of a size that fits.", "Save them as float32.")
    if not stored.shape or stored.shape[0] != count:
        length = stored.shape[0] if stored.shape else 0
        raise Problem(
            f"{file} has {count:,} frames and {length:,} {stored.name}: they do not belong together.",
            "Record one of each for every frame.",
        )
    return np.asarray(stored.read(), np.float32)
