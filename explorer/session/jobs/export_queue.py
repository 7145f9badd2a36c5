"""Writing sheets, animations and latents in the background: one after the other, each of them cancellable."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report

Write = Callable[[Path, Report, Cancelled], object]
"""Writes a path; leaves nothing under the final name when it is stopped or fails."""


class Exporter(JobRunner):
    """Writes what it is asked for, in turn, in a worker thread.

    Signals
    -------
    written(path) : Path
    stopped(path) : Path
        It was cancelled; nothing of it is left.
    """

    written = Signal(object)
    stopped = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, overtakes="nothing", name="exporter")

    def write(self, path: Path, write: Write) -> None:
        """Write the file or folder ``path``, after what was asked for before."""
        self.begin(
            partial(write, path),
            lambda _result: self.written.emit(path),
            dropped=lambda _result: self.stopped.emit(path),
            words=f"Saving {path.name}",
        )
