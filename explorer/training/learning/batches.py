"""Batches as a function of the step alone, so that a resumed run sees what the unbroken one would have."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.training.learning.family import Batch

Giving = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.uint8]]
"""What goes with pictures of these indices, (B, H, W, C), each drawn for the so many-th time."""

_RESIDENT_SHARE = 0.3  # of a GPU's free memory that the data set may take


class StepBatches(Protocol):
    """What gives the batch of each step."""

    def batch(self, step: int) -> Batch:
        """The batch of step ``step`` (0, 1, 2 …)."""


class Batches:
    """Shuffled batches of a picture set, a new order every epoch.

    The pictures stay uint8: on the GPU where they fit there, else where they lie (memory or disk).

    Parameters
    ----------
    pictures : (N, H, W, C) uint8
        In memory or memory-mapped; never copied whole unless a GPU takes it.
    labels : (N,) int64 or None
    attributes : (N, A) float32 or None
        What is known of each picture, for a family that learns it.
    giving : Giving or None
        What each picture is to be painted from, for a family that is given something; the epochs count the times.
    chosen : (M,) int64 or None
        Indices of the pictures to learn from; None takes all.
    size : int
        Pictures in a batch; may be larger than M, then pictures repeat.
    mirror : bool
        Flip each picture left to right with probability one half.
    seed : int
        Decides the order and the flips.
    device : torch.device
    """

    def __init__(
        self,
        pictures: NDArray[np.uint8],
        labels: NDArray[np.int64] | None,
        *,
        attributes: NDArray[np.float32] | None = None,
        giving: Giving | None = None,
        chosen: NDArray[np.int64] | None = None,
        size: int,
        mirror: bool,
        seed: int,
        device: torch.device,
    ) -> None:
        self._pictures, self._labels, self._attributes = pictures, labels, attributes
        self._giving = giving
        self._chosen = np.arange(len(pictures)) if chosen is None else chosen
        self._size, self._mirror, self._seed, self._device = size, mirror, seed, device
        self._orders: dict[int, NDArray[np.int64]] = {}
        self._resident = torch.from_numpy(np.array(pictures)).to(device) if self._fits() else None

    def batch(self, step: int) -> Batch:
        """The batch of step ``step`` (0, 1, 2 …)."""
        chosen = self._indices(step)
        flips = self._stream("mirror", step).random_sample(self._size) < 0.5 if self._mirror else None
        pictures, given = _as_floats(self._stored(chosen), flips), None
        if self._giving is not None:
            drawn = torch.from_numpy(self._giving(chosen, self._epochs(step))).to(self._device)
            given = _as_floats(drawn, flips)
        return Batch(pictures, self._rows(self._labels, chosen), self._rows(self._attributes, chosen), given)

    def _rows(self, facts: NDArray[Any] | None, chosen: NDArray[np.int64]) -> Tensor | None:
        return None if facts is None else torch.from_numpy(facts[chosen]).to(self._device)

    def _stored(self, chosen: NDArray[np.int64]) -> Tensor:
        if self._resident is not None:
            return self._resident[torch.from_numpy(chosen).to(self._device)]
        return torch.from_numpy(self._pictures[chosen]).to(self._device)

    def _indices(self, step: int) -> NDArray[np.int64]:
        count = len(self._chosen)
        positions, epochs = self._positions(step), self._epochs(step)
        wanted = {int(epoch) for epoch in epochs}
        self._orders = {e: self._orders[e] if e in self._orders else self._order(e) for e in sorted(wanted)}
        return np.array([self._orders[int(e)][p % count] for e, p in zip(epochs, positions, strict=True)])

    def _positions(self, step: int) -> NDArray[np.int64]:
        return np.arange(step * self._size, (step + 1) * self._size)

    def _epochs(self, step: int) -> NDArray[np.int64]:
        return self._positions(step) // len(self._chosen)

    def _order(self, epoch: int) -> NDArray[np.int64]:
        return self._stream("order", epoch).permutation(self._chosen).astype(np.int64)

    def _stream(self, purpose: str, number: int) -> np.random.RandomState:
        digest = hashlib.sha256(f"{self._seed}:{purpose}:{number}".encode()).digest()
        return np.random.RandomState(int.from_bytes(digest[:4], "little"))

    def _fits(self) -> bool:
        if self._device.type != "cuda":
            return False
        free, _ = torch.cuda.mem_get_info(self._device)
        return self._pictures.nbytes < _RESIDENT_SHARE * free


def _as_floats(stored: Tensor, flips: NDArray[np.bool_] | None) -> Tensor:
    """Pictures (N, H, W, C) of bytes as (N, C, H, W), -1 to 1, some of them flipped."""
    floats = stored.permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)
    return (floats if flips is None else _mirrored(floats, flips)).contiguous(memory_format=torch.channels_last)


def _mirrored(pictures: Tensor, flips: NDArray[np.bool_]) -> Tensor:
    mask = torch.from_numpy(flips).to(pictures.device)[:, None, None, None]
    return torch.where(mask, pictures.flip(3), pictures)
