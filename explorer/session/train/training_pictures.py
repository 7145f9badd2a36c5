"""Pictures to learn from, opened in the background: what they are, how many, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
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
_DRAWN = SHOWN  # of the program's own portraits, whose others are painted when a run begins


@dataclass(frozen=True)
class DataRequest:
    """Which pictures, at which size, the label file named for them ("" for none but their own), what to assume.

    ``left_out`` are the names of those that are not to be used.
    """

    source: str
    size: int
    attributes: str = ""
    assume: tuple[tuple[str, str], ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class DataSummary:
    """What is known of a source of pictures.

    Attributes
    ----------
    request : DataRequest
    count, channels : int
        How many pictures there are to learn from, which may be more than were opened, and their channels.
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
        The pictures themselves; of portraits that are painted here some of them, evenly spread.
    whole : PictureSet
        The same with those that are left out by hand.
    doubles : mapping of int to int
        Numbers in ``whole`` of pictures that are nearly an earlier one, and of that one.
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
    whole: PictureSet
    doubles: Mapping[int, int]

    def kept(self, hold_out: float) -> int:
        """How many pictures are left to learn from where that share is held out."""
        if not hold_out:
            return self.count
        if len(self.found) != self.count:  # the others are painted when the run begins
            return round(self.count * (1.0 - hold_out))
        return int((~self.found.held_out(hold_out)).sum())


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
    from explorer.training.sources.near_doubles import near_doubles
    from explorer.training.sources.procedural import asks_for_portraits, portraits_count

    drawn_here = asks_for_portraits(request.source)
    found = open_pictures(
        request.source,
        size=request.size,
        attributes=Path(request.attributes) if request.attributes else None,
        assume=Assumptions.of(dict(request.assume)),
        most=_DRAWN if drawn_here else None,
        progress=report,
        cancelled=cancelled,
    )
    kept = found.without(request.left_out)
    count = portraits_count(request.source) if drawn_here else len(kept)
    return _summary(request, kept, count, found, {} if drawn_here else near_doubles(found.pictures))


def _summary(
    request: DataRequest, found: PictureSet, count: int, whole: PictureSet, doubles: Mapping[int, int]
) -> DataSummary:
    return DataSummary(
        request=request,
        count=count,
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
        whole=whole,
        doubles=doubles,
    )
