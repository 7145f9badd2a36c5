"""What drivers earn: in a dream, and in the drawn world that it is of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.sampling.abandoning import give_up_if_abandoned
from explorer.core.worlds.dream import Dream, State
from explorer.core.worlds.drive import Drive

Acts = Callable[[State], NDArray[np.float32]]
"""What is done in states (N, S): (N, A)."""

Looks = Callable[[Drive], NDArray[np.float32]]
"""What is done in the drawn world by somebody who sees it as it is."""


@dataclass(frozen=True)
class Earnings:
    """What came of a drive, for each of E cars.

    Attributes
    ----------
    rewards, frames, off_road : (E,) float64
        In all until it was lost or time was up; for how many frames; and how many of these off the road.
    """

    rewards: NDArray[np.float64]
    frames: NDArray[np.float64]
    off_road: NDArray[np.float64]

    @property
    def a_frame(self) -> float:
        """Mean reward of a frame."""
        return float(self.rewards.sum() / max(1.0, self.frames.sum()))

    @property
    def off_share(self) -> float:
        """Share of frames off the road."""
        return float(self.off_road.sum() / max(1.0, self.frames.sum()))


def dreamt(
    dream: Dream,
    begun: State,
    acts: Acts,
    frames: int,
    draw: np.random.RandomState,
    temperature: float = 1.0,
    same: int = 1,
) -> NDArray[np.float64]:
    """What is earned in a dream of so many frames, from each of N states: (N,).

    ``same`` is how many times over the same states follow each other, which then meet the same chance.
    """
    state, earned, alive = begun, np.zeros(len(begun)), np.ones(len(begun), np.bool_)
    for _ in range(frames):
        give_up_if_abandoned()
        noise = np.tile(dream.chance(len(begun) // same, draw), (same, 1))
        state, rewards, ends = dream.step(state, acts(state), noise, temperature)
        earned += rewards * alive
        alive &= ~ends
    return earned


def driven(seeds: Sequence[int], frames: int, looks: Looks, size: int = 64) -> Earnings:
    """What a driver earns who sees the drawn world as it is."""
    return _earned(Drive(seeds, size), frames, looks)


def driven_awake(dream: Dream, seeds: Sequence[int], frames: int, acts: Acts) -> Earnings:
    """What a driver earns in the drawn world who sees it through a world model: its latent, and what it remembers."""
    return _earned(Drive(seeds, dream.generator.card.height), frames, Awake(dream, acts))


class Awake:
    """A driver of the drawn world who knows it through a world model alone.

    Attributes
    ----------
    state : (E, S) float32
        What it knows now; empty before the first frame.
    """

    def __init__(self, dream: Dream, acts: Acts) -> None:
        self._dream, self._acts = dream, acts
        self._chance = np.random.RandomState(0)
        self.state: State = np.empty((0, dream.facts.size), np.float32)
        self._last: NDArray[np.float32] | None = None

    def __call__(self, drive: Drive) -> NDArray[np.float32]:
        """What it does now."""
        return self.did(self._acts(self.look(drive.frames())))

    def look(self, frames: NDArray[np.uint8]) -> State:
        """What it knows once it has seen these frames (E, H, W, C)."""
        if self._last is None:
            self.state = self._dream.begun(frames)
        else:
            noise = self._dream.chance(len(frames), self._chance)
            self.state, _, _ = self._dream.step(self.state, self._last, noise)
            self.state = self._dream.seen(self.state, frames)
        return self.state

    def did(self, actions: NDArray[np.float32]) -> NDArray[np.float32]:
        """Remember what was done, (E, A); gives it back."""
        self._last = actions
        return actions


def _earned(drive: Drive, frames: int, looks: Looks) -> Earnings:
    count = len(drive.x)
    earned, lasted, off = np.zeros((3, count))
    alive = np.ones(count, np.bool_)
    for _ in range(frames):
        give_up_if_abandoned()
        rewards, ends = drive.step(looks(drive))
        earned += rewards * alive
        lasted += alive
        off += alive & (np.abs(drive.x) > 1.0)
        alive &= ~ends
        if not alive.any():
            break
    return Earnings(earned, lasted, off)
