"""Directions made and written in the background: imported, factorised, analysed, exported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.session.jobs.latest import InTurn
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction

Progress = Callable[[float], None]
Make = Callable[[Progress, Callable[[], bool]], "tuple[Direction, ...] | None"]


@dataclass(frozen=True, eq=False)
class DirectionJob:
    """Something that gives directions.

    Attributes
    ----------
    what : str
        What is going on, in words: "Factorising".
    step : str
        What the step of the history is called that adds them.
    model : str
        Hash of the model they are for.
    model_name : str
    make : callable
        Takes what to tell the share done, 0 to 1, and what to ask whether it is cancelled; None if it was.
    """

    what: str
    step: str
    model: str
    model_name: str
    make: Make
    cancelled: Event = field(default_factory=Event)


class DirectionJobs(QObject):
    """Does one job after the other.

    Signals
    -------
    begun(job)
    progressed(share) : float
        Of the job under way.
    found(job, directions)
        A job that was not cancelled has ended.
    failed(job, error)
    idle()
        Nothing is being done any more.
    """

    begun = Signal(object)
    progressed = Signal(float)
    found = Signal(object, object)
    failed = Signal(object, object)
    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[DirectionJob] = []
        self._work = InTurn(self._make, self, name="direction-jobs")
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)
        self._work.idle.connect(self.idle)

    @property
    def is_busy(self) -> bool:
        """Whether something is being done, or is still stopping."""
        return self._work.is_busy

    def begin(self, job: DirectionJob) -> None:
        """Do ``job`` after those that were begun before."""
        self._jobs.append(job)
        self._work.request(job)

    def cancel(self) -> None:
        """Stop; what was begun gives nothing."""
        for job in self._jobs:
            job.cancelled.set()

    def close(self) -> None:
        """Stop, and wait until that has stopped; nothing is announced any more."""
        self.cancel()
        self._work.close()

    def _make(self, job: DirectionJob) -> tuple[Direction, ...] | None:
        if job.cancelled.is_set():
            return None
        self.begun.emit(job)
        return job.make(self.progressed.emit, job.cancelled.is_set)

    def _on_done(self, job: DirectionJob, directions: tuple[Direction, ...] | None) -> None:
        self._jobs.remove(job)
        if directions is not None and not job.cancelled.is_set():
            self.found.emit(job, directions)

    def _on_failed(self, job: DirectionJob, error: Exception) -> None:
        self._jobs.remove(job)
        if not job.cancelled.is_set():
            self.failed.emit(job, error)


def importing(model: OpenModel, path: Path) -> DirectionJob:
    """The directions in a file of another tool, or of our own."""

    def make(_progress: Progress, _cancelled: Callable[[], bool]) -> tuple[Direction, ...]:
        from explorer.core.directions.files.importing import import_directions
        from explorer.training.weight_import.tensors import read_tensors

        card = model.generator.card
        return import_directions(path, card.latent_size, read_tensors, card.style_size)

    return DirectionJob(
        f"Importing {path.name}", f"Import {path.name}", model.generator.hash, model.name, make
    )


def factorising(model: OpenModel, count: int) -> DirectionJob:
    """The directions along which the first layer moves its result most (SeFa)."""

    def make(_progress: Progress, _cancelled: Callable[[], bool]) -> tuple[Direction, ...]:
        from explorer.core.directions.unsupervised.in_w import sefa_in_w
        from explorer.core.directions.unsupervised.sefa import sefa_directions
        from explorer.core.models.policy import read_model

        if model.generator.mapping is not None:  # its layers see w, never z
            return sefa_in_w(read_model(model.generator.path), count)
        return sefa_directions(read_model(model.generator.path), count)

    return DirectionJob(
        "Factorising the weights", "Factorise the weights", model.generator.hash, model.name, make
    )


def analysing(model: OpenModel, count: int, label: int | None) -> DirectionJob:
    """The principal components of what random latents bring about (GANSpace)."""

    def make(progress: Progress, cancelled: Callable[[], bool]) -> tuple[Direction, ...] | None:
        from explorer.core.directions.unsupervised.ganspace import SAMPLES, ganspace_directions
        from explorer.core.directions.unsupervised.in_w import W_SAMPLES, pca_in_w

        if model.generator.mapping is not None:
            report = partial(_report, progress)
            return pca_in_w(model.generator, count, W_SAMPLES, 0, label, report, cancelled)
        return ganspace_directions(
            model.generator,
            count,
            samples=max(SAMPLES, 4 * model.generator.card.latent_size),
            label=label,
            progress=partial(_report, progress),
            cancelled=cancelled,
        )

    return DirectionJob(
        "Finding principal components", "Find principal components", model.generator.hash, model.name, make
    )


def _report(progress: Progress, done: int, total: int) -> None:
    progress(done / total)
