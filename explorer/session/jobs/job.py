"""Slow work: done in a worker, with progress, cancellable, its result handed over in the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, Signal

from explorer.core.sampling.abandoning import AbandonedError, abandoned_if
from explorer.session.jobs.latest import InTurn, LatestOnly
from explorer.session.jobs.report import Cancelled, Report, throttled

Work = Callable[[Report, Cancelled], Any]
Then = Callable[[Any], object]


@dataclass(frozen=True, eq=False)
class Job:
    """Something slow; its arguments are those of `JobRunner.begin`, and ``cancelled`` is set once nobody wants it."""

    work: Work
    then: Then
    failed: Callable[[Exception], object]
    dropped: Then
    words: str
    key: object
    is_quick: bool = False
    cancelled: Event = field(default_factory=Event)


class JobRunner(QObject):
    """Does one job at a time in a worker; of one that was cancelled or overtaken nothing is announced.

    What it paints in steps is given up between two of them.

    Parameters
    ----------
    overtakes : {"everything", "waiting", "nothing"}
        What a new job takes the place of: what runs and what waits; only what waits, so that what runs is
        always shown; or nothing, and the jobs are done in turn.
    name : str
        What the worker thread is called in reports.

    Signals
    -------
    began(words) : str
        It is the turn of a job: what is being done.
    progressed(share) : float
        How much of it is done, from 0 to 1; at most ten times a second.
    counted(done, total) : int, int
        The same as it was reported.
    ended()
        The job is done, has failed or was cancelled.
    failed(error)
        A job failed that was begun without saying what to do then.
    idle()
        Nothing is being done any more, nor still stopping.
    """

    began = Signal(str)
    progressed = Signal(float)
    counted = Signal(int, int)
    ended = Signal()
    failed = Signal(object)
    idle = Signal()
    _reported = Signal(object, float, float)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        overtakes: Literal["everything", "waiting", "nothing"] = "everything",
        name: str = "jobs",
    ) -> None:
        super().__init__(parent)
        self._jobs: tuple[Job, ...] = ()
        self._told_of: Job | None = None  # that began, for all who were told
        self._closed = False
        self._overtakes = overtakes
        self._reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)
        worker = InTurn if overtakes == "nothing" else LatestOnly
        self._work = worker(self._do, self, is_quick=lambda job: job.is_quick, name=name)
        self._work.done.connect(self._on_job_done)
        self._work.failed.connect(self._on_job_failed)
        self._work.idle.connect(self.idle)

    @property
    def is_busy(self) -> bool:
        """Whether a job is being done, or is still stopping."""
        return self._work.is_busy

    @property
    def is_wanted(self) -> bool:
        """Whether a job is to come to its end, rather than only stopping."""
        return bool(self._jobs)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """What is being done and what waits, as far as somebody wants it."""
        return self._jobs

    @property
    def job(self) -> Job | None:
        """What is being done and wanted."""
        return self._jobs[0] if self._jobs else None

    def begin(
        self,
        work: Work,
        then: Then = lambda _result: None,
        *,
        failed: Callable[[Exception], object] | None = None,
        dropped: Then = lambda _result: None,
        words: str = "",
        key: object = None,
        is_quick: bool = False,
    ) -> None:
        """Do something, in the place of what it overtakes.

        Parameters
        ----------
        work : callable
            Does it in the worker, given what to tell how far it is and what to ask whether to stop.
        then : callable
            Takes the result, in the GUI thread.
        failed : callable, optional
            Takes the error; else ``failed`` is emitted.
        dropped : callable, optional
            Takes the result, None if there is none, of a job that had its turn and that nobody wants any more.
        words : str
            What is being done, for the person who waits: "Opening the pictures".
        key : object
            What it is for, by which it is known again.
        is_quick : bool
            It takes a few milliseconds, and is done in the GUI thread, before this returns, where nothing else runs.
        """
        if self._closed:
            return
        if self._overtakes != "nothing":
            self.drop(*(self._jobs if self._overtakes == "everything" else self._work.drop_waiting()))
        job = Job(work, then, failed or self.failed.emit, dropped, words, key, is_quick)
        self._jobs += (job,)
        self._work.request(job)
        self._tell_turns()

    def drop(self, *jobs: Job) -> None:
        """Cancel some jobs."""
        for job in jobs:
            job.cancelled.set()
        self._remove(*jobs)

    def cancel(self) -> None:
        """Do nothing more; what is being done gives no result."""
        self.drop(*self._jobs)

    def close(self) -> None:
        """Stop, and wait until that has stopped; nothing is announced any more, nor begun."""
        self._closed = True
        self.cancel()
        self._work.close()

    def finish(self) -> None:
        """Wait until everything has been done that is to be done in turn; only what failed is announced."""
        assert isinstance(self._work, InTurn)
        self._closed = True
        for job, error in self._work.finish():
            if not job.cancelled.is_set() and isinstance(error, Exception):
                job.failed(error)

    def _do(self, job: Job) -> Any:
        if job.cancelled.is_set():
            return None
        report = throttled(lambda done, total: self._reported.emit(job, done, total))
        try:
            with abandoned_if(job.cancelled.is_set):
                return job.work(report, job.cancelled.is_set)
        except AbandonedError:
            return None

    def _remove(self, *jobs: Job) -> None:
        self._jobs = tuple(job for job in self._jobs if job not in jobs)
        self._tell_turns()

    def _tell_turns(self) -> None:
        """Say which job ended and which began since that was last said; nothing of one that was done at once."""
        if self._told_of is not None and self._told_of is not self.job:
            self._told_of = None
            self.ended.emit()
        if self._told_of is None and (job := self.job) is not None:
            self._told_of = job
            self.began.emit(job.words)

    def _on_reported(self, job: Job, done: float, total: float) -> None:
        if job is self.job:
            self.progressed.emit(done / (total or 1.0))
            self.counted.emit(int(done), int(total))

    def _on_job_done(self, job: Job, result: Any) -> None:
        then = job.dropped if job.cancelled.is_set() else job.then
        self._remove(job)
        then(result)

    def _on_job_failed(self, job: Job, error: Exception) -> None:
        if job.cancelled.is_set():
            job.dropped(None)
        else:
            self._remove(job)
            job.failed(error)
