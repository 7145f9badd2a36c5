"""Recordings of a world: frames in order, and for each what was done, what that earned, and whether it was the end.

The order is Gymnasium's: an action is what was done at its frame, and reward and end are what came of it. To the rest
of the program a recording is a set of pictures of which some numbers are known (`PictureSet.attributes`) and whose
groups are the episodes, so that whole episodes are held out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.training.sources.pictureset import Attributes, PictureSet

REWARD, END = "reward", "end"
"""What these columns are called."""

_ACTION = "action "


@dataclass(frozen=True)
class WorldRecording:
    """What is known of N frames besides the frames.

    Attributes
    ----------
    names : tuple of str
        What the actions are called.
    actions : (N, A) float32
    rewards, ends : (N,) float32
        An end is 1, else 0.
    episodes : (N,) int64
        Grows by one where another episode begins.
    """

    names: tuple[str, ...]
    actions: NDArray[np.float32]
    rewards: NDArray[np.float32]
    ends: NDArray[np.float32]
    episodes: NDArray[np.int64]

    @classmethod
    def of(cls, found: PictureSet) -> WorldRecording:
        """The recording that a set of pictures is.

        Raises
        ------
        Problem
            It is none: nothing is known of what was done.
        """
        known = found.attributes or Attributes((), np.empty((len(found), 0), np.float32))
        names = action_names(known.names)
        if not names or found.groups is None:
            raise Problem(
                "These pictures are not a recording: what was done at each of them is not known.",
                "Write drive, or choose an .npz of frames, actions, rewards and ends.",
            )
        columns = [known.names.index(_ACTION + name) for name in names]
        rewards, ends = (known.values[:, known.names.index(name)] for name in (REWARD, END))
        begins = [True, *(a != b for a, b in zip(found.groups, found.groups[1:], strict=False))]
        return cls(names, known.values[:, columns], rewards, ends, np.cumsum(begins) - 1)


def action_names(columns: Sequence[str]) -> tuple[str, ...]:
    """What the actions among the columns of a recording are called."""
    return tuple(name.removeprefix(_ACTION) for name in columns if name.startswith(_ACTION))


def as_attributes(
    names: Sequence[str], actions: NDArray[np.floating], rewards: NDArray[np.floating], ends: NDArray[np.floating]
) -> Attributes:
    """Actions (N, A), rewards (N,) and ends (N,) as what is known of N pictures."""
    columns = (*(_ACTION + name for name in names), REWARD, END)
    return Attributes(columns, np.column_stack([actions, rewards, ends]).astype(np.float32))
