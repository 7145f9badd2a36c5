"""Pictures to learn from, opened in the background: what they are, how many, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report

if TYPE_CHECKING:
    from explorer.training.sources import PictureSet, SourceReport

SHOWN = 64


@dataclass(frozen=True)
class DataRequest:
    """Which pictures, at which size, the label file named for them ("" for none but their own), what to assume."""

    source: str
    size: int
    attributes: str = ""
    assume: tuple[tuple[str, str], ...] = ()


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
    report : SourceReport
        What was used and what was left out.
    description, licence, attribution, frame : str
        What the source says of itself, and how its pictures were aligned when they were opened.
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
    report: SourceReport
    description: str
    licence: str
    attribution: str
    frame: str
    found: PictureSet

    def kept(self, hold_out: float) -> int:
        """How many pictures are left to learn from where that share is held out."""
        return int((~self.found.held_out(hold_out)).sum()) if hold_out else self.count


class TrainingPictures(JobRunner):
    """Opens the newest source that is asked for; counts the pictures.

    Signals
    -------
    opened(DataSummary)
    """

    opened = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="training-data")

    def open(self, request: DataRequest) -> None:
        """Open a source instead of any other."""
        self.begin(partial(_opened, request), self.opened.emit)


def _opened(request: DataRequest, report: Report, cancelled: Cancelled) -> DataSummary:
    from explorer.training.sources import Assumptions, open_pictures

    found = open_pictures(
        request.source,
        size=request.size,
        attributes=Path(request.attributes) if request.attributes else None,
        assume=Assumptions.of(dict(request.assume)),
        progress=report,
        cancelled=cancelled,
    )
    return _summary(request, found)


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
        frame=found.frame,
        found=found,
    )
