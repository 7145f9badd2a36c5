"""Who drives: one that looks at the road and keeps to it, one that knows nothing, and one that strays on purpose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.core.worlds.drive import LOST, Drive

Actions = NDArray[np.float32]

_CALM = 1.5  # metres a frame
_SEES_M = 22.0
_RECKLESS = 0.8  # share of the times when one leaves the road and does not care how far


def scripted(drive: Drive) -> Actions:
    """A careful driver, (E, 2): keeps to its lane at a calm speed, steers into bends and around what is in the way."""
    views = drive.views()
    x, speed, bend = views[:, 0], views[:, 1], views[:, 12]
    steer = 6.07 * bend * speed * 2.5 + 1.6 * (_aims(views) - x)
    gas = 0.4 * speed + 1.5 * (_CALM - speed)
    found: Actions = np.clip(np.stack([steer, gas], 1), -1.0, 1.0).astype(np.float32)
    return found


def _aims(views: NDArray[np.float32]) -> NDArray[np.float32]:
    """Where on the road to be: on the side on which nothing is near."""
    near = (views[:, 6] > 0) & (views[:, 6] < _SEES_M)
    found: NDArray[np.float32] = np.where(near, -np.sign(views[:, 7]) * 0.35, 0.0).astype(np.float32)
    return found


class Wanderer:
    """The scripted driver with a lazy hand, who leaves the road now and then and comes back: what to learn from.

    Parameters
    ----------
    count : int
        Cars.
    seed : int
    """

    def __init__(self, count: int, seed: int) -> None:
        self._chance = np.random.RandomState(seed)
        self._sway, self._pull = np.zeros((count, 2)), np.zeros(count)
        self._left, self._bound = np.zeros(count, np.int64), np.ones(count)
        self._fast = self._chance.uniform(-0.2, 0.6, count)

    def __call__(self, drive: Drive) -> Actions:
        """What each car does next, (E, 2)."""
        count = len(self._pull)
        self._sway = 0.85 * self._sway + 0.28 * self._chance.standard_normal((count, 2))
        fresh = (self._left <= 0) & (self._chance.random_sample(count) < 0.042)
        pulls = self._chance.choice((-1.0, 1.0), count) * self._chance.uniform(0.5, 1.0, count)
        lengths = self._chance.randint(8, 30, count)
        self._pull, self._left = np.where(fresh, pulls, self._pull), np.where(fresh, lengths, self._left - 1)
        self._bound = np.where(
            fresh, np.where(self._chance.random_sample(count) < _RECKLESS, LOST + 1, 1.6), self._bound
        )
        straying = (self._left > 0) & (np.abs(drive.x) < self._bound)
        actions = scripted(drive) + self._sway
        actions[:, 0] = np.where(straying, 0.25 * actions[:, 0] + 1.5 * self._pull, actions[:, 0])
        actions[:, 1] += self._fast
        return np.clip(actions, -1.0, 1.0).astype(np.float32)


def careless(count: int, chance: np.random.RandomState) -> Actions:
    """A driver that knows nothing, (count, 2): any steering, any gas."""
    return chance.uniform(-1.0, 1.0, (count, 2)).astype(np.float32)
