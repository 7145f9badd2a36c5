"""Smallest and largest values of any window of a long series, without looking at every value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Indices = NDArray[np.int64]
_SHARE = 4  # values of one level that make one of the next
_FIRST_ROOM = 256
_LARGEST = 1e100  # sums and spans of larger ones may leave what a float holds: they count as not finite


class GrowingArray:
    """Numbers that grow at the end: the room doubles, so adding costs the same however many there are."""

    def __init__(self, dtype: type[np.generic] = np.float64) -> None:
        self._room: NDArray[Any] = np.empty(_FIRST_ROOM, dtype)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> NDArray[Any]:
        """What is there, (n,), as a view that the next change may make stale."""
        return self._room[: self._count]

    def add(self, values: NDArray[Any]) -> None:
        """Put ``values`` at the end."""
        count = self._count + len(values)
        if count > len(self._room):
            room = np.empty(max(count, 2 * len(self._room)), self._room.dtype)
            room[: self._count] = self.values
            self._room = room
        self._room[self._count : count] = values
        self._count = count

    def cut(self, count: int) -> None:
        """Keep the first ``count`` only."""
        self._count = min(self._count, count)


@dataclass(frozen=True, eq=False)
class Envelope:
    """A window of a series in few buckets.

    Attributes
    ----------
    starts : (k,) int64
        The first index of each bucket; a bucket ends where the next begins, the last at ``stop``.
    stop : int
    lows, highs : (k,) float64
        The smallest and the largest value of each; NaN where it has none.
    """

    starts: Indices
    stop: int
    lows: Numbers
    highs: Numbers


class MinMaxPyramid:
    """A series with the extremes of each four values, of each sixteen, and so on; what is not finite is a gap.

    Adding n values costs O(n), an envelope of k buckets O(k), the extremes of any window O(log n).
    """

    def __init__(self) -> None:
        self._values = GrowingArray()
        self._levels: list[tuple[GrowingArray, GrowingArray]] = []

    def __len__(self) -> int:
        return len(self._values)

    @property
    def values(self) -> Numbers:
        """All values, (n,), as a view; gaps are NaN."""
        return self._values.values

    def add(self, values: Numbers) -> None:
        """Put ``values``, (n,), at the end."""
        self._values.add(np.where(np.abs(values) < _LARGEST, values, np.nan))
        self._build()

    def cut(self, count: int) -> None:
        """Keep the first ``count`` values only."""
        self._values.cut(count)
        for level, columns in enumerate(self._levels, 1):
            for column in columns:
                column.cut(count // _SHARE**level)

    def extremes(self, start: int, stop: int) -> tuple[float, float]:
        """The smallest and the largest of the values ``start`` to ``stop``; NaN where there are none."""
        parts = list(self._parts(max(start, 0), min(stop, len(self))))
        if not parts:
            return np.nan, np.nan
        lows, highs = zip(*parts, strict=True)
        return float(np.fmin.reduce(lows)), float(np.fmax.reduce(highs))

    def envelope(self, start: int, stop: int, most: int) -> Envelope:
        """The values ``start`` to ``stop`` in at most ``most`` buckets, and a little more at both ends."""
        start, stop = max(start, 0), min(stop, len(self))
        each = max(-(-(stop - start) // max(most - 2, 1)), 1)
        level = 0
        while level < len(self._levels) and _SHARE ** (level + 1) <= each:
            level += 1
        size = _SHARE**level
        step = -(-each // size)
        starts = np.arange(start // (size * step), -(-stop // (size * step)), dtype=np.int64) * step
        lows, highs = self._level(level)
        if not len(starts) or stop <= start:
            nothing = np.zeros(0)
            return Envelope(np.zeros(0, np.int64), start, nothing, nothing)
        end = min(int(starts[-1]) + step, len(lows))
        return self._bucketed(starts, end, lows, highs, size)

    def _bucketed(self, starts: Indices, end: int, lows: Numbers, highs: Numbers, size: int) -> Envelope:
        """Buckets that begin at ``starts`` of a level whose values stand for ``size`` each."""
        whole = starts[starts < end]
        found_low = np.fmin.reduceat(lows[:end], whole) if len(whole) else np.zeros(0)
        found_high = np.fmax.reduceat(highs[:end], whole) if len(whole) else np.zeros(0)
        stop, begins = end * size, whole * size
        if end == len(lows) and stop < len(self):  # what no value of the level stands for yet
            low, high = self.extremes(stop, len(self))
            begins = np.append(begins, stop)
            found_low, found_high = np.append(found_low, low), np.append(found_high, high)
            stop = len(self)
        return Envelope(begins, stop, found_low, found_high)

    def _level(self, level: int) -> tuple[Numbers, Numbers]:
        if level == 0:
            return self.values, self.values
        lows, highs = self._levels[level - 1]
        return lows.values, highs.values

    def _build(self) -> None:
        """Bring every level up to the one below it."""
        level = 0
        while True:
            lows, highs = self._level(level)
            count = len(lows) // _SHARE
            if not count:
                return
            if level == len(self._levels):
                self._levels.append((GrowingArray(), GrowingArray()))
            done = len(self._levels[level][0])
            if count > done:
                window = slice(done * _SHARE, count * _SHARE)
                self._levels[level][0].add(np.fmin.reduce(lows[window].reshape(-1, _SHARE), axis=1))
                self._levels[level][1].add(np.fmax.reduce(highs[window].reshape(-1, _SHARE), axis=1))
            level += 1

    def _parts(self, start: int, stop: int) -> list[tuple[float, float]]:
        """Extremes of pieces that make up the window, from the fine ones at its ends to the coarse inside."""
        parts: list[tuple[float, float]] = []
        level = 0
        while start < stop:
            lows, highs = self._level(level)
            above = len(self._levels[level][0]) if level < len(self._levels) else 0
            inner = -(-start // _SHARE), min(stop // _SHARE, above)
            if inner[0] >= inner[1]:
                parts.append(_both(lows[start:stop], highs[start:stop]))
                break
            for begin, end in ((start, inner[0] * _SHARE), (inner[1] * _SHARE, stop)):
                if begin < end:
                    parts.append(_both(lows[begin:end], highs[begin:end]))
            start, stop, level = inner[0], inner[1], level + 1
        return parts


def _both(lows: Numbers, highs: Numbers) -> tuple[float, float]:
    return float(np.fmin.reduce(lows)), float(np.fmax.reduce(highs))
