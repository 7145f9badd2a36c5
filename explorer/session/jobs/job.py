"""Finding a direction takes a while: one job at a time, in a worker, with progress, and cancellable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from explorer.session.jobs.latest import LatestOnly

REPORT_EVERY_S = 0.1

Report = Callable[[float], None]
Cancelled = Callable[[], bool]
Work = Callable[[Report, Cancelled], Any]


@dataclass(frozen=True, eq=False)
class Job:
    """Something slow.

    Attributes
    ----------
    words : str
        What is being done, for the person who waits: "Opening the pictures".
    work : callable
        Does it, given what to tell the share done (0 to 1), and what to ask whether to stop; gives the
        result, or None where it was stopped.
    then : callable
        Takes the result, in the GUI thread.
    cancelled : Event
    """

    words: str
    work: Work
    then: Callable[[Any], None]
    cancelled: Event = field(default_factory=Event)


class JobRunner(QObject):
    """Does the newest job that it is given; a new one cancels the one before.

    Signals
    -------
    began(words) : str
    progressed(share) : float
        From 0 to 1, at most ten times a second.
    ended()
        The job is done, has failed or was cancelled.
    failed(error)
    """

    began = Signal(str)
    progressed = Signal(float)
    ended = Signal()
    failed = Signal(object)
    _told = Signal(object, float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        self._work = LatestOnly(self._do, self, name="finder")
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Whether a job is being done, or is still stopping."""
        return self._work.is_busy

    @property
    def job(self) -> Job | None:
        """What is being done."""
        return self._job

    def begin(self, words: str, work: Work, then: Callable[[Any], None]) -> None:
        """Do this instead of any other job."""
        self.cancel()
        self._job = Job(words, work, then)
        self._work.request(self._job)
        self.began.emit(words)

    def cancel(self) -> None:
        """Do nothing more; what is being done gives no result."""
        self._work.drop_waiting()
        if self._job is not None:
            self._job.cancelled.set()
            self._job = None
            self.ended.emit()

    def close(self) -> None:
        """Stop, and wait until that has stopped."""
        self.cancel()
        self._work.close()

    def _do(self, job: Job) -> Any:
        last_s = 0.0

        def report(share: float) -> None:
            nonlocal last_s
            if monotonic() - last_s >= REPORT_EVERY_S:
                last_s = monotonic()
                self._told.emit(job, share)

        return job.work(report, job.cancelled.is_set)

    def _on_told(self, job: Job, share: float) -> None:
        if job is self._job:
            self.progressed.emit(share)

    def _on_done(self, job: Job, result: Any) -> None:
        if job is self._job:
            self._job = None
            self.ended.emit()
            if result is not None:
                job.then(result)

    def _on_failed(self, job: Job, error: Exception) -> None:
        if job is self._job:
            self._job = None
            self.ended.emit()
            self.failed.emit(error)
