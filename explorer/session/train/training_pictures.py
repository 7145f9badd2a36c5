"""Pictures to learn from, opened in the background: what they are, how many, and what was left out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.session.jobs.latest import LatestOnly

if TYPE_CHECKING:
    from explorer.training.sources import PictureSet, Report

SHOWN = 64
_TELL_S = 0.1


@dataclass(frozen=True)
class DataRequest:
    """Which pictures, at which size, and the label file that is named for them; "" for none but their own."""

    source: str
    size: int
    attributes: str = ""


@dataclass(frozen=True, eq=False)
class DataSummary:
    """What is known of a source of pictures.

    Attributes
    ----------
    request : DataRequest
    count, channels : int
    shown : (n, size, size, channels) uint8
        The first of them.
    classes, attributes : tuple of str
        Names of the classes and of what else is known of each picture.
    labelled : int
        How many pictures have a class.
    report : Report
        What was used and what was left out.
    description, licence, attribution : str
        What the source says of itself.
    found : PictureSet
        The pictures themselves.
    """

    request: DataRequest
    count: int
    channels: int
    shown: NDArray[np.uint8]
    classes: tuple[str, ...]
    attributes: tuple[str, ...]
    labelled: int
    report: Report
    description: str
    licence: str
    attribution: str
    found: PictureSet

    def kept(self, hold_out: float) -> int:
        """How many pictures are left to learn from where that share is held out."""
        return int((~self.found.held_out(hold_out)).sum()) if hold_out else self.count


@dataclass(frozen=True, eq=False)
class _Order:
    request: DataRequest
    cancelled: Event = field(default_factory=Event)


class TrainingPictures(QObject):
    """Opens the newest source that is asked for.

    Signals
    -------
    opened(DataSummary)
    failed(wish, error) : DataWish, Exception
    progressed(done, total) : int, int
        Pictures; at most ten times a second.
    idle()
        Nothing is being opened any more.
    """

    opened = Signal(object)
    failed = Signal(object, object)
    progressed = Signal(int, int)
    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._order: _Order | None = None
        self._work = LatestOnly(self._open, self, name="training-data")
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)
        self._work.idle.connect(self.idle)

    @property
    def is_busy(self) -> bool:
        """Whether a source is being opened, or is still stopping."""
        return self._work.is_busy

    def open(self, request: DataRequest) -> None:
        """Open a source instead of any other."""
        self.cancel()
        self._order = _Order(request)
        self._work.request(self._order)

    def cancel(self) -> None:
        """Stop opening."""
        if self._order is not None:
            self._order.cancelled.set()
            self._order = None

    def close(self) -> None:
        """Stop, and wait until it has."""
        self.cancel()
        self._work.close()

    def _open(self, order: _Order) -> DataSummary:
        from explorer.training.sources import open_pictures

        found = open_pictures(
            order.request.source,
            size=order.request.size,
            attributes=Path(order.request.attributes) if order.request.attributes else None,
            progress=self._telling(order),
            cancelled=order.cancelled.is_set,
        )
        return _summary(order.request, found)

    def _telling(self, order: _Order) -> Callable[[int, int], None]:
        told_at = 0.0

        def report(done: int, total: int) -> None:
            nonlocal told_at
            now = time.monotonic()
            if now - told_at >= _TELL_S and not order.cancelled.is_set():
                told_at = now
                self.progressed.emit(done, total)

        return report

    def _on_done(self, order: _Order, summary: DataSummary) -> None:
        if order is self._order:
            self.opened.emit(summary)

    def _on_failed(self, order: _Order, error: Exception) -> None:
        if order is self._order:
            self.failed.emit(order.request, error)


def _summary(request: DataRequest, found: PictureSet) -> DataSummary:
    return DataSummary(
        request=request,
        count=len(found),
        channels=int(found.pictures.shape[3]),
        shown=np.asarray(found.pictures[:SHOWN]),
        classes=found.classes,
        attributes=found.attributes.names if found.attributes is not None else (),
        labelled=0 if found.labels is None else int((found.labels >= 0).sum()),
        report=found.report,
        description=found.description,
        licence=found.licence,
        attribution=found.attribution,
        found=found,
    )
