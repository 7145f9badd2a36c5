"""The numbers that a run has written so far, read from files that go on growing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from explorer.core.plots.minmax_pyramid import GrowingArray

Series = tuple[NDArray[np.int64], NDArray[np.float64]]

_HEADING = b"step,loss,value\n"
_PIECE = 4 << 20  # bytes parsed at a time
_BEYOND = 1e15  # no run takes so many steps
_REMEMBERED = 64  # bytes before the place that was read up to, which tell whether it is still the same file


class LossHistory:
    """Every number in ``losses.csv`` (or ``speed.csv``) by name, followed while another process writes.

    A line is taken once its end is there. When the file was written anew, as when a run goes on from an earlier
    step, it is read again from its start.

    Parameters
    ----------
    path : Path
        Need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._forget()

    def _forget(self) -> None:
        self._columns: dict[str, _Column] = {}
        self._read, self._tail = 0, b""

    @property
    def names(self) -> tuple[str, ...]:
        """What there are numbers of, in the order of their first appearance."""
        return tuple(self._columns)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __getitem__(self, name: str) -> Series:
        """Steps (N,) and values (N,) under ``name``, read-only; both empty where it was never told."""
        column = self._columns.get(name)
        return column.series() if column else _Column().series()

    @property
    def last_step(self) -> int:
        """The newest step that anything is known of; 0 before the first."""
        return max((int(column.series()[0][-1]) for column in self._columns.values()), default=0)

    def update(self, most_bytes: int | None = None) -> bool:
        """Read what is new; whether anything changed.

        Parameters
        ----------
        most_bytes : int, optional
            Read no more than this now, so that a window which opens an old run can draw in between; call again
            until nothing changes.
        """
        if not self.path.is_file():  # a pipe would be waited for
            return False
        try:
            with self.path.open("rb") as file:
                return self._follow(file, most_bytes)
        except OSError:  # not there yet, or not any more: what was read stays
            return False

    def add(self, step: int, numbers: Mapping[str, float]) -> None:
        """Note numbers of a step by hand, for a run that is followed without its file."""
        for name, value in numbers.items():
            self._columns.setdefault(name, _Column()).extend(np.array([step]), np.array([value]))

    def _follow(self, file: BinaryIO, most_bytes: int | None) -> bool:
        file.seek(self._read - len(self._tail))
        changed = False
        if file.read(len(self._tail)) != self._tail:
            self._forget()
            file.seek(0)
            changed = True
        left = math.inf if most_bytes is None else most_bytes
        while left > 0 and (piece := _lines(file.read(_PIECE))):
            self._take(piece)
            self._read += len(piece)
            self._tail = (self._tail + piece)[-_REMEMBERED:]
            file.seek(self._read)
            left -= len(piece)
            changed = True
        return changed

    def _take(self, lines: bytes) -> None:
        for name, steps, values in _parsed(lines):
            self._columns.setdefault(name, _Column()).extend(steps, values)


class _Column:
    """Steps and values that grow at their end without being copied each time."""

    def __init__(self) -> None:
        self._steps, self._values = GrowingArray(np.int64), GrowingArray()

    def extend(self, steps: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        self._steps.add(steps)
        self._values.add(values)

    def series(self) -> Series:
        steps, values = self._steps.values, self._values.values
        steps.flags.writeable = values.flags.writeable = False
        return steps, values


def _lines(data: bytes) -> bytes:
    return data[: data.rfind(b"\n") + 1]


def _parsed(lines: bytes) -> Iterator[tuple[str, NDArray[np.int64], NDArray[np.float64]]]:
    """Name, steps and values of rows ``step,name,value``; rows of another form are passed over."""
    parts = lines.removeprefix(_HEADING).split(b",")
    try:  # between its commas every row is `step`, `name`, `value\nstep`: two pieces a row
        numbers = np.array(list(map(float, b"\n".join(parts[::2]).split())))
        names = parts[1::2]
        if len(numbers) != 2 * len(names):
            raise ValueError
    except ValueError:
        names, numbers = _row_by_row(lines)
    usable = (numbers[::2] >= 0) & (numbers[::2] < _BEYOND)  # a step that is no number is not one either
    names = [name for name, is_usable in zip(names, usable, strict=True) if is_usable]
    steps, values = numbers[::2][usable].astype(np.int64), numbers[1::2][usable]
    codes: dict[bytes, int] = {}
    which = np.fromiter((codes.setdefault(name, len(codes)) for name in names), np.int64, len(names))
    for name, code in codes.items():
        chosen = which == code
        yield name.decode("utf-8", "replace"), steps[chosen], values[chosen]


def _row_by_row(lines: bytes) -> tuple[list[bytes], NDArray[np.float64]]:
    """As above for text with a heading or damage in it: names, and step and value in turn."""
    names, numbers = [], []
    for line in lines.split(b"\n"):
        step, _, rest = line.partition(b",")
        name, _, value = rest.rpartition(b",")
        try:
            pair = [float(int(step)), float(value)]
        except (ValueError, OverflowError):
            continue
        names.append(name.strip(b'"'))
        numbers += pair
    return names, np.array(numbers)
