"""Sequences as batches: so many frames in a row of a recording, as codes, chosen by the step alone."""

from __future__ import annotations

import hashlib

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.problem import Problem
from explorer.training.learning.family import Batch, Sequences
from explorer.training.worlds.recordings import WorldRecording


class SequenceBatches:
    """Batches of sequences in place of `Batches`, drawn anew for each step.

    Parameters
    ----------
    codes : (N, d) float32
        Of all frames of the recording, in order.
    recording : WorldRecording
    chosen : (M,) int64
        The frames to learn from, as whole episodes.
    length, size : int
        Frames of a sequence, and sequences in a batch.
    seed : int
    device : torch.device

    Raises
    ------
    Problem
        No episode is as long as a sequence.
    """

    def __init__(
        self,
        codes: NDArray[np.float32],
        recording: WorldRecording,
        chosen: NDArray[np.int64],
        *,
        length: int,
        size: int,
        seed: int,
        device: torch.device,
    ) -> None:
        self._codes, self._recording, self._length, self._size = codes, recording, length, size
        self._seed, self._device = seed, device
        self._starts = starts(recording, chosen, length)

    def batch(self, step: int) -> Batch:
        """The batch of step ``step`` (0, 1, 2 …)."""
        digest = hashlib.sha256(f"{self._seed}:sequences:{step}".encode()).digest()
        chance = np.random.RandomState(int.from_bytes(digest[:4], "little"))
        first = self._starts[chance.randint(0, len(self._starts), self._size)]
        found = sequences(self._codes, self._recording, first, self._length)
        there = Sequences(**{name: value.to(self._device) for name, value in vars(found).items()})
        return Batch(torch.empty((self._size, 0), device=self._device), sequences=there)


def starts(recording: WorldRecording, chosen: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Where sequences of ``length`` frames may begin among the chosen frames: all of one episode."""
    last = chosen + length - 1
    fits = last < len(recording.episodes)
    fits[fits] = recording.episodes[chosen[fits]] == recording.episodes[last[fits]]
    if not fits.any():
        raise Problem(
            f"No episode of this recording is {length} frames long.", "Record longer ones, or choose a shorter length."
        )
    found: NDArray[np.int64] = chosen[fits]
    return found


def sequences(
    codes: NDArray[np.float32], recording: WorldRecording, first: NDArray[np.int64], length: int
) -> Sequences:
    """The sequences that begin at these frames (B,)."""
    rows = first[:, None] + np.arange(length)
    following = np.minimum(rows + 1, len(codes) - 1)
    goes_on = (recording.episodes[following] == recording.episodes[rows]) & (following > rows)
    begins = np.concatenate([[True], np.diff(recording.episodes) > 0])

    def told(values: NDArray[np.float32], at: NDArray[np.int64]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values[at], np.float32))

    return Sequences(
        codes=told(codes, rows),
        following=told(codes, following),
        goes_on=torch.from_numpy(goes_on.astype(np.float32)),
        begins=told(begins.astype(np.float32), rows),
        actions=told(recording.actions, rows),
        rewards=told(recording.rewards, rows),
        ends=told(recording.ends, rows),
    )
