"""What a run tells, step by step: series that grow, are cut when a run goes back, and are drawn at any zoom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.core.plots.minmax_pyramid import GrowingArray, MinMaxPyramid
from explorer.core.plots.smoothing import Smoother

Numbers = NDArray[np.float64]
Rows = tuple[ArrayLike, ArrayLike]  # steps and values


@dataclass(frozen=True, eq=False)
class Outline:
    """A series as a line of few points: (k,) steps in order, and values, NaN where the line is broken."""

    steps: Numbers
    values: Numbers


class MetricSeries:
    """One number against the step, told at any steps, each later than the one before.

    Rows that begin at or before the last step take the place of those from there on, as a resumed run does.
    """

    def __init__(self) -> None:
        self._steps = GrowingArray()
        self._raw = MinMaxPyramid()
        self._positive: MinMaxPyramid | None = None  # what a logarithmic axis can show; None while that is everything
        self._smooth = MinMaxPyramid()
        self._smoother = Smoother(0.0)

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def steps(self) -> Numbers:
        """(n,) steps, as a view."""
        return self._steps.values

    @property
    def values(self) -> Numbers:
        """(n,) values, as a view; NaN where a value was not finite."""
        return self._raw.values

    @property
    def unloggable(self) -> int:
        """How many values are zero or less, and so cannot stand on a logarithmic axis."""
        return int(np.count_nonzero(self.values <= 0)) if self._positive is not None else 0

    def add(self, steps: ArrayLike, values: ArrayLike) -> None:
        """Put rows at the end; see the class for those that go back."""
        new_steps, new_values = _rows(steps, values)
        if not len(new_steps):
            return
        if len(self) and new_steps[0] <= self.steps[-1]:
            self.cut(float(new_steps[0]))
        if self._positive is None and np.any(new_values <= 0):
            self._positive = MinMaxPyramid()
            self._positive.add(self.values)
        self._steps.add(new_steps)
        self._raw.add(new_values)
        if self._positive is not None:
            self._positive.add(np.where(new_values > 0, new_values, np.nan))

    def cut(self, step: float) -> None:
        """Drop the rows at ``step`` and after it."""
        count = int(np.searchsorted(self.steps, step))
        self._steps.cut(count)
        for pyramid in (self._raw, self._positive):
            if pyramid is not None:
                pyramid.cut(count)
        if count < len(self._smooth):
            self._smooth.cut(count)
            self._smoother.resume(self._smooth.values)

    def raw_outline(self, low: float, high: float, most: int, *, log: bool = False) -> Outline:
        """The values between two steps as a line of at most ``most`` points, spikes kept.

        A logarithmic one leaves out what is not above zero.
        """
        return self._outline(self._shown(log), low, high, most)

    def smooth_outline(self, low: float, high: float, most: int, weight: float) -> Outline:
        """The same of the values smoothed with ``weight``; where points are left out, through their middle."""
        return self._outline(self._smoothed(weight), low, high, most, middles=True)

    def extremes(self, low: float, high: float, *, log: bool = False) -> tuple[float, float]:
        """The smallest and the largest value between two steps; NaN where there are none."""
        return self._shown(log).extremes(*self._window(low, high, 0))

    def near(self, step: float) -> int:
        """The index of the row nearest to ``step``; -1 where there is none."""
        if not len(self):
            return -1
        after = int(np.searchsorted(self.steps, step))
        before = max(after - 1, 0)
        after = min(after, len(self) - 1)
        return before if step - self.steps[before] <= self.steps[after] - step else after

    def smooth_at(self, index: int, weight: float) -> float:
        """The smoothed value of a row."""
        return float(self._smoothed(weight).values[index])

    def _shown(self, log: bool) -> MinMaxPyramid:
        return self._positive if log and self._positive is not None else self._raw

    def _smoothed(self, weight: float) -> MinMaxPyramid:
        if Smoother(weight).weight != self._smoother.weight:
            self._smooth, self._smoother = MinMaxPyramid(), Smoother(weight)
        if len(self._smooth) < len(self):
            self._smooth.add(self._smoother.smoothed(self.values[len(self._smooth) :]))
        return self._smooth

    def _window(self, low: float, high: float, beyond: int) -> tuple[int, int]:
        """Indices of what lies between two steps, and ``beyond`` more at each end: lines go on out of sight."""
        start, stop = np.searchsorted(self.steps, [low, high], side="left")
        inclusive = int(stop) + int(stop < len(self) and self.steps[stop] == high)
        return max(int(start) - beyond, 0), min(inclusive + beyond, len(self))

    def _outline(self, pyramid: MinMaxPyramid, low: float, high: float, most: int, *, middles: bool = False) -> Outline:
        start, stop = self._window(low, high, 1)
        if stop - start <= most:
            return Outline(self.steps[start:stop].copy(), pyramid.values[start:stop].copy())
        found = pyramid.envelope(start, stop, most // 2)
        if middles:
            return Outline(self.steps[found.starts], (found.lows + found.highs) / 2)
        values = np.empty(2 * len(found.starts))
        values[0::2], values[1::2] = found.lows, found.highs
        return Outline(np.repeat(self.steps[found.starts], 2), values)


def _rows(steps: ArrayLike, values: ArrayLike) -> tuple[Numbers, Numbers]:
    """Rows as float64; of those that go back within themselves, what the later ones leave."""
    told_steps = np.atleast_1d(np.asarray(steps, np.float64))
    told_values = np.atleast_1d(np.asarray(values, np.float64))
    if told_steps.shape != told_values.shape or told_steps.ndim != 1:
        raise ValueError(f"{told_steps.shape} steps and {told_values.shape} values do not make rows")
    if len(told_steps) > 1 and not np.all(np.diff(told_steps) > 0):
        later = np.minimum.accumulate(told_steps[::-1])[::-1]
        kept = np.append(told_steps[:-1] < later[1:], True)
        return told_steps[kept], told_values[kept]
    return told_steps, told_values


class MetricSeriesStore:
    """The series of several runs, by run and name, in the order they came."""

    def __init__(self) -> None:
        self._runs: dict[str, dict[str, MetricSeries]] = {}

    def __iter__(self) -> Iterator[tuple[str, str, MetricSeries]]:
        for run, named in self._runs.items():
            for name, series in named.items():
                yield run, name, series

    def of(self, run: str) -> Mapping[str, MetricSeries]:
        """The series of one run by name; none where it has told nothing."""
        return self._runs.get(run, {})

    def add(self, run: str, rows: Mapping[str, Rows]) -> bool:
        """Put rows at the end of each series; says whether there are names that were not there before."""
        named = self._runs.setdefault(run, {})
        new = [name for name in rows if name not in named]
        for name, (steps, values) in rows.items():
            named.setdefault(name, MetricSeries()).add(steps, values)
        return bool(new)

    def cut(self, run: str, step: float) -> None:
        """Drop what a run told at ``step`` and after it."""
        for series in self.of(run).values():
            series.cut(step)

    def drop(self, run: str) -> None:
        """Forget a run."""
        self._runs.pop(run, None)
