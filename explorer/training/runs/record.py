"""What a run writes down while it learns: its numbers as tables and for TensorBoard, and its sheets."""

from __future__ import annotations

import csv
import io
import math
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from explorer.core.digits import whole_number
from explorer.core.files import made_folder, replace_file
from explorer.core.models.quality_figures import QualityFigures
from explorer.core.problem import Problem
from explorer.training.learning.diverged import Diverged
from explorer.training.learning.family import Learner
from explorer.training.learning.progress import Progress, losses_of
from explorer.training.runs.quality_watch import QualityWatch
from explorer.training.runs.run_folder import LOSSES_FILE, QUALITY_FILE, SPEC_FILE, SPEED_FILE, FolderGone, keep_quality
from explorer.training.runs.samples import Samples
from explorer.training.runs.tensorboard_events import EventFile

_EVENTS = "tensorboard"
_FLUSH_STEPS = 500
_FLUSH_S = 0.1

Row = tuple[int, Mapping[str, float]]


class Record:
    """``losses.csv``, ``speed.csv``, ``quality.csv``, TensorBoard's events and the sheets of one run, from a step on.

    Numbers stay on the device until they are written, which is ten times a second: reading each at once would make
    a GPU wait.

    Parameters
    ----------
    folder : Path
        The run's.
    samples : Samples
    quality : QualityWatch
    done_steps : int
        Rows after it are dropped: a resumed run writes them again.
    """

    def __init__(self, folder: Path, samples: Samples, quality: QualityWatch, done_steps: int) -> None:
        self._folder, self._samples, self._quality = folder, samples, quality
        self._waiting: list[Progress] = []
        self._losses = MetricTable(folder / LOSSES_FILE, done_steps)
        self._speed = MetricTable(folder / SPEED_FILE, done_steps)
        self._qualities = MetricTable(folder / QUALITY_FILE, done_steps)
        self._events = EventFile(folder / _EVENTS, done_steps)
        self._flushed_at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with ExitStack() as stack:
            for file in (self._losses, self._speed, self._qualities, self._events):
                stack.callback(file.close)
            if not isinstance(error, Problem):  # which may be that nothing can be written
                self.flush()

    def add(self, progress: Progress, learner: Learner) -> None:
        """Note one step, draw the sheets and measure the samples, if it is time for that.

        Raises
        ------
        Diverged
            A loss is not a number any more.
        Problem
            The disk is full or went away.
        """
        self._waiting.append(progress)
        if self._samples.is_due(progress.step):
            self.draw(learner)
        if (figures := self._quality.look(learner, progress)) is not None:
            self._note_quality(figures)
        late = time.monotonic() - self._flushed_at >= _FLUSH_S
        if late or len(self._waiting) >= _FLUSH_STEPS:
            self.flush()

    def draw(self, learner: Learner) -> None:
        """Write the sheets of this step, which TensorBoard gets too."""
        self._check_folder()
        path = self._samples.write(learner)
        if path is not None:
            self._events.add_picture(learner.done_steps, "samples", path)

    def _note_quality(self, figures: QualityFigures) -> None:
        self._check_folder()
        self._qualities.write([(figures.step, figures.numbers())])
        keep_quality(self._folder, figures)
        self._events.add(figures.step, figures.numbers(), always=True)

    def flush(self) -> None:
        """Put what waits on the disk; problems as for `add`."""
        self._check_folder()
        waiting, self._waiting = self._waiting, []
        steps = [progress.step for progress in waiting]
        losses = list(zip(steps, losses_of(waiting), strict=True))
        speed = [(progress.step, progress.speed) for progress in waiting]
        self._losses.write(losses)
        self._speed.write(speed)
        for step, numbers in (*losses, *speed):
            self._events.add(step, numbers)
        self._events.flush()
        self._flushed_at = time.monotonic()
        self._check(losses)

    def _check_folder(self) -> None:
        """Make nothing again of a folder that was moved or deleted, or into what took its place."""
        if not ((self._folder / SPEC_FILE).is_file() and self._losses.is_there()):
            raise FolderGone(
                f"The folder of this run is gone: {self._folder} was moved or deleted while it was trained.",
                "Put it back and resume, or start a new run. Nothing more was kept.",
            )

    @staticmethod
    def _check(losses: Iterable[Row]) -> None:
        for step, numbers in losses:
            if bad := [name for name, value in numbers.items() if not math.isfinite(value)]:
                raise Diverged(step, bad)


class MetricTable:
    """A file with a row per step and number (step, name, value).

    The long form keeps numbers that are not told at every step, and lets new ones appear in the middle.
    """

    def __init__(self, path: Path, done_steps: int) -> None:
        kept = _rows_up_to(path, done_steps)
        made_folder(path.parent)
        with replace_file(path) as file:
            file.write(kept.encode())
        self._path = path
        self._file: TextIO = path.open("a", encoding="utf-8", newline="")

    def is_there(self) -> bool:
        """Whether the file still has its name."""
        try:
            return os.path.samestat(os.fstat(self._file.fileno()), os.stat(self._path))
        except OSError:
            return False

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows, on the disk at once.

        Raises
        ------
        Problem
            The disk is full or went away.
        """
        try:
            table = csv.writer(self._file, lineterminator="\n")
            for step, numbers in rows:
                table.writerows((step, name, f"{value:.6g}") for name, value in numbers.items())
            self._file.flush()
        except OSError as error:
            raise _unwritable(self._file.name, error) from error

    def close(self) -> None:
        """Close the file; problems as for `write`."""
        try:
            self._file.close()
        except OSError as error:
            raise _unwritable(self._file.name, error) from error


def _unwritable(name: str, error: OSError) -> Problem:
    return Problem(f"The losses could not be written to {name} ({error}).", "Free some space.")


def _rows_up_to(path: Path, step: int) -> str:
    kept = io.StringIO()
    kept.write("step,loss,value\n")
    if path.is_file():
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                found = whole_number(line.split(",", 1)[0])
                if line.endswith("\n") and found is not None and found <= step:
                    kept.write(line)
    return kept.getvalue()
