"""What is found out about a direction in the background when it is first looked at: its span, and its verdict."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakSet

from PySide6.QtCore import QObject, Signal

from explorer.core.directions.verdict import verdict
from explorer.session.directions.side_effects import judged_direction
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction

    Find = Callable[[OpenModel, Direction, int | None, Report, Cancelled], Direction | None]


class DirectionMeter(JobRunner):
    """Finds something out about one direction at a time; a new one stops the one before.

    Signals
    -------
    measured(model, before, after) : str, Direction, Direction
        The hash of the model, the direction as it was, and with what was found.
    """

    measured = Signal(str, object, object)

    def __init__(self, find: Find, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent, name=name)
        self._find = find

    def measure(self, model: OpenModel, direction: Direction, label: int | None) -> None:
        """Look at ``direction``, instead of anything else."""
        if self.job is not None and self.job.key is direction:
            return
        self.begin(
            partial(self._find, model, direction, label),
            partial(self.measured.emit, model.generator.hash, direction),
            key=direction,
        )


class SpanMeter(DirectionMeter):
    """Measures how far to go along a direction."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_with_span, "spans", parent)


class VerdictMeter(DirectionMeter):
    """Has the model's classifier judge a direction of which nothing was known; each once."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(judged_direction, "verdicts", parent)
        self._seen: WeakSet[Direction] = WeakSet()  # that it looked at to the end
        self.measured.connect(lambda _model, before, _after: self._seen.add(before))

    def measure(self, model: OpenModel, direction: Direction, label: int | None) -> None:
        """Judge ``direction``, instead of anything else, where that is not known and can be found out."""
        if model.files.classifier is not None and not verdict(direction).word and direction not in self._seen:
            super().measure(model, direction, label)


def _with_span(
    model: OpenModel, direction: Direction, label: int | None, _report: Report, cancelled: Cancelled
) -> Direction:
    from explorer.core.directions.span import with_span

    return with_span(direction, model.generator, label, cancelled)
