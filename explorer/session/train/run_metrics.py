"""The numbers that runs write, read in the background as their files grow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from explorer.session.jobs.job import JobRunner
from explorer.training.runs.history import LossHistory
from explorer.training.runs.run_folder import LOSSES_FILE, QUALITY_FILE, SPEED_FILE

Rows = tuple[NDArray[np.int64], NDArray[np.float64]]
_LOOK_MS = 80
_PIECE_BYTES = 2 << 20
_CALLED = {"images/s": "images a second"}
_LONGEST_S = 1e10
_CLOCK = "seconds"  # not plotted: plotted against


@dataclass(frozen=True, eq=False)
class Growth:
    """What is new of one run.

    Attributes
    ----------
    folder : Path
    rows : dict of str to (steps, values)
    is_anew : bool
        Whether what was told before does not hold any more.
    seconds : (steps, seconds) or None
        When these steps were done, in seconds spent on steps since the run was begun; None where that was not told.
    """

    folder: Path
    rows: dict[str, Rows]
    is_anew: bool
    seconds: Rows | None = None


class RunMetrics(JobRunner):
    """Follows the files of some runs and tells what is new, within a tenth of a second of its being written.

    Signals
    -------
    grown(Growth)
    """

    grown = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="run-numbers")
        self._followed: dict[Path, _Followed] = {}
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def follow(self, folders: tuple[Path, ...]) -> None:
        """Follow these runs and no others; those that were followed go on from where they were."""
        self._followed = {folder: self._followed.get(folder) or _Followed(folder) for folder in folders}
        self._look()

    def watch(self, wanted: bool) -> None:
        """Look again and again, or no more."""
        if wanted:
            self._timer.start()
            self._look()
        else:
            self._timer.stop()

    def close(self) -> None:
        """Look no more, and wait for what is being read."""
        self._timer.stop()
        super().close()

    def _look(self) -> None:
        if self._followed and not self.is_busy:
            followed = tuple(self._followed.values())
            self.begin(lambda *_: _news(followed), self._on_news)

    def _on_news(self, news: list[Growth]) -> None:
        for growth in news:
            if growth.folder in self._followed:
                self.grown.emit(growth)
        if news:  # an old run is read piece by piece
            self._look()


class _Followed:
    """Three files of one run, and how much of them was told; the worker's while it reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = [LossHistory(folder / name) for name in (LOSSES_FILE, QUALITY_FILE, SPEED_FILE)]
        self._told: dict[str, tuple[int, int]] = {}  # how many rows, and the step of the last

    def news(self) -> Growth | None:
        changed = [file.update(_PIECE_BYTES) for file in self._files]
        if not any(changed):
            return None
        series = {name: file[name] for file in self._files for name in file.names}
        is_anew = any(not self._goes_on(name, series.get(name)) for name in self._told)
        if is_anew:
            self._told.clear()
        rows = {name: self._new(name, rows) for name, rows in series.items()}
        clock = rows.pop(_CLOCK, None)
        seconds = self._seconds(len(clock[0])) if clock is not None and len(clock[0]) else None
        grown = {_CALLED.get(name, name): new for name, new in rows.items() if len(new[0])}
        return Growth(self.folder, grown, is_anew, seconds)

    def _seconds(self, count: int) -> Rows:
        """The last ``count`` rows of the clock, which begins at 0 whenever a run is resumed, as one that goes on."""
        steps, values = self._files[-1][_CLOCK]
        values = np.clip(np.nan_to_num(values), 0.0, _LONGEST_S)
        before = np.concatenate([[0.0], values[:-1]])
        whole = values + np.cumsum(np.where(values < before, before, 0.0))
        if count == len(steps):  # all of them: told from the start
            return np.concatenate([[0], steps]), np.concatenate([[0.0], whole])
        return steps[-count:].copy(), whole[-count:]

    def _goes_on(self, name: str, rows: Rows | None) -> bool:
        count, last = self._told[name]
        return rows is not None and len(rows[0]) >= count and rows[0][count - 1] == last

    def _new(self, name: str, rows: Rows) -> Rows:
        count = self._told.get(name, (0, 0))[0]
        steps, values = rows
        if len(steps):
            self._told[name] = len(steps), int(steps[-1])
        return steps[count:].copy(), values[count:].copy()


def _news(followed: tuple[_Followed, ...]) -> list[Growth]:
    return [growth for each in followed if (growth := each.news()) is not None]
