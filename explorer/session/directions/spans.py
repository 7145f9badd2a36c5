"""How far to go along directions, measured in the background when one is first looked at."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction


class SpanMeter(JobRunner):
    """Measures the span of one direction at a time; a new one stops the one before.

    Signals
    -------
    measured(model, before, after) : str, Direction, Direction
        The hash of the model, the direction as it was, and with its span.
    """

    measured = Signal(str, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="spans")

    def measure(self, model: OpenModel, direction: Direction, label: int | None) -> None:
        """Measure the span of ``direction``, instead of anything else."""
        if self.job is not None and self.job.key is direction:
            return
        self.begin(
            lambda _report, cancelled: _measured(model, direction, label, cancelled),
            partial(self.measured.emit, model.generator.hash, direction),
            key=direction,
        )


def _measured(model: OpenModel, direction: Direction, label: int | None, cancelled: Cancelled) -> Direction:
    from explorer.core.directions.span import with_span

    return with_span(direction, model.generator, label, cancelled)
